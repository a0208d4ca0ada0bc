//! Clinical evidence and the watch after the launch, by what a kind of device has to show.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Writer, regulation::on_weekday};
use crate::{
    data::{Device, Hazard},
    dice::Dice,
};

impl Writer<'_> {
    pub(super) fn of_the_evidence(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "clinical_investigation" => self.clinical_investigation(device),
            "clinical_evaluation" => self.evaluation_of(device),
            "surveillance_plan" => self.watch_plan(device),
            _ => return None,
        })
    }

    /// The own study is the same in every form and revision that names it.
    fn dice_of_study(&self, about: &str) -> Dice {
        Dice::of(self.seed, &format!("{}/study/{about}", self.sheet.key))
    }

    fn own_patients(&self) -> i64 {
        self.dice_of_study("patients").between(60, 280)
    }

    fn own_study(&self) -> String {
        format!("{}-01", self.sheet.line.to_uppercase())
    }

    fn clinical_investigation(&self, device: &Device) -> Value {
        let patients = self.own_patients();
        let kind = if device.kind == "ivd" { "performance" } else { "pivotal" };
        let number = self.dice_of_study("approval").between(1_000, 9_999);
        // Nobody is enrolled before the risks are known and the tests are passed.
        let proved = self.ready(&["risk_file", "vv"]);
        let begun = proved.or(self.entered).unwrap_or(self.today).min(self.today);
        let left = (self.today - begun).num_days();
        let at =
            |percent: i64| on_weekday(begun + TimeDelta::days(left * percent / 100)).max(begun);
        json!({ "studies": [{ "study": self.own_study(), "kind": kind, "market": self.here(),
            "ethics": "approved", "ethics_on": at(8), "authority": "approved",
            "authority_number": format!("CI-{number}"), "registered": null,
            "started": at(14), "ended": at(90),
            "planned": patients, "enrolled": patients, "result": "met", "serious_events": 0,
            "endpoint": device.requirements.first().map(|each| self.tell(&each.customer)) }] })
    }

    /// By the own study where there is one; an extension rests on the product that is extended.
    fn pathway_of(&self, device: &Device) -> &'static str {
        let studied = self.accepted.contains_key("clinical_investigation");
        match device.evidence.as_str() {
            _ if studied => "investigation",
            _ if self.sheet.novelty == "line_extension" => "equivalence",
            "bench" => "performance",
            _ => "literature",
        }
    }

    fn evaluation_of(&self, device: &Device) -> Value {
        let pathway = self.pathway_of(device);
        let (study, alike) = (pathway == "investigation", pathway == "equivalence");
        let alike = alike.then_some(true);
        let wish = device.requirements.first().map(|each| self.tell(&each.customer));
        let wish = wish.unwrap_or_default();
        let benefit = self.tell(&device.indication);
        let own = study.then(|| {
            json!({ "source": self.own_study(), "kind": "prospective", "patients": self.own_patients(),
                "shows": wish })
        });
        let bench = device.requirements.iter().take(2).map(|each| {
            json!({ "source": self.tell(&each.test), "kind": "bench", "patients": 0,
                "shows": self.tell(&each.measure) })
        });
        let read = ["literature", "equivalence"].contains(&pathway).then(|| {
            json!({ "source": self.either("Systematic review of ten years", "10년간 체계적 문헌고찰"),
                "kind": "literature", "patients": self.dice("review").between(9, 64) * 50,
                "shows": self.either(
                    &format!("Safe in what it is meant for: {benefit}"),
                    &format!("사용 목적에서 안전성 확인: {benefit}")) })
        });
        let evidence: Vec<Value> = own.into_iter().chain(read).chain(bench).collect();
        let rival = device.rivals.first().map(|rival| rival.name.as_str()).unwrap_or_default();
        json!({ "pathway": pathway, "benefit": benefit, "evidence": evidence,
            "state_of_the_art": self.either(
                &format!("{}; {rival} is the most used", self.sheet.today),
                &format!("{} 현재 {rival} 사용이 가장 많음", self.sheet.today)),
            "equivalent_device": alike.map(|_| self.sheet.line.as_str()), "technically_alike": alike,
            "biologically_alike": alike, "clinically_alike": alike, "data_access": alike,
            "searched_until": self.in_days(-35), "pmcf": "planned", "gaps": null,
            "follow_up": self.either("First users of each market, for two years", "시장별 초기 사용자 2년 추적"),
            "evaluator": self.name_of("clinical_affairs"), "benefit_shown": true })
    }

    fn watch_plan(&self, device: &Device) -> Value {
        let quality = self.name_of("quality");
        let source = |source: &str, how: &str, months: i64| json!({ "source": source, "how": how, "every_months": months, "owner": quality });
        let indicator = |hazard: &Hazard| {
            let (threshold, action) = match (hazard.severity, hazard.probability) {
                (5.., _) => (
                    self.either("Any case", "1건 발생 시"),
                    self.either(
                        "Report to the authority and CAPA",
                        "규제기관 보고 및 시정·예방조치",
                    ),
                ),
                (4, _) => (
                    self.either("1 in 10,000 uses", "사용 10,000건당 1건"),
                    self.either(
                        "CAPA and a look at the risk file",
                        "시정·예방조치와 위험관리 파일 재검토",
                    ),
                ),
                (_, 3..) => (
                    self.either("1 in 200 uses", "사용 200건당 1건"),
                    self.either("Look at the process and the training", "공정 및 교육 점검"),
                ),
                _ => (
                    self.either("1 in 1,000 uses", "사용 1,000건당 1건"),
                    self.either("Look at the risk file again", "위험관리 파일 재검토"),
                ),
            };
            json!({ "indicator": self.tell(&hazard.hazard),
                "threshold": threshold, "action": action })
        };
        let indicators: Vec<Value> = device.hazards.iter().map(indicator).collect();
        json!({ "indicators": indicators,
            "sources": [
                source("complaints", self.either("Every complaint is read by quality", "모든 불만을 품질 부서가 검토"), 1),
                source("incidents", self.either("Databases of the authorities", "규제기관 공개 데이터베이스"), 3),
                source("literature", self.either("Search of the year", "연간 문헌 검색"), 12),
            ],
            "vigilance": self.name_of("regulatory_affairs"), "pmcf": "planned",
            "pmcf_reason": null,
            "follow_up": [{ "activity": self.either("Registry of the first users", "초기 사용자 레지스트리"),
                "kind": "registry", "market": self.here(), "patients": 200, "until": self.in_days(1_500) }],
            "report": "psur", "report_every_months": 12, "first_report": self.launch() + TimeDelta::days(395) })
    }
}
