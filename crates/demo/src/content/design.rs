//! Feasibility and development: requirements that trace, tests that prove them, risks with controls.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{Writer, figures::Figures, market::whole, regulation::on_weekday};
use crate::data::{Device, Hazard, Requirement};

impl Writer<'_> {
    pub(super) fn of_the_design(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "technical_feasibility" => self.technical_feasibility(device),
            "clinical_limits" => self.clinical_limits(device),
            "crs" => self.crs(device),
            "trs" => self.trs(device),
            "design_reviews" => self.design_reviews(),
            "supplier_changes" => self.supplier_changes(device),
            "vv" => self.vv(device),
            "risk_file" => self.risk_file(device),
            "pilot_sites" => self.pilot_sites(device),
            _ => return None,
        })
    }

    fn technical_feasibility(&self, device: &Device) -> Value {
        let concept = |(index, concept): (usize, &crate::data::Say)| {
            let risk = device.hazards.get(index).map(|hazard| self.tell(&hazard.hazard));
            json!({ "concept": self.tell(concept), "readiness": if index == 0 { 6 } else { 4 },
                "chosen": index == 0, "risk": risk })
        };
        let concepts: Vec<Value> = device.concepts.iter().enumerate().map(concept).collect();
        let effort = whole(Figures::of(self).effort);
        let licence = self.dice("licence").percent(20);
        json!({ "concepts": concepts, "feasible": true, "effort_months": effort,
            "freedom_to_operate": if licence { "licence" } else { "clear" } })
    }

    fn clinical_limits(&self, device: &Device) -> Value {
        let limit = |limit: &crate::data::Limit| {
            json!({ "parameter": self.tell(&limit.parameter), "lower": limit.lower, "upper": limit.upper,
                "unit": limit.unit, "rationale": self.tell(&limit.why) })
        };
        let limits: Vec<Value> = device.limits.iter().map(limit).collect();
        json!({ "indication": self.tell(&device.indication),
            "contraindications": self.tell(&device.contraindications), "limits": limits,
            "evidence_needed": device.evidence })
    }

    fn crs(&self, device: &Device) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("C{}", index + 1), "requirement": self.tell(&each.customer),
                "priority": priority(index),
                "source": self.either("Sessions with users", "의료진 면담") })
        };
        let rows: Vec<Value> = device.requirements.iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "agreed_with_customers": true })
    }

    fn trs(&self, device: &Device) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("T{}", index + 1), "requirement": self.tell(&each.technical),
                "crs": format!("C{}", index + 1), "measure": self.tell(&each.measure), "verified_by": each.by })
        };
        let rows: Vec<Value> = device.requirements.iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "also": null })
    }

    fn design_reviews(&self) -> Value {
        // They lie within the development, however long it takes this team: the input at its
        // begin, verification when the tests were accepted.
        let begun = self.entered.unwrap_or(self.today);
        let length = (self.today - begun).num_days().max(8);
        let after = |percent: i64| begun + TimeDelta::days(length * percent / 100);
        let verified = self.ready(&["vv"]).unwrap_or_else(|| after(80));
        let reviews = [
            ("input", after(4)),
            ("output", after(24).min(verified)),
            ("verification", verified),
            ("final", self.today),
        ];
        let result = self.either(
            "Accepted; actions closed before the next review",
            "승인, 다음 검토 전 조치 완료",
        );
        let row = |(review, day): &(&str, NaiveDate)| {
            json!({ "review": review, "date": on_weekday(*day).max(begun),
                "independent_reviewer": self.name_of("quality"), "result": result, "open_actions": 0 })
        };
        json!({ "reviews": reviews.iter().map(row).collect::<Vec<_>>() })
    }

    fn supplier_changes(&self, device: &Device) -> Value {
        let row = |(index, each): (usize, &crate::data::Supply)| {
            json!({ "supplier": each.supplier, "component": self.tell(&each.component),
                "change": self.tell(&each.change), "impact": if index == 0 { "major" } else { "minor" },
                "met_on": self.in_days(-90 + 30 * i64::try_from(index).unwrap_or(0)), "approved": true })
        };
        let rows: Vec<Value> = device.supply.iter().enumerate().map(row).collect();
        json!({ "changes": rows })
    }

    fn vv(&self, device: &Device) -> Value {
        let software = matches!(device.family.as_str(), "software" | "monitor");
        let row = |(index, each): (usize, &Requirement)| {
            let kind = match each.by.as_str() {
                "demonstration" => "usability",
                "analysis" if software => "software",
                _ => "verification",
            };
            json!({ "test": self.tell(&each.test), "kind": kind, "trace": format!("T{}", index + 1),
                "result": "pass",
                "report": format!("https://docs.solmaru.example/{}/vv/TR-{:03}", self.sheet.key, index + 1) })
        };
        let mut rows: Vec<Value> = self.specified(device).iter().enumerate().map(row).collect();
        let of_the_whole = [
            ("validation", "Simulated use by the intended users", "대상 사용자 모의 사용"),
            ("usability", "Summative usability evaluation", "사용적합성 총괄 평가"),
        ];
        for (kind, en, ko) in of_the_whole {
            rows.push(json!({ "test": self.either(en, ko), "kind": kind, "trace": "T1",
                "result": "pass",
                "report": format!("https://docs.solmaru.example/{}/vv/{kind}", self.sheet.key) }));
        }
        json!({ "tests": rows })
    }

    /// The requirements of the project: an extension names only those that change.
    pub(super) fn specified<'d>(&self, device: &'d Device) -> &'d [Requirement] {
        let all = device.requirements.as_slice();
        let of_the_base = |sheet: &&crate::data::Sheet| {
            sheet.device == self.sheet.device && sheet.workflow != self.sheet.workflow
        };
        let shared = self.data.sheets.iter().any(|sheet| of_the_base(&sheet));
        let extends = self.sheet.workflow == "npi-express";
        let most = if extends && shared { 3 } else { all.len() };
        all.get(..most).unwrap_or(all)
    }

    fn risk_file(&self, device: &Device) -> Value {
        let row = |hazard: &Hazard| {
            let harm = match hazard.severity {
                5.. => self.either("Death or lasting injury", "사망 또는 영구적 상해"),
                4 => self.either("Serious injury", "중대한 상해"),
                3 => self.either("Injury that needs treatment", "치료가 필요한 상해"),
                _ => self.either("Discomfort that passes", "일시적 불편"),
            };
            json!({ "hazard": self.tell(&hazard.hazard), "harm": harm, "severity": hazard.severity,
                "probability": hazard.probability, "control": self.tell(&hazard.control),
                "control_kind": kind_of(hazard), "trace": self.traced(device, hazard), "severity_left": hazard.severity,
                "probability_left": 1, "residual_acceptable": true, "benefit": null })
        };
        // What an extension does not change stays in the file of the product that is extended.
        let known = self.specified(device).len();
        let ours = device.hazards.iter().filter(|it| it.trace.is_none_or(|at| at <= known));
        let rows: Vec<Value> = ours.map(row).collect();
        json!({ "acceptable_up_to": 6, "hazards": rows, "benefit_outweighs_risk": true })
    }

    /// The requirement that implements the control of a hazard; none: the control is information.
    fn traced(&self, device: &Device, hazard: &Hazard) -> Option<String> {
        let at = hazard.trace?;
        let Some(software) = self.sheet.software.as_ref() else { return Some(format!("T{at}")) };
        let wanted = device.requirements.get(at - 1)?;
        let asked = super::software::asked(software, &device.requirements);
        let place = asked.iter().position(|each| std::ptr::eq(*each, wanted));
        Some(format!("R{}", place.map_or(1, |place| place + 2)))
    }

    fn pilot_sites(&self, device: &Device) -> Value {
        let mut dice = self.dice("pilots");
        // Patients come after the risks are known, the tests are passed and the committee has
        // agreed, site after site.
        let proved = self.ready(&["risk_file", "vv"]);
        let begun = proved.or(self.entered).unwrap_or(self.today);
        let left = (self.today - begun).num_days().max(0);
        let weeks = left / 7;
        let row = |(index, market): (usize, &String)| {
            let who = self.physician(market, index)?;
            let asked = device.requirements.get(index % device.requirements.len().max(1))?;
            let wish = self.tell(&asked.customer);
            let findings = match index % 3 {
                0 => self
                    .either(
                        &format!("Seen in all cases: {wish}. Nurses ask for a larger label"),
                        &format!("전 사례에서 확인: {wish}. 간호사가 라벨 확대 요청"),
                    )
                    .to_owned(),
                1 => self
                    .either(
                        &format!("Confirmed: {wish}. The first case took longest"),
                        &format!("확인됨: {wish}. 첫 사례에서만 시간이 더 걸림"),
                    )
                    .to_owned(),
                _ => self
                    .either(
                        &format!("Confirmed after a second training: {wish}"),
                        &format!("재교육 후 확인됨: {wish}"),
                    )
                    .to_owned(),
            };
            let late = (16 + 5 * i64::try_from(index).unwrap_or(0)).min(left / 2);
            let started = on_weekday(begun + TimeDelta::days(late)).max(begun);
            let approved = on_weekday(begun + TimeDelta::days(late.min(12))).max(begun);
            let cases = dice.between(3, 6) + weeks * dice.between(2, 5) / 3;
            Some(json!({ "site": who.site, "market": market, "physician": who.name,
                "responsible": who.name, "ethics": "approved", "ethics_on": approved,
                "authority": "not_needed", "authority_number": null,
                "started": started, "cases": cases.min(40), "findings": findings }))
        };
        let rows: Vec<Value> =
            self.sheet.markets.iter().enumerate().take(3).filter_map(row).collect();
        json!({ "sites": rows, "problem_solved": true })
    }
}

const fn kind_of(hazard: &Hazard) -> &'static str {
    match (hazard.trace, hazard.protective) {
        (None, _) => "information",
        (_, true) => "protective",
        _ => "design",
    }
}

/// The first ones matter most.
const fn priority(index: usize) -> &'static str {
    match index {
        0 | 1 => "must",
        2 => "should",
        _ => "could",
    }
}
