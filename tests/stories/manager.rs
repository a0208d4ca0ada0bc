//! A product manager's day, through the API alone, on both databases.

use std::collections::BTreeMap;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_testkit::TestApp;

use crate::company::{Company, codes};

const WORKFLOW: &str = include_str!("../../workflows/npi-medtech.yaml");

/// The house, and what the product manager finds there in the morning.
struct Day {
    app: TestApp,
    house: Company,
    product: String,
}

impl Day {
    async fn begins(mut app: TestApp) -> Self {
        let mut people = BTreeMap::new();
        for (name, roles) in [
            ("Jihyun", &["product_manager"][..]),
            ("Ina", &["inventor"]),
            ("Finn", &["finance"]),
            ("Leo", &["senior_leadership"]),
            ("Seo", &["sales"]),
            ("Rudi", &["rd_lead"]),
        ] {
            people.insert(name.to_owned(), app.person(name, roles).await.person);
        }
        let house = Company::of(app.app.clone(), people);
        let card = json!({ "problem": "석회화 소혈관에서 기존 스텐트는 통과가 어렵다", "kind": "device",
            "novelty": "new_to_company", "product_line": "Solaris" });
        let body = json!({ "workflow": "npi-medtech", "name": "솔라리스 소혈관 스텐트",
            "portfolio": "main", "card": card, "markets": ["KR"] });
        let started = house.post("Jihyun", "/v1/products", &body).await;
        let product = started["product"].as_str().expect("an id").to_owned();
        Self { app, house, product }
    }

    fn at(&self, rest: &str) -> String {
        format!("/v1/products/{}{rest}", self.product)
    }

    async fn stage(&self) -> Value {
        self.house.get("Jihyun", &self.at("")).await["stage"].clone()
    }

    /// What stands between somebody and the gate ahead, as it is explained.
    async fn blocks(&self, who: &str) -> Vec<String> {
        let view = self.house.get(who, &self.at("/actions")).await;
        let actions = view["actions"].as_array().expect("actions");
        let submit = actions.iter().find(|each| each["action"] == "submit");
        let submit = submit.unwrap_or_else(|| panic!("no submission is explained: {view:#}"));
        codes(submit).into_iter().map(str::to_owned).collect()
    }
}

/// The inventor's form has a fault; it is named, mended, and the gate lets the idea pass.
async fn the_idea_is_mended_and_passes(day: &Day) {
    let house = &day.house;
    assert!(house.inbox("Ina").await.contains(&"submit_deliverable".to_owned()));
    assert!(day.blocks("Rudi").await.contains(&"deliverable_missing".to_owned()));

    let idea = day.at("/deliverables/idea");
    let faulty = json!({ "content": { "submitter": "Ina", "origin": "a physician",
        "problem": "스텐트가 통과하지 않는다",
        "evidence": [{ "finding": "통과 실패 11.4%" }] } });
    let (status, problem) = house.refused("Ina", &format!("{idea}/revisions"), &faulty).await;
    assert_eq!(status, 422, "{problem:#}");
    let told = problem.to_string();
    for place in ["/content/origin", "/content/idea", "/content/evidence/0/source"] {
        assert!(told.contains(place), "{place} is not named: {problem:#}");
    }
    let mended = json!({ "submitter": "Ina", "origin": "clinician",
        "problem": "스텐트가 통과하지 않는다", "idea": "60 µm 스트럿",
        "evidence": [{ "finding": "통과 실패 11.4%", "source": "5개 기관 PCI 1,212건" }] });
    house.hand_in("Ina", &idea, mended, &[]).await;

    for question in ["worth_solving", "not_there_yet"] {
        let path = day.at(&format!("/gates/current/criteria/{question}"));
        house.put("Jihyun", &path, &json!({ "answer": true, "evidence": "면담 12건" })).await;
    }
    assert_eq!(day.blocks("Rudi").await, Vec::<String>::new());
    let gate = day.at("/gates/idea_screen/submissions");
    let submit = json!({ "purpose": "pass", "path": "market_definition" });
    let (status, problem) = house.refused("Jihyun", &gate, &submit).await;
    assert_eq!((status, codes(&problem)), (403, vec!["not_your_role"]), "{problem:#}");
    let dry = house.post("Rudi", &format!("{gate}?dry_run=true"), &submit).await;
    assert_eq!(dry["dry_run"], true);
    assert_eq!(house.get("Jihyun", &gate).await["items"], json!([]), "nothing was written");
    house.post("Rudi", &gate, &submit).await;
    assert!(house.inbox("Jihyun").await.contains(&"vote".to_owned()));
    let vote = json!({ "choice": "go", "reason": "근거가 분명함" });
    house.post("Jihyun", &format!("{gate}/1/votes"), &vote).await;
    assert_eq!(day.stage().await, "market_definition");
}

/// Finance returns the market's size; the answer stands in the next revision.
async fn a_return_is_answered(day: &Day) {
    let house = &day.house;
    let size = day.at("/deliverables/market_size");
    let form = |tam: &str, source: &str| {
        let won = |amount: &str| json!({ "amount": amount, "currency": "KRW" });
        json!({ "year": 2026, "markets": [{ "market": "KR", "tam": won(tam),
            "sam": won("120000000000"), "som": won("9000000000"), "growth": 4.1,
            "source": source }] })
    };
    house.hand_in("Jihyun", &size, form("359000000000", "업계 추정"), &[]).await;
    assert!(house.inbox("Finn").await.contains(&"review_deliverable".to_owned()));
    let why = json!({ "reason": "출처가 없습니다. 심평원 시술 통계를 인용해 주세요." });
    house.post("Finn", &format!("{size}/returns"), &why).await;
    assert!(house.inbox("Jihyun").await.contains(&"submit_deliverable".to_owned()));
    let seen = house.get("Jihyun", &size).await;
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("returned"), &why["reason"]));
    house.hand_in("Jihyun", &size, form("341000000000", "심평원 시술 통계 2025"), &["Finn"]).await;
    let seen = house.get("Jihyun", &size).await;
    assert_eq!(seen["state"], "accepted");
    let total = seen["accepted"]["document"]["content"]["total_tam"]["amount"].as_str();
    assert!(total.expect("a total").starts_with("341000000000"), "computed by the form");
}

/// Two visitors send the same idea; the second is found to be like the first.
async fn ideas_are_compared(day: &Day) {
    let house = &day.house;
    let link = json!({ "title": { "en": "Cath lab", "ko": "심혈관조영실" }, "portfolio": "main",
        "workflow": "npi-medtech" });
    let secret = house.post("Jihyun", "/v1/intake-links", &link).await["secret"].clone();
    let path = format!("/v1/intake/{}/ideas", secret.as_str().expect("shown once"));
    let idea = "팁을 45도로 고정할 수 있는 마이크로카테터";
    for problem in [
        "분지 병변에서 곁가지 재진입이 어렵습니다",
        "분지 병변 곁가지에 다시 들어가기가 어렵습니다",
    ] {
        house.post("Ina", &path, &json!({ "problem": problem, "idea": idea })).await;
    }
    let found = house.get("Jihyun", "/v1/ideas?status=received").await;
    let [newer, older] =
        [0, 1].map(|at| found["items"][at]["id"].as_str().expect("an id").to_owned());
    let decisions = json!({ "decisions": [
        { "idea": newer, "screening": { "decision": "accept" } },
        { "idea": older, "screening": { "decision": "accept" } } ] });
    house.post("Jihyun", "/v1/ideas/screen", &decisions).await;
    let similar = house.get("Jihyun", &format!("/v1/ideas/{newer}/similar")).await;
    assert_eq!(similar["items"][0]["idea"], json!(older), "{similar:#}");
    let merge = json!({ "decision": "merge", "idea": older });
    house.post("Jihyun", &format!("/v1/ideas/{newer}/screening"), &merge).await;
    let open = house.get("Jihyun", "/v1/ideas?status=open").await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1));
}

/// A seller's feedback obliges the market's size to be revised, and the revision fulfils it.
async fn feedback_becomes_an_obligation(day: &Day) {
    let house = &day.house;
    let seen = json!({ "product": day.product, "kind": "lost_deal", "market": "KR",
        "seen": "입찰가는 정가보다 18% 낮습니다.", "said_by": "대진의료원 구매팀" });
    let sent = house.post("Seo", "/v1/feedback", &seen).await;
    let feedback = format!("/v1/feedback/{}", sent["entry"].as_str().expect("an id"));
    assert!(house.inbox("Jihyun").await.contains(&"triage_feedback".to_owned()));
    let duty = json!({ "deliverable": "market_size", "requirement": "SOM을 입찰가로 계산",
        "why": "정가로 계산하면 시장이 커 보입니다." });
    house.post("Jihyun", &format!("{feedback}/obligation"), &duty).await;
    let owed = house.get("Jihyun", &day.at("/obligations")).await;
    assert_eq!(owed["items"][0]["state"], "open", "{owed:#}");
    assert!(house.inbox("Seo").await.contains(&"read_answer".to_owned()));
}

/// A view is kept under a name, and a word is found in Korean.
async fn views_and_words(day: &Day) {
    let house = &day.house;
    let view = json!({ "name": "내 시장 정의 과제", "filter": { "stage": ["market_definition"] },
        "columns": ["name", "stage", "due_at"] });
    let saved = house.post("Jihyun", "/v1/views", &view).await;
    let id = saved["view"].as_str().or(saved["id"].as_str()).expect("an id").to_owned();
    let shown = house.get("Jihyun", &format!("/v1/views/{id}/products")).await;
    assert_eq!(shown["items"][0]["name"], "솔라리스 소혈관 스텐트", "{shown:#}");
    // The server's follower does this every second.
    day.app.app.index_once().await.expect("the index follows");
    for words in ["소혈관", "석회화", "심평원 시술"] {
        let asked = words.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
        let path = format!("/v1/search?q={asked}");
        let found = house.get("Jihyun", &path).await;
        assert!(found.to_string().contains(&day.product), "{words}: {found:#}");
    }
}

async fn a_product_managers_day(app: TestApp) {
    let day = Day::begins(app).await;
    the_idea_is_mended_and_passes(&day).await;
    a_return_is_answered(&day).await;
    ideas_are_compared(&day).await;
    feedback_becomes_an_obligation(&day).await;
    day.app.pass(TimeDelta::minutes(5)).await;
    views_and_words(&day).await;
    let blocked = day.blocks("Jihyun").await;
    assert!(blocked.contains(&"deliverable_missing".to_owned()), "{blocked:?}");
    let (status, _) = day.house.asks("Finn", Method::GET, &day.at(""), None).await;
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    a_product_managers_day(TestApp::sqlite(WORKFLOW).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    a_product_managers_day(TestApp::postgres(WORKFLOW).await).await;
}
