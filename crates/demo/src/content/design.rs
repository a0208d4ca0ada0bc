//! Feasibility and development: requirements that trace, tests that prove them, risks with controls.

use serde_json::{Value, json};

use super::Writer;
use crate::data::{Family, Hazard, Place, Requirement};

impl Writer<'_> {
    pub(super) fn of_the_design(&self, form: &str, family: &Family) -> Option<Value> {
        Some(match form {
            "technical_feasibility" => self.technical_feasibility(family),
            "voice_of_customer" => self.voice_of_customer(family),
            "clinical_limits" => self.clinical_limits(family),
            "personas" => self.personas(family),
            "crs" => self.crs(family),
            "trs" => self.trs(family),
            "design_reviews" => self.design_reviews(),
            "supplier_changes" => self.supplier_changes(family),
            "vv" => self.vv(family),
            "risk_file" => self.risk_file(family),
            "pilot_sites" => self.pilot_sites(),
            "regulatory_submission" => self.regulatory_submission(),
            _ => return None,
        })
    }

    fn technical_feasibility(&self, family: &Family) -> Value {
        let concept = |(index, concept): (usize, &crate::data::Say)| {
            let risk = family.hazards.get(index).map(|hazard| self.tell(&hazard.hazard));
            json!({ "concept": self.tell(concept), "readiness": if index == 0 { 6 } else { 4 },
                "chosen": index == 0, "risk": risk })
        };
        let concepts: Vec<Value> = family.concepts.iter().enumerate().map(concept).collect();
        let effort = self.dice("effort").between(9, 40) * 6;
        let licence = self.dice("licence").percent(20);
        json!({ "concepts": concepts, "feasible": true, "effort_months": effort,
            "freedom_to_operate": if licence { "licence" } else { "clear" } })
    }

    fn voice_of_customer(&self, family: &Family) -> Value {
        let mut dice = self.dice("voices");
        let count = usize::try_from(dice.between(5, 7)).unwrap_or(5);
        let markets = &self.sheet.markets;
        let session = |index: usize| {
            let market = &markets[index % markets.len().max(1)];
            let place = self.place(market)?;
            let (who, role) = self.heard_person(place, index / markets.len().max(1));
            let site = place.sites.get(index / 2 % place.sites.len())?;
            let heard = self.said("voc/finding", index).unwrap_or_default();
            let heard = if index == 0 { self.sheet.finding.clone() } else { heard };
            Some(json!({ "person": who, "role": role, "specialty": self.tell(&family.specialty),
                "site": self.tell(site), "market": market,
                "date": self.in_days(-40 + 5 * i64::try_from(index).unwrap_or(0)),
                "findings": heard, "kind": if index % 3 == 2 { "observation" } else { "interview" },
                "changed": self.said("voc/changed", index) }))
        };
        let sessions: Vec<Value> = (0..count).filter_map(session).collect();
        json!({ "sessions": sessions, "worth_solving": true })
    }

    /// Whom one listens to at a place, one after the other: its physicians, then those around them.
    fn heard_person(&self, place: &Place, turn: usize) -> (String, &'static str) {
        if let Some(physician) = place.physicians.get(turn) {
            return (self.tell(physician).to_owned(), "physician");
        }
        let around = [
            ("Head nurse of the department", "부서 수간호사", "nurse"),
            ("Biomedical engineer", "의공팀 담당자", "technician"),
            ("Buyer of medical supplies", "의료재료 구매 담당자", "buyer"),
            ("Nurse on the night shift", "야간 근무 간호사", "nurse"),
        ];
        let (en, ko, role) = around[turn.saturating_sub(place.physicians.len()) % around.len()];
        (self.either(en, ko).to_owned(), role)
    }

    fn clinical_limits(&self, family: &Family) -> Value {
        let limit = |limit: &crate::data::Limit| {
            json!({ "parameter": self.tell(&limit.parameter), "lower": limit.lower, "upper": limit.upper,
                "unit": limit.unit, "rationale": self.tell(&limit.why) })
        };
        let limits: Vec<Value> = family.limits.iter().map(limit).collect();
        let implant = family.way.get("us").is_some_and(|way| way.pathway == "pma");
        json!({ "indication": self.tell(&family.indication),
            "contraindications": self.tell(&family.contraindications), "limits": limits,
            "evidence_needed": if implant { "study" } else { "literature" } })
    }

    fn personas(&self, family: &Family) -> Value {
        let segment = family.segments.first();
        let need = segment.map(|segment| self.tell(&segment.need));
        let buyer = segment.map(|segment| self.tell(&segment.buyer));
        json!({ "personas": [
            { "name": self.word("persona/user"), "part": "user",
              "attributes": format!("{}, {}", self.tell(&family.specialty), self.word("persona/user_is")),
              "problems": self.sheet.problem, "preferences": need,
              "behaviour": self.word("persona/user_does") },
            { "name": self.word("persona/buyer"), "part": "buyer",
              "attributes": buyer, "problems": self.word("persona/buyer_problem"),
              "preferences": self.word("persona/buyer_prefers"),
              "behaviour": self.word("persona/buyer_does") },
        ] })
    }

    fn crs(&self, family: &Family) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("C{}", index + 1), "requirement": self.tell(&each.customer),
                "priority": priority(index),
                "source": self.either("Sessions with physicians", "의료진 면담") })
        };
        let rows: Vec<Value> = family.requirements.iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "agreed_with_customers": true })
    }

    fn trs(&self, family: &Family) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("T{}", index + 1), "requirement": self.tell(&each.technical),
                "crs": format!("C{}", index + 1), "measure": self.tell(&each.measure), "verified_by": each.by })
        };
        let rows: Vec<Value> = family.requirements.iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "also": null })
    }

    fn design_reviews(&self) -> Value {
        let reviews = [("input", -220), ("output", -120), ("verification", -40), ("final", -8)];
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

    fn supplier_changes(&self, family: &Family) -> Value {
        let row = |(index, each): (usize, &crate::data::Supply)| {
            json!({ "supplier": each.supplier, "component": self.tell(&each.component),
                "change": self.tell(&each.change), "impact": if index == 0 { "major" } else { "minor" },
                "met_on": self.in_days(-90 + 30 * i64::try_from(index).unwrap_or(0)), "approved": true })
        };
        let rows: Vec<Value> = family.supply.iter().enumerate().map(row).collect();
        json!({ "changes": rows })
    }

    fn vv(&self, family: &Family) -> Value {
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
        let mut rows: Vec<Value> = self.specified(family).iter().enumerate().map(row).collect();
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
    pub(super) fn specified<'f>(&self, family: &'f Family) -> &'f [Requirement] {
        let all = family.requirements.as_slice();
        let most = if self.sheet.workflow == "npi-express" { 3 } else { all.len() };
        all.get(..most).unwrap_or(all)
    }

    fn risk_file(&self, family: &Family) -> Value {
        let (letter, traced) = match self.sheet.workflow.as_str() {
            "healthcare-software" => ("R", 2),
            _ => ("T", self.specified(family).len().max(1)),
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
        let rows: Vec<Value> = family.hazards.iter().enumerate().map(row).collect();
        json!({ "acceptable_up_to": 6, "hazards": rows, "benefit_outweighs_risk": true })
    }

    fn pilot_sites(&self) -> Value {
        let mut dice = self.dice("pilots");
        let findings = [
            (
                "Done in one attempt in all cases; nurses ask for a larger label",
                "전례 1회 성공, 간호사가 라벨 확대 요청",
            ),
            ("Shorter by four minutes in the median", "시술 시간 중앙값 4분 단축"),
            (
                "One user error in the first case, none after the second training",
                "첫 사례 사용 오류 1건, 재교육 후 없음",
            ),
        ];
        let row = |(index, market): (usize, &String)| {
            let place = self.place(market)?;
            let (en, ko) = findings[index % findings.len()];
            Some(json!({ "site": self.tell(place.sites.first()?), "market": market,
                "responsible": self.tell(place.physicians.first()?), "started": self.in_days(-120),
                "cases": dice.between(8, 34), "findings": self.either(en, ko) }))
        };
        let rows: Vec<Value> =
            self.sheet.markets.iter().enumerate().take(3).filter_map(row).collect();
        json!({ "sites": rows, "problem_solved": true })
    }

    fn regulatory_submission(&self) -> Value {
        let authority = self.place(self.here()).map(|place| self.tell(&place.authority));
        let number = self.dice("filing").between(1000, 9999);
        let reference = match self.here() {
            "US" => format!("K{}{number}", self.year() % 100),
            "KR" => format!("{}-{number}{}", self.year(), 7),
            "JP" => format!("{}BZX{number}", self.year()),
            market => format!("{market}-{}-{number}", self.year()),
        };
        json!({ "authority": authority, "status": "filed", "reference": reference,
            "filed_on": self.in_days(-20), "expected_on": self.in_days(200),
            "decided_on": null, "questions": [
                { "question": self.either("Please give the rationale for the worst-case size.", "최악 조건 규격 선정 근거를 제출할 것."),
                  "asked_on": self.in_days(-8), "answer_by": self.in_days(45),
                  "answer": self.either("Rationale with dimensions sent", "치수 근거와 함께 회신"), "answered": true } ] })
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
