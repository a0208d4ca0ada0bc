//! From the field to upstream and back, through the API, on both databases.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_testkit::TestApp;

use crate::house::{House, on_both};

const WORKFLOW: &str = include_str!("../../workflows/npi-medtech.yaml");

const PEOPLE: [(&str, &[&str]); 8] = [
    ("Minji", &["product_manager"]),
    ("Otto", &["product_manager"]),
    ("Rudi", &["rd_lead"]),
    ("Seo", &["sales"]),
    ("Quinn", &["quality"]),
    ("Clara", &["clinical_affairs"]),
    ("Leo", &["senior_leadership"]),
    ("Ina", &["inventor"]),
];

impl House {
    async fn submits(&self, secret: &str, problem: &str, idea: &str) -> String {
        let body = json!({ "name": "김수진", "contact": "sujin@hospital.example",
            "problem": problem, "idea": idea, "evidence": ["https://example.com/study"] });
        let path = format!("/v1/intake/{secret}/ideas");
        let (status, answer) = self.visitor(Method::POST, &path, Some(&body)).await;
        assert_eq!(status, 201, "{answer:#}");
        let mut named: Vec<&String> = answer.as_object().expect("an object").keys().collect();
        named.sort();
        assert_eq!(named, ["address", "dry_run", "replayed", "tracking"], "nothing of the house");
        answer["address"].as_str().expect("an address").to_owned()
    }

    async fn tracked(&self, address: &str) -> Value {
        let (status, body) = self.visitor(Method::GET, address, None).await;
        assert_eq!(status, 200, "{body:#}");
        body
    }

    async fn inbox(&self, who: &str) -> Vec<String> {
        let inbox = self.get(who, "/v1/inbox").await;
        let items = inbox["items"].as_array().expect("items").iter();
        items.map(|item| item["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

const PROBLEM: &str = "수액 펌프의 경보음이 밤에 환자를 깨웁니다";

/// A nurse submits through a link; it is let in, screened, merged and promoted.
async fn ideas_become_products(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let link = json!({ "title": { "en": "Ideas for our wards", "ko": "병동 개선 아이디어" },
        "portfolio": "main", "workflow": "npi-medtech" });
    assert_eq!(house.refused("Seo", "/v1/intake-links", &link).await.0, 403);
    let opened = house.post("Minji", "/v1/intake-links", &link).await;
    let secret = opened["secret"].as_str().expect("shown once");
    let (status, form) = house.visitor(Method::GET, &format!("/v1/intake/{secret}"), None).await;
    assert_eq!((status, &form["title"]["ko"]), (200, &json!("병동 개선 아이디어")));
    assert!(!form.to_string().contains("main"), "nothing else of the house");
    let wrong = format!("/v1/intake/sgl_{}", "A".repeat(43));
    assert_eq!(house.visitor(Method::GET, &wrong, None).await.0, 404);

    let first = house.submits(secret, PROBLEM, "병실이 어두우면 빛과 진동으로 알립니다").await;
    let second = house
        .submits(secret, "밤에 수액 펌프 경보음 때문에 환자들이 깨요", "경보음을 낮춥니다")
        .await;
    let spam = house.submits(secret, "Cheap watches", "Buy watches").await;
    assert_eq!(house.tracked(&first).await["status"], "received");
    assert_eq!(house.inbox("Minji").await.len(), 3);

    // Nobody but those who moderate sees what has come in.
    assert_eq!(house.get("Seo", "/v1/ideas").await["items"], json!([]));
    let seen = house.get("Minji", "/v1/ideas?status=received").await;
    let ids: Vec<String> = seen["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    // The newest first.
    let [watches, two, one] = <[String; 3]>::try_from(ids).expect("three ideas");
    let decisions = json!({ "decisions": [
        { "idea": one, "screening": { "decision": "accept" } },
        { "idea": two, "screening": { "decision": "accept" } },
        { "idea": watches, "screening": { "decision": "reject", "why": "spam" } },
        { "idea": watches, "screening": { "decision": "accept" } },
    ] });
    let results = house.post("Minji", "/v1/ideas/screen", &decisions).await;
    let statuses: Vec<u64> = results["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["status"].as_u64().expect("a status"))
        .collect();
    assert_eq!(statuses, [200, 200, 200, 409], "{results:#}");
    assert_eq!(results["items"][3]["problem"]["unmet"][0]["code"], "idea_moderated");
    assert_eq!(house.tracked(&spam).await["status"], "not_accepted");

    let product = screened(&house, [&one, &two], [&first, &second]).await;

    // A later idea is like the product too.
    house.submits(secret, PROBLEM, "소리 대신 빛").await;
    let newest = house.get("Minji", "/v1/ideas?status=received").await;
    let newest = newest["items"][0]["id"].as_str().expect("an id").to_owned();
    let similar = house.get("Minji", &format!("/v1/ideas/{newest}/similar")).await;
    assert_eq!(similar["items"][0]["product"], json!(product), "{similar:#}");

    // Five at once from one address, then it is enough for a while.
    house.submits(secret, "a", "b").await;
    let body = json!({ "problem": "a", "idea": "b" });
    let path = format!("/v1/intake/{secret}/ideas");
    let (status, answer) = house.visitor(Method::POST, &path, Some(&body)).await;
    assert_eq!((status, &answer["code"]), (429, &json!("too_many_requests")));
}

/// Of two ideas that were let in, one is merged into the other, and that becomes a product.
async fn screened(house: &House, [one, two]: [&str; 2], [first, second]: [&str; 2]) -> String {
    // Who submitted it is for those who screen.
    let seen = house.get("Seo", &format!("/v1/ideas/{one}")).await;
    assert_eq!((&seen["problem"], &seen["submitter"]), (&json!(PROBLEM), &Value::Null));
    assert!(!house.get("Seo", "/v1/events?limit=500").await.to_string().contains("김수진"));
    let seen = house.get("Minji", &format!("/v1/ideas/{one}")).await;
    assert_eq!(seen["submitter"]["name"], "김수진");

    let similar = house.get("Minji", &format!("/v1/ideas/{two}/similar")).await;
    assert_eq!(similar["items"][0]["idea"], json!(one), "{similar:#}");
    let merge = json!({ "decision": "merge", "idea": one });
    house.post("Minji", &format!("/v1/ideas/{two}/screening"), &merge).await;
    assert_eq!(house.tracked(second).await["status"], "in_review", "it follows the other");

    let promote = json!({ "decision": "promote", "name": "Quiet pump", "markets": ["KR"],
        "card": { "kind": "device", "novelty": "new_to_company" } });
    let screening = format!("/v1/ideas/{one}/screening");
    assert_eq!(house.refused("Seo", &screening, &promote).await.0, 403);
    // Nor among many at once; what was tried is in the record either way.
    let many = json!({ "decisions": [{ "idea": one, "screening": promote }] });
    let results = house.post("Seo", "/v1/ideas/screen", &many).await;
    assert_eq!(results["items"][0]["status"], 403);
    let tried = house.get("admin", "/v1/events?kind=request_refused&limit=500").await;
    let tried = tried["events"].as_array().expect("events").iter();
    let tried: Vec<_> = tried.map(|event| event["event"]["request"].clone()).collect();
    for path in [screening.as_str(), "/v1/ideas/screen"] {
        assert!(tried.contains(&json!(format!("POST {path}"))), "{tried:?}");
    }
    let dry = house.post("Minji", &format!("{screening}?dry_run=true"), &promote).await;
    assert_eq!(dry["dry_run"], true);
    assert_eq!(house.tracked(first).await["status"], "in_review");
    let promoted = house.post("Minji", &screening, &promote).await;
    let product = promoted["product"].as_str().expect("a product");
    let seen = house.get("Minji", &format!("/v1/products/{product}")).await;
    assert_eq!((&seen["stage"], &seen["card"]["problem"]), (&json!("idea"), &json!(PROBLEM)));
    let draft = house.get("Ina", &format!("/v1/products/{product}/deliverables/idea/draft")).await;
    assert_eq!(draft["body"]["submitter"], "김수진");
    assert_eq!(draft["body"]["problem"], json!(PROBLEM));
    for address in [first, second] {
        assert_eq!(house.tracked(address).await["status"], "taken_up");
    }
    assert_eq!(house.refused("Minji", &screening, &promote).await.1, "idea_answered");
    product.to_owned()
}

async fn product(house: &House) -> String {
    let card = json!({ "problem": "Alarms", "kind": "device", "novelty": "new_to_company" });
    let body = json!({ "workflow": "npi-medtech", "name": "Pump", "portfolio": "main",
        "card": card, "markets": ["KR"] });
    house.post("Minji", "/v1/products", &body).await["product"].as_str().expect("an id").to_owned()
}

/// A seller's complaint becomes a revision that is owed, and is made; the seller sees each step.
async fn a_complaint_revises_a_requirement(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let product = product(&house).await;
    let idea = json!({ "content": { "submitter": "Ina", "origin": "clinician",
        "problem": "Alarms wake patients", "idea": "Light",
        "evidence": [{ "finding": "Study", "source": "Journal" }] } });
    let revisions = format!("/v1/products/{product}/deliverables/idea/revisions");
    house.post("Ina", &revisions, &idea).await;

    let complaint = json!({ "product": product, "kind": "complaint", "market": "KR",
        "urgent": true, "seen": "복도에서 경보음이 들리지 않습니다.", "said_by": "한국병원 7병동" });
    let sent = house.post("Seo", "/v1/feedback", &complaint).await;
    let feedback = format!("/v1/feedback/{}", sent["entry"].as_str().expect("an id"));
    assert!(house.inbox("Minji").await.contains(&"triage_feedback".to_owned()));
    assert!(house.inbox("Quinn").await.contains(&"assess_incident".to_owned()));
    assert!(!house.inbox("Otto").await.contains(&"triage_feedback".to_owned()));

    let why = json!({ "reason": "No" });
    let refused = house.refused("Seo", &format!("{feedback}/refusal"), &why).await;
    assert_eq!(refused, (403, "not_yours".to_owned()));
    let obligation = json!({ "deliverable": "idea", "requirement": "The problem statement",
        "why": "It names patients, and not the corridor" });
    let path = format!("{feedback}/obligation");
    house.post("Minji", &path, &obligation).await;
    let again = house.refused("Minji", &path, &obligation).await;
    assert_eq!(again, (409, "feedback_answered".to_owned()));

    let mine = house.get("Seo", "/v1/feedback?mine=true").await;
    assert_eq!(mine["items"][0]["answer"]["obligation"]["state"], "open");
    assert!(house.inbox("Seo").await.contains(&"read_answer".to_owned()));
    assert!(house.inbox("Ina").await.contains(&"revise_deliverable".to_owned()));
    let deliverable = format!("/v1/products/{product}/deliverables/idea");
    let owed = house.get("Minji", &deliverable).await["obligations"].clone();
    assert_eq!(owed[0]["requirement"], "The problem statement");

    house.post("Ina", &revisions, &idea).await;
    let seen = house.get("Seo", &feedback).await;
    assert_eq!(seen["answer"]["obligation"]["state"], "fulfilled");
    assert_eq!(seen["answer"]["obligation"]["revision"], 2);
    assert!(!house.inbox("Ina").await.contains(&"revise_deliverable".to_owned()));
    house.post("Seo", &format!("{feedback}/reading"), &json!({})).await;
    assert!(!house.inbox("Seo").await.contains(&"read_answer".to_owned()));

    // Its answer did not end the question whether it is an incident.
    let flagged = house.get("Quinn", "/v1/feedback?incident=true").await;
    assert_eq!(flagged["items"].as_array().map(Vec::len), Some(1));
    let assessment = json!({ "reportable": false, "note": "No harm" });
    house.post("Quinn", &format!("{feedback}/incident/assessment"), &assessment).await;
    let flagged = house.get("Quinn", "/v1/feedback?incident=true").await;
    assert_eq!(flagged["items"], json!([]));

    let path = format!("/v1/products/{product}/feedback/summary");
    for path in [path.as_str(), "/v1/feedback/summary?portfolio=main"] {
        let summary = house.get("Minji", path).await;
        assert_eq!(summary["by_status"], json!({ "obligation": 1 }), "{path}");
        assert_eq!(summary["lines"][0]["kind"], "complaint");
    }
}

/// What a field day taught goes upstream in one step; late triage is told to those above.
async fn a_field_day_goes_upstream(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let product = product(&house).await;
    let (clara, seo) = (house.app.id("Clara"), house.app.id("Seo"));
    let day = json!({ "portfolio": "main", "date": "2027-01-03", "marketer": clara, "seller": seo,
        "market": "KR", "products": [product], "account": "한국병원",
        "seen": "Nurses tape over the loudspeaker.", "learned": "Too loud at night.",
        "follow_ups": [{ "text": "Send the manual", "owner": seo,
            "due": "2027-01-08T09:00:00Z" }] });
    let recorded = house.post("Clara", "/v1/field-days", &day).await;
    let day = format!("/v1/field-days/{}", recorded["entry"].as_str().expect("an id"));
    assert!(house.inbox("Seo").await.contains(&"follow_up".to_owned()));
    let learnings = json!({ "items": [
        { "product": product, "kind": "field_day", "seen": "Too loud at night." },
        { "product": product, "kind": "competitor", "seen": "Theirs has a lamp." },
    ] });
    house.post("Clara", &format!("{day}/feedback"), &learnings).await;
    let seen = house.get("Minji", &day).await;
    assert_eq!(seen["feedback"].as_array().map(Vec::len), Some(2));
    house.post("Seo", &format!("{day}/follow-ups/1/completion"), &json!({})).await;

    let found = house.get("Minji", "/v1/feedback?assigned=true&kind=competitor").await;
    let id = found["items"][0]["id"].as_str().expect("an id").to_owned();
    assert!(house.app.pass(TimeDelta::days(20)).await >= 2, "late");
    let seen = house.get("Minji", &format!("/v1/feedback/{id}")).await;
    assert_eq!((&seen["escalated"], &seen["overdue"]), (&json!(true), &json!(true)));
    let hand = json!({ "to": house.app.id("Rudi") });
    let path = format!("/v1/feedback/{id}/owner");
    let (status, _) = house.asks(Some("Minji"), Method::PUT, &path, Some(&hand)).await;
    assert_eq!(status, 200);
    let idea = json!({ "problem": "Too loud at night", "idea": "A lamp" });
    let made = house.post("Rudi", &format!("/v1/feedback/{id}/idea"), &idea).await;
    assert_eq!(made["events"].as_array().map(Vec::len), Some(2), "both or none");
    let seen = house.get("Clara", &format!("/v1/feedback/{id}")).await;
    assert_eq!(seen["answer"]["idea_status"], "in_review");
    let idea = seen["answer"]["idea"].as_str().expect("an idea");
    assert_eq!(house.get("Clara", &format!("/v1/ideas/{idea}")).await["feedback"], json!(id));
}

on_both! { WORKFLOW;
    ideas_become_products
    a_complaint_revises_a_requirement
    a_field_day_goes_upstream
}
