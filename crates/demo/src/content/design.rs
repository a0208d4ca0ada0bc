//! Feasibility and development: requirements that trace, tests that prove them, risks with controls.

use serde_json::{Value, json};

use super::Writer;
use crate::{
    data::{Device, Hazard, Requirement},
    plan::takes,
};

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
        let effort = self.dice("effort").between(9, 40) * 6;
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
        // They lie within the development, however long it takes this team.
        let stage = "development".parse().ok();
        let length = stage.map_or(200, |stage| takes(self.sheet, self.definition, &stage));
        let before = |percent: i64| -(length * percent / 100).max(3);
        let reviews = [
            ("input", before(34)),
            ("output", before(22)),
            ("verification", before(10)),
            ("final", -3),
        ];
        let result = self.either(
            "Accepted; actions closed before the next review",
            "승인, 다음 검토 전 조치 완료",
        );
        let row = |(review, days): &(&str, i64)| {
            json!({ "review": review, "date": self.in_days(*days),
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
        let row = |(index, each): (usize, &Requirement)| {
            let kind = match each.by.as_str() {
                "demonstration" => "usability",
                "analysis" => "software",
                "inspection" => "verification",
                _ if index == 0 => "validation",
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
        let most = if self.sheet.workflow == "npi-express" { 3 } else { all.len() };
        all.get(..most).unwrap_or(all)
    }

    fn risk_file(&self, device: &Device) -> Value {
        let (letter, traced) = match self.sheet.workflow.as_str() {
            "healthcare-software" => ("R", 2),
            _ => ("T", self.specified(device).len().max(1)),
        };
        let row = |(index, hazard): (usize, &Hazard)| {
            let harm = match hazard.severity {
                5.. => self.either("Death or lasting injury", "사망 또는 영구적 상해"),
                4 => self.either("Serious injury", "중대한 상해"),
                3 => self.either("Injury that needs treatment", "치료가 필요한 상해"),
                _ => self.either("Discomfort that passes", "일시적 불편"),
            };
            json!({ "hazard": self.tell(&hazard.hazard), "harm": harm, "severity": hazard.severity,
                "probability": hazard.probability, "control": self.tell(&hazard.control),
                "control_kind": if index % 2 == 0 { "design" } else { "protective" },
                "trace": format!("{letter}{}", index % traced + 1), "severity_left": hazard.severity,
                "probability_left": 1, "residual_acceptable": true, "benefit": null })
        };
        let rows: Vec<Value> = device.hazards.iter().enumerate().map(row).collect();
        json!({ "acceptable_up_to": 6, "hazards": rows, "benefit_outweighs_risk": true })
    }

    fn pilot_sites(&self, device: &Device) -> Value {
        let mut dice = self.dice("pilots");
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
            Some(json!({ "site": who.site, "market": market, "physician": who.name,
                "responsible": who.name,
                "ethics": "approved", "ethics_on": self.in_days(-140), "authority": "not_needed",
                "authority_number": null, "started": self.in_days(-120), "cases": dice.between(8, 34), "findings": findings }))
        };
        let rows: Vec<Value> =
            self.sheet.markets.iter().enumerate().take(3).filter_map(row).collect();
        json!({ "sites": rows, "problem_solved": true })
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
