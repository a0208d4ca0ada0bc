//! Clinical evidence and the watch after the launch, by what a kind of device has to show.

use serde_json::{Value, json};

use super::Writer;
use crate::data::Device;

impl Writer<'_> {
    pub(super) fn of_the_evidence(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "clinical_investigation" => self.clinical_investigation(device),
            "clinical_evaluation" => self.evaluation_of(device),
            "surveillance_plan" => self.watch_plan(device),
            _ => return None,
        })
    }

    /// Patients of the own study, the same in every form that names them.
    fn own_patients(&self) -> i64 {
        self.dice("study").between(60, 280)
    }

    fn own_study(&self) -> String {
        format!("{}-01", self.sheet.line.to_uppercase())
    }

    fn clinical_investigation(&self, device: &Device) -> Value {
        let patients = self.own_patients();
        let kind = if device.kind == "ivd" { "performance" } else { "pivotal" };
        let number = self.dice("approval").between(1_000, 9_999);
        json!({ "studies": [{ "study": self.own_study(), "kind": kind, "market": self.here(),
            "ethics": "approved", "ethics_on": self.in_days(-330), "authority": "approved",
            "authority_number": format!("CI-{number}"), "registered": null,
            "started": self.in_days(-300), "ended": self.in_days(-40),
            "planned": patients, "enrolled": patients, "result": "met", "serious_events": 0,
            "endpoint": device.requirements.first().map(|each| self.tell(&each.customer)) }] })
    }

    fn evaluation_of(&self, device: &Device) -> Value {
        let study = device.evidence == "study";
        let pathway = match device.evidence.as_str() {
            "study" => "investigation",
            "bench" => "performance",
            _ => "literature",
        };
        let wish = device.requirements.first().map(|each| self.tell(&each.customer));
        let wish = wish.unwrap_or_default();
        let own = study.then(|| {
            json!({ "source": self.own_study(), "kind": "prospective", "patients": self.own_patients(),
                "shows": wish })
        });
        let bench = device.requirements.iter().take(2).map(|each| {
            json!({ "source": self.tell(&each.test), "kind": "bench", "patients": 0,
                "shows": self.tell(&each.measure) })
        });
        let evidence: Vec<Value> = own.into_iter().chain(bench).collect();
        let rival = device.rivals.first().map(|rival| rival.name.as_str()).unwrap_or_default();
        let benefit = self.tell(&device.indication);
        json!({ "pathway": pathway, "benefit": benefit, "evidence": evidence,
            "state_of_the_art": self.either(
                &format!("{}; {rival} is the most used", self.sheet.today),
                &format!("{} 현재 {rival} 사용이 가장 많음", self.sheet.today)),
            "searched_until": self.in_days(-35), "pmcf": "planned", "gaps": null,
            "follow_up": self.either("First users of each market, for two years", "시장별 초기 사용자 2년 추적"),
            "evaluator": self.name_of("clinical_affairs"), "benefit_shown": true })
    }

    fn watch_plan(&self, device: &Device) -> Value {
        let quality = self.name_of("quality");
        let source = |source: &str, how: &str, months: i64| json!({ "source": source, "how": how, "every_months": months, "owner": quality });
        let indicator = |hazard: &crate::data::Hazard| {
            json!({ "indicator": self.tell(&hazard.hazard),
                "threshold": self.either("1 in 1000 uses", "사용 1,000건당 1건"),
                "action": self.either("CAPA and a look at the risk file", "시정·예방조치와 위험관리 파일 재검토") })
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
            "report": "psur", "report_every_months": 12, "first_report": self.in_days(1_200) })
    }
}
