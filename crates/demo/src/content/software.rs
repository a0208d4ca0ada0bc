//! Forms that only software has: from the interviews to the release and its way back.

use chrono::Days;
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth},
    market::whole,
    regulation,
};
use crate::data::{Hazard, Requirement, Software};

impl Writer<'_> {
    pub(super) fn of_software(&self, form: &str, about: &str) -> Option<Value> {
        let software = self.sheet.software.as_ref()?;
        Some(match form {
            "interviews" => self.interviews(),
            "funding" => self.funds(),
            "intended_use" => self.intended_use(software),
            "requirements" => self.stories(software),
            "architecture" => self.architecture(software),
            "threat_model" => self.threats(),
            "privacy" => self.privacy(),
            "interoperability" => self.interfaces(),
            "usability_plan" => self.usability_plan(),
            "algorithm_plan" => self.algorithm_plan(),
            "verification" => self.verification(software, about),
            "pilot_results" => self.pilot_results(software),
            "usability_evaluation" => self.usability_evaluation(software),
            "clinical_evaluation" => self.clinical_evaluation(),
            "performance" => self.performance(software, about),
            _ => return self.of_a_release(form, software),
        })
    }

    fn of_a_release(&self, form: &str, software: &Software) -> Option<Value> {
        Some(match form {
            "release_notes" => self.release_notes(software),
            "sbom" => self.sbom(software),
            "vulnerabilities" => self.vulnerabilities(),
            "change_assessment" => self.change_assessment(software),
            "rollback_plan" => self.rollback(software),
            "rollout" => self.rollout(software),
            "price_model" => self.price_model(software),
            "market_access_plan" => self.access(),
            "service_levels" => self.service_levels(),
            "surveillance" => json!({ "incidents": [], "signals_open": 0, "drift": "steady" }),
            "release_check" => self.release_check(),
            "release_plan" => self.release_plan(software),
            _ => return None,
        })
    }

    fn version<'s>(&self, software: &'s Software) -> &'s str {
        let index = usize::try_from(self.release.saturating_sub(1)).unwrap_or(0);
        let found = software.versions.get(index).or(software.versions.last());
        found.map_or("1.0.0", String::as_str)
    }

    fn interviews(&self) -> Value {
        let mut dice = self.dice("interviews");
        let parts = ["physician", "nurse", "it", "physician", "management", "nurse", "physician"];
        let findings = [
            (self.sheet.finding.as_str(), self.sheet.finding.as_str()),
            ("Keeps a private list beside the system", "시스템과 별도로 개인 목록을 유지함"),
            (
                "Will not run another server without a support contract",
                "유지보수 계약 없이는 서버를 추가하지 않겠다고 함",
            ),
            ("Looks at it only when somebody calls", "전화를 받아야 확인한다고 함"),
            (
                "Would pay from the budget of the department if it saves a position in the night shift",
                "야간 인력 한 명을 줄이면 부서 예산으로 도입할 수 있다고 함",
            ),
            (
                "Asks that nothing pops up during handover",
                "인수인계 시간에는 알림이 뜨지 않기를 요청함",
            ),
            ("Has the problem, solves it by experience", "문제는 있으나 경험으로 해결한다고 함"),
        ];
        let markets = &self.sheet.markets;
        let row = |(index, kind): (usize, &&str)| {
            let market = &markets[index % markets.len().max(1)];
            let who = self.physician(market, index / markets.len().max(1))?;
            let (en, ko) = findings[index];
            let person = match *kind {
                "physician" => who.name.clone(),
                "nurse" => self.either("Ward nurse, night shift", "병동 간호사(야간)").to_owned(),
                "it" => self.either("Head of hospital IT", "전산팀장").to_owned(),
                _ => self.either("Deputy medical director", "진료부원장").to_owned(),
            };
            Some(json!({ "person": person, "part": kind, "market": market,
                "site": who.site,
                "date": self.in_days(-24 + 3 * i64::try_from(index).unwrap_or(0)),
                "has_problem": index != 6, "times_a_week": dice.between(3, 15),
                "minutes_lost": dice.between(4, 18), "would_pay": index % 3 == 1 || index == 0,
                "finding": self.either(en, ko) }))
        };
        let device = self.device().map(|device| device.segments.as_slice()).unwrap_or_default();
        let segments = device.iter().enumerate().map(|(index, segment)| {
            json!({ "segment": self.tell(&segment.name), "need": self.tell(&segment.need),
                "target": index == 0 })
        });
        let segments: Vec<Value> = segments.collect();
        json!({ "interviews": parts.iter().enumerate().filter_map(row).collect::<Vec<_>>(),
            "segments": segments })
    }

    fn funds(&self) -> Value {
        let row = |market: &String| {
            let (way, code, status) = match market.as_str() {
                "US" => (
                    "procedure_code",
                    self.device()
                        .ok()
                        .and_then(|device| Some(device.codes.get("US")?.code.clone())),
                    "planned",
                ),
                "KR" => ("innovation", None, "applied"),
                _ => ("hospital_budget", None, "exists"),
            };
            json!({ "market": market, "way": way, "code": code, "status": status,
                "amount": money(self.local(market), self.currency_of(market)),
                "evidence": self.word("software/evidence") })
        };
        json!({ "ways": self.sheet.markets.iter().map(row).collect::<Vec<_>>() })
    }

    fn intended_use(&self, software: &Software) -> Value {
        let device = self.device().ok();
        let mobile = software.hosting == "mobile";
        let (significance, condition) = match (software.regulated, software.safety.as_str()) {
            (false, _) => ("none", "non_serious"),
            (_, "C") => ("drive", "critical"),
            (_, "B") => ("drive", "serious"),
            _ => ("inform", "non_serious"),
        };
        let statement = self.either(
            "It supports trained staff by this: {idea} It does not replace clinical judgement.",
            "훈련된 의료진을 보조하기 위한 소프트웨어로, {idea} 임상적 판단을 대체하지 않는다.",
        );
        let class = match software.safety.as_str() {
            "C" => self.either(
                "A missed warning can contribute to death",
                "경고 누락이 사망에 기여할 수 있음",
            ),
            "B" => self.either(
                "A delay can cause an injury that is not serious; a physician confirms",
                "지연 시 경미한 상해 가능, 의사가 확인함",
            ),
            _ => self.either(
                "No injury is possible: results are checked before they are used",
                "결과를 사용 전에 확인하므로 상해 가능성 없음",
            ),
        };
        json!({
            "statement": statement.replace("{idea}", &self.sheet.idea),
            "users": if mobile { json!(["nurse", "physician"]) } else { json!(["physician", "nurse", "technician"]) },
            "environment": if mobile { "practice" } else { "hospital" },
            "contraindications": device.map(|device| self.tell(&device.contraindications)),
            "significance": significance, "condition": condition,
            "safety_class": software.safety, "class_reason": class,
        })
    }

    fn stories(&self, software: &Software) -> Value {
        let Ok(device) = self.device() else { return json!({}) };
        let users = self.tell(&device.users);
        let mut rows = vec![json!({ "id": "R1", "user": users, "needs": self.sheet.idea,
            "so_that": self.sheet.positioning, "kind": "function", "priority": "must",
            "acceptance": self.sheet.edge })];
        let wanted = asked(software, &device.requirements);
        for (index, each) in wanted.iter().enumerate() {
            let kind = match each.by.as_str() {
                "demonstration" => "risk_control",
                "analysis" => "performance",
                _ if index == 2 => "interface",
                _ => "security",
            };
            rows.push(json!({ "id": format!("R{}", index + 2), "user": users,
                "needs": self.tell(&each.customer), "so_that": self.tell(&each.technical),
                "kind": kind, "priority": if index < 2 { "must" } else { "should" },
                "acceptance": self.tell(&each.measure) }));
        }
        for (index, change) in software.changes.iter().take(1).flatten().enumerate() {
            rows.push(
                json!({ "id": format!("R{}", wanted.len() + 2 + index), "user": users,
                "needs": change, "so_that": self.sheet.edge, "kind": "function", "priority": "must",
                "acceptance": self.either("Shown at both pilot sites", "시범 기관 2곳에서 시연") }),
            );
        }
        json!({ "requirements": rows, "agreed_with_customers": true })
    }

    fn architecture(&self, software: &Software) -> Value {
        let class = software.safety.as_str();
        let item = |item: &str, purpose: &str, class: &str, soup: bool, by: Option<&str>| {
            json!({ "item": item, "purpose": purpose, "safety_class": class, "soup": soup,
                "segregated": true, "supplier": by })
        };
        let e = |en, ko| self.either(en, ko);
        json!({
            "items": [
                item(e("Core service", "핵심 서비스"), &self.sheet.idea, class, false, None),
                item(e("User interface", "사용자 화면"), e("Shows results and takes confirmations", "결과 표시와 확인 입력"), class, false, None),
                item(e("Interface engine", "연동 엔진"), e("HL7 FHIR and DICOM in and out", "HL7 FHIR·DICOM 송수신"), class, false, None),
                item("PostgreSQL 16", e("Keeps results and the audit trail", "결과와 감사 기록 저장"), "A", true, Some("PostgreSQL Global Development Group")),
                item("OpenSSL 3", e("Encrypts connections", "통신 암호화"), "A", true, Some("OpenSSL Project")),
            ],
            "scales_to": self.dice("scale").between(2, 12) * 100,
            "feasible": true,
            "effort_months": whole(Figures::of(self).effort),
        })
    }

    fn threats(&self) -> Value {
        let e = |en, ko| self.either(en, ko);
        let row = |asset: &str,
                   threat: &str,
                   how: &str,
                   (likely, harm): (i64, i64),
                   control: &str| {
            json!({ "asset": asset, "threat": threat, "how": how, "likelihood": likely, "harm": harm,
                "control": control, "residual_acceptable": true })
        };
        json!({
            "threats": [
                row(e("Patient data", "환자 정보"), "disclosure", e("Stolen session of a shared workstation", "공용 단말의 세션 탈취"), (3, 4), e("Sign-out after four minutes, re-authentication for export", "4분 후 자동 로그아웃, 내보내기 시 재인증")),
                row(e("Results", "분석 결과"), "tampering", e("Altered message between systems", "시스템 간 메시지 변조"), (2, 5), e("Mutual TLS, signed messages", "상호 TLS, 메시지 서명")),
                row(e("Service", "서비스"), "denial", e("Flood of images after an outage", "장애 복구 후 영상 폭주"), (3, 3), e("Queue with priority, back pressure", "우선순위 큐와 유입 제한")),
                row(e("Administration", "관리 기능"), "elevation", e("Default account of the database", "데이터베이스 기본 계정"), (2, 4), e("No default accounts, CIS benchmark at installation", "기본 계정 제거, 설치 시 CIS 점검")),
            ],
            "contact": "https://solmaru.example/security",
            "disclosure_days": 90, "supported_years": 5,
        })
    }

    fn privacy(&self) -> Value {
        let (regime, country) = match self.here() {
            "US" => ("hipaa", self.either("United States", "미국")),
            "KR" => ("pipa", self.either("Korea", "대한민국")),
            "GB" => ("uk_gdpr", self.either("United Kingdom", "영국")),
            "JP" => ("appi", self.either("Japan", "일본")),
            _ => ("gdpr", self.either("Germany", "독일")),
        };
        let e = |en, ko| self.either(en, ko);
        json!({ "regime": regime, "our_part": "processor",
            "data": [
                { "kind": "health", "purpose": self.sheet.positioning, "basis": "care", "pseudonymised": false, "kept_months": 12 },
                { "kind": "usage", "purpose": e("Support and audit trail", "기술 지원과 감사 기록"), "basis": "contract", "pseudonymised": true, "kept_months": 36 } ],
            "stored_in": country, "leaves_country": false, "transfer_basis": null,
            "assessment_done": true, "contract_ready": true })
    }

    fn interfaces(&self) -> Value {
        let e = |en, ko| self.either(en, ko);
        json!({ "interfaces": [
            { "system": e("Electronic records", "전자의무기록(EMR)"), "standard": "fhir", "version": "R4, Observation and Encounter", "direction": "both", "terms": "loinc", "needed_for_release": true },
            { "system": e("Admissions", "입·퇴원 시스템"), "standard": "hl7_v2", "version": "2.5.1 ADT", "direction": "reads", "terms": "none", "needed_for_release": true },
            { "system": e("Single sign-on of the hospital", "병원 통합 인증"), "standard": "ihe", "version": "IUA", "direction": "reads", "terms": "none", "needed_for_release": false } ] })
    }

    fn usability_plan(&self) -> Value {
        let Ok(device) = self.device() else { return json!({}) };
        let row = |hazard: &Hazard| {
            json!({ "scenario": self.tell(&hazard.control), "user": self.tell(&device.users),
                "use_error": self.tell(&hazard.hazard), "hazard_related": true, "prevented_by": "design" })
        };
        json!({ "scenarios": device.hazards.iter().map(row).collect::<Vec<_>>(), "formative_rounds": 2 })
    }

    fn algorithm_plan(&self) -> Value {
        let mut dice = self.dice("data");
        let learning = dice.between(60, 190) * 100;
        let e = |en, ko| self.either(en, ko);
        let mut row = |name: &str, purpose: &str, subjects: i64, sites: i64, truth: &str| {
            json!({ "data_set": name, "use": purpose, "subjects": subjects, "sites": sites, "market": self.here(),
                "truth": truth, "independent": purpose == "test", "right_to_use": dice.between(0, 9) >= 0 })
        };
        let truth =
            e("Two specialists, a third where they differ", "전문의 2인 판독, 불일치 시 3인째");
        json!({
            "data_sets": [
                row(e("Development cohort", "개발 자료"), "train", learning, 4, truth),
                row(e("Tuning cohort", "조정 자료"), "tune", learning / 8, 2, truth),
                row(e("External validation", "외부 검증 자료"), "test", learning / 5, 3, truth) ],
            "subgroups": [e("Women and men", "성별"), e("65 years and older", "65세 이상"), e("By site", "기관별")],
            "measures": [
                { "measure": "auc", "target": 0.86, "reason": e("Level of the best published score", "기존 점수 체계 최고 수준") },
                { "measure": "sensitivity", "target": 0.85, "reason": e("Asked for in the interviews", "면담에서 요구한 수준") } ],
        })
    }

    fn verification(&self, software: &Software, about: &str) -> Value {
        let release = !about.starts_with("pilot");
        let version = if release { self.version(software) } else { "0.9.0" };
        let mut dice = self.dice(&format!("{about}/{}", self.release));
        let e = |en, ko| self.either(en, ko);
        let mut suite = |name: &str, level: &str, most: i64| {
            let tests = dice.between(most / 2, most) + 40 * i64::from(self.release);
            json!({ "suite": name, "level": level, "tests": tests, "passed": tests,
                "report": format!("https://docs.solmaru.example/{}/verification/{version}/{level}", self.sheet.key) })
        };
        json!({
            "version": version,
            "built_from": format!("{:010x}", Figures::of(self).investment.to_bits() >> 22 ^ u64::from(self.release)),
            "suites": [
                suite(e("Unit tests", "단위 시험"), "unit", 2400),
                suite(e("Integration", "통합 시험"), "integration", 480),
                suite(e("System tests by requirement", "요구사항별 시스템 시험"), "system", 160),
                suite(e("Interfaces with three record systems", "EMR 3종 연동 시험"), "interface", 90),
                suite(e("Penetration and hardening", "침투·보안 설정 시험"), "security", 70) ],
            "requirements_covered": 100,
            "anomalies": [{ "anomaly": e("Tooltip is cut off at 125 % zoom", "화면 125% 확대 시 도움말 잘림"), "severity": "minor",
                "acceptable": true, "reason": e("No clinical content; corrected in the next release", "임상 정보 아님, 다음 릴리스에서 수정") }],
        })
    }

    fn pilot_results(&self, software: &Software) -> Value {
        let mut dice = self.dice("pilots");
        let findings = ["pilot/first", "pilot/second", "pilot/third"];
        let ended = self.in_days(-4);
        let proved = self.ready(&["pilot_verification", "risk_file"]);
        let started = proved.map(|day| regulation::on_weekday(day + Days::new(14)).max(day));
        let started = started.map_or_else(|| self.in_days(-60), |day| day.to_string());
        let started = started.min(ended.clone());
        let approved = proved.map(|day| regulation::on_weekday(day + Days::new(9)).max(day));
        let approved = approved.map_or_else(|| self.in_days(-64), |day| day.to_string());
        let approved = approved.min(started.clone());
        let mut rows = Vec::new();
        for (index, market) in self.sheet.markets.iter().cycle().take(3).enumerate() {
            let Some(who) = self.physician(market, index) else { continue };
            rows.push(json!({ "site": who.site, "market": market, "physician": who.name,
                "responsible": who.name,
                "ethics": if software.regulated { "approved" } else { "exempt" },
                "ethics_on": software.regulated.then(|| approved.clone()),
                "started": started, "ended": ended, "users": dice.between(9, 44),
                "cases": dice.between(80, 900), "adoption": dice.between(58, 91),
                "minutes_saved": tenth(software.saves * part(dice.between(80, 120))), "incidents": 0,
                "solved": true, "goes_on": index != 2, "finding": self.word(findings[index]) }));
        }
        json!({ "sites": rows, "best_solution": true, "serious_open": 0 })
    }

    fn usability_evaluation(&self, software: &Software) -> Value {
        let Ok(device) = self.device() else { return json!({}) };
        let row = |(index, each): (usize, &&Requirement)| {
            let slip = index == 1;
            json!({ "task": self.tell(&each.customer), "user": self.tell(&device.users), "participants": 15,
                "succeeded": if slip { 14 } else { 15 }, "use_errors": i64::from(slip),
                "root_cause": slip.then(|| self.either("Label of the button; changed and tested again", "버튼 문구, 수정 후 재평가")) })
        };
        json!({ "tasks": asked(software, &device.requirements).iter().enumerate().take(3).map(row).collect::<Vec<_>>(),
            "residual_acceptable": true })
    }

    fn clinical_evaluation(&self) -> Value {
        let e = |en, ko| self.either(en, ko);
        let mut dice = self.dice("clinical");
        json!({ "association": "established",
            "evidence": [
                { "source": e("Systematic review, 2019 to last year", "체계적 문헌고찰(2019년~전년도)"), "kind": "literature", "patients": dice.between(30, 90) * 100, "shows": self.sheet.problem },
                { "source": e("External validation, three hospitals", "외부 검증(3개 병원)"), "kind": "retrospective", "patients": dice.between(12, 48) * 100, "shows": self.sheet.edge } ],
            "analytical_valid": true, "clinically_valid": true,
            "follow_up": e("Registry of the first ten sites, report after twelve months", "초기 10개 기관 등록연구, 12개월 후 보고") })
    }

    fn performance(&self, software: &Software, about: &str) -> Value {
        let version = if about.starts_with("release") { self.version(software) } else { "0.9.0" };
        let mut dice = self.dice(&format!("{about}/{}", self.release));
        let e = |en, ko| self.either(en, ko);
        let mut row = |measure: &str, group: &str, target: f64| {
            let result = target + part(dice.between(1, 6));
            json!({ "measure": measure, "subgroup": group, "cases": dice.between(4, 28) * 100, "target": target,
                "result": (result * 100.0).round() / 100.0, "lower": ((result - 0.02) * 100.0).round() / 100.0, "reached": true })
        };
        json!({ "version": version,
            "results": [
                row("auc", e("All", "전체"), 0.86), row("sensitivity", e("All", "전체"), 0.85),
                row("auc", e("65 years and older", "65세 이상"), 0.84), row("auc", e("Women", "여성"), 0.84) ],
            "data_unseen": true, "no_subgroup_worse": true })
    }

    fn release_notes(&self, software: &Software) -> Value {
        let index = usize::try_from(self.release.saturating_sub(1)).unwrap_or(0);
        let changes = software.changes.get(index).or(software.changes.last());
        let row = |(at, change): (usize, &String)| {
            let first = self.release == 1;
            let kind = if first || at == 0 { "feature" } else { "improvement" };
            let source = match (first, at) {
                (true, _) => "roadmap",
                (_, 1) => "vulnerability",
                _ => "customer",
            };
            json!({ "change": change, "kind": kind, "source": source, "touches_safety": at == 0 && software.safety == "C",
                "users_must": (!first && at == 0).then(|| self.either("Read the notice at the first sign-in", "첫 로그인 시 안내 확인")) })
        };
        let changes: Vec<Value> = changes.into_iter().flatten().enumerate().map(row).collect();
        json!({ "version": self.version(software), "kind": if self.release == 1 { "major" } else { "minor" },
            "date": self.in_days(30), "changes": changes, "languages": self.languages() })
    }

    fn languages(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for market in &self.sheet.markets {
            for language in
                self.place(market).map(|place| place.languages.clone()).unwrap_or_default()
            {
                if !all.contains(&language) {
                    all.push(language);
                }
            }
        }
        all
    }

    fn sbom(&self, software: &Software) -> Value {
        let version = self.version(software);
        let row = |component: &str,
                   version: &str,
                   supplier: &str,
                   licence: &str,
                   days: i64,
                   then: &str| {
            json!({ "component": component, "version": version, "supplier": supplier, "licence": licence,
                "supported_until": self.in_days(days), "then": then })
        };
        json!({ "version": version, "format": "cyclonedx",
            "file": format!("https://docs.solmaru.example/{}/sbom/{version}.json", self.sheet.key),
            "components_total": self.dice("parts").between(140, 420),
            "components": [
                row("PostgreSQL", "16.6", "PostgreSQL Global Development Group", "PostgreSQL", 1050, "keep"),
                row("OpenSSL", "3.0.15", "OpenSSL Project", "Apache-2.0", 680, "update"),
                row("dcm4che", "5.33", "dcm4che.org", "MPL-1.1", 900, "keep") ],
            "licences_cleared": true })
    }

    fn vulnerabilities(&self) -> Value {
        let mut dice = self.dice(&format!("cve/{}", self.release));
        let mut row = |component: &str, score: f64, handling: &str| {
            json!({ "id": format!("CVE-{}-{}", self.year(), dice.between(20_000, 58_000)), "component": component,
                "cvss": score, "can_harm_patients": false, "handling": handling, "due": self.in_days(20) })
        };
        json!({ "scanned_on": self.in_days(-3),
            "found": [row("OpenSSL", 7.4, "fixed"), row("libxml2", 5.3, "not_affected"), row("nghttp2", 5.3, "mitigated")],
            "penetration_tested_on": self.in_days(-41) })
    }

    fn change_assessment(&self, software: &Software) -> Value {
        let e = |en, ko| self.either(en, ko);
        let row = |market: &String| {
            let (decision, reason) = match (software.regulated, self.release) {
                (false, _) => (
                    "not_device",
                    e("Documentation only, no medical purpose", "의료 목적이 없는 기록 소프트웨어"),
                ),
                (true, 1) => ("first_release", e("As cleared", "허가 사항과 동일")),
                _ => (
                    "file",
                    e(
                        "No change of intended use or performance claims",
                        "사용 목적과 성능 표방의 변경 없음",
                    ),
                ),
            };
            json!({ "market": market, "decision": decision, "allowed": true, "reason": reason })
        };
        json!({ "changes_intended_use": false, "changes_safety_class": false,
            "markets": self.sheet.markets.iter().map(row).collect::<Vec<_>>() })
    }

    fn rollback(&self, software: &Software) -> Value {
        let e = |en, ko| self.either(en, ko);
        let back = match self.release {
            1 => "0.9.0".to_owned(),
            release => {
                let index = usize::try_from(release - 2).unwrap_or(0);
                software.versions.get(index).cloned().unwrap_or_else(|| "1.0.0".to_owned())
            }
        };
        let (operations, quality) = (self.name_of("operations"), self.name_of("quality"));
        json!({ "back_to": back,
            "steps": [
                { "step": e("Stop the queue of new cases", "신규 사례 큐 중지"), "who": operations, "minutes": 2 },
                { "step": e("Switch to the previous container", "이전 컨테이너로 전환"), "who": operations, "minutes": 6 },
                { "step": e("Check ten cases against their results", "10개 사례 결과 대조"), "who": quality, "minutes": 20 } ],
            "triggers": [
                { "sign": e("Results later than usual", "결과 지연"), "limit": e("p95 above 60 s for ten minutes", "10분간 p95 60초 초과"), "decided_by": operations },
                { "sign": e("Wrong patient shown", "환자 오표시"), "limit": e("One case", "1건"), "decided_by": quality } ],
            "data_survive": true, "tried_on": self.in_days(-9), "worked": true })
    }

    fn rollout(&self, software: &Software) -> Value {
        let e = |en, ko| self.either(en, ko);
        let row = |(index, market): (usize, &String)| {
            let days = 14 + 21 * i64::try_from(index).unwrap_or(0);
            json!({ "ring": if index == 0 { e("Pilot sites", "시범 기관") } else { e("All sites", "전체 기관") },
                "market": market, "date": self.in_days(days), "customers": self.dice(market).between(2, 14),
                "next_when": e("Seven days without a call of priority 1", "7일간 긴급 장애 없음") })
        };
        json!({ "version": self.version(software),
            "rings": self.sheet.markets.iter().enumerate().map(row).collect::<Vec<_>>(), "told": true })
    }

    fn price_model(&self, software: &Software) -> Value {
        let books = books(self.sheet);
        let e = |en, ko| self.either(en, ko);
        let basic = self.sheet.price;
        json!({ "plans": [
            { "plan": e("Department", "진료과"), "per": "site", "period": "year", "payer": "hospital", "list_price": money(basic, books),
              "includes": e("One department, updates, support in office hours", "1개 진료과, 업데이트, 업무시간 지원") },
            { "plan": e("Hospital", "병원 전체"), "per": "site", "period": "year", "payer": "hospital", "list_price": money(basic * 2.4, books),
              "includes": e("All departments, support at all hours", "전 진료과, 24시간 지원") } ],
            "trial_days": 60,
            "cost_per_user": money(if software.hosting == "cloud" { self.sheet.cost / 150.0 } else { self.sheet.cost / 400.0 }, books) })
    }

    fn access(&self) -> Value {
        let e = |en, ko| self.either(en, ko);
        let (way, secured, step, with) = match self.here() {
            "KR" => (
                "innovation",
                true,
                e("Report on the use in the first year", "1차 연도 사용 현황 보고"),
                e("NECA", "한국보건의료연구원"),
            ),
            "US" => (
                "procedure_code",
                false,
                e("Category III code, application", "Category III 코드 신청"),
                e("AMA CPT panel", "AMA CPT 위원회"),
            ),
            _ => (
                "hospital_budget",
                true,
                e("Framework agreement", "단가계약"),
                e("Purchasing hub", "공동구매 기관"),
            ),
        };
        json!({ "way": way, "secured": secured, "from": secured.then(|| self.in_days(30)),
            "steps": [{ "step": step, "with": with, "due": self.in_days(190) }] })
    }

    fn service_levels(&self) -> Value {
        json!({ "levels": [
            { "measure": "availability", "severity": "all", "promised": 99.5, "unit": "percent", "shown_in_pilot": true, "credit": 10 },
            { "measure": "answer", "severity": "critical", "promised": 30, "unit": "minutes", "shown_in_pilot": true, "credit": 5 },
            { "measure": "repair", "severity": "critical", "promised": 8, "unit": "hours", "shown_in_pilot": false, "credit": 5 } ],
            "hours": "always", "languages": self.languages(), "on_call_ready": true })
    }

    fn release_check(&self) -> Value {
        let mut dice = self.dice("check");
        json!({ "updated": dice.between(71, 98), "incidents": 0, "rolled_back": false,
            "availability": 99.0 + part(dice.between(72, 98)),
            "corrections": [{ "what": self.word("software/next_time"), "owner": self.name_of("operations"), "due": self.in_days(45) }] })
    }

    fn release_plan(&self, software: &Software) -> Value {
        let next = usize::try_from(self.release).unwrap_or(1);
        let version = software.versions.get(next).or(software.versions.last());
        let mut dice = self.dice(&format!("plan/{}", self.release));
        let mut row = |what: &str, source: &str, chosen: bool, reason: &str| {
            json!({ "what": what, "source": source, "value": if chosen { dice.between(6, 9) } else { dice.between(2, 4) },
                "effort_days": whole(f64::from(self.release) * 8.0) + dice.between(8, 40), "chosen": chosen, "reason": reason })
        };
        let e = |en, ko| self.either(en, ko);
        let mut items = Vec::new();
        for change in software.changes.get(next).or(software.changes.last()).into_iter().flatten() {
            items.push(row(
                change,
                "customer",
                true,
                e("Asked for by five sites", "5개 기관 요청"),
            ));
        }
        items.push(row(
            e("Dark theme", "어두운 화면"),
            "customer",
            false,
            e("Two requests; after the next release", "요청 2건, 다음 릴리스 이후 검토"),
        ));
        json!({ "version": version, "items": items, "date": self.in_days(75) })
    }
}

/// What a kind asks for, without what only learning software needs.
pub(super) fn asked<'s>(software: &Software, all: &'s [Requirement]) -> Vec<&'s Requirement> {
    let learns = software.algorithm != "none";
    let of_learning = |each: &Requirement| each.by == "analysis" || each.by == "demonstration";
    all.iter().filter(|each| learns || !of_learning(each)).collect()
}
