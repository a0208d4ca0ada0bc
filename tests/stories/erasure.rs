//! Personal data is forgotten on request, and the record still verifies: `TestApp` sees to that at
//! the end of each story. Through the API, on both databases.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::house::{House, on_both};

const SAMPLE: &str = include_str!("../../crates/core/src/definition/testdata/sample.yaml");
const MEDTECH: &str = include_str!("../../workflows/npi-medtech.yaml");

const PEOPLE: [(&str, &[&str]); 5] = [
    ("Pia", &["product_manager"]),
    ("Rolf", &["rd_lead"]),
    ("Rita", &["rd_lead"]),
    ("Fin", &["finance"]),
    ("Sara", &["senior_leadership"]),
];

fn why() -> Value {
    json!({ "reason": "Request 14, GDPR Art. 17" })
}

impl House {
    /// The last event of a kind, as administrators see it.
    async fn last(&self, kind: &str) -> Value {
        let feed = self.get("admin", &format!("/v1/events?kind={kind}&limit=500")).await;
        feed["events"].as_array().expect("events").last().expect("one").clone()
    }

    /// The digest by which the last event of a kind names a content.
    async fn named(&self, kind: &str, pointer: &str) -> String {
        let event = self.last(kind).await;
        event["event"].pointer(pointer).and_then(Value::as_str).expect("a digest").to_owned()
    }

    async fn erases(&self, content: &str) -> Value {
        self.post("admin", &format!("/v1/contents/{content}/erasure"), &why()).await
    }

    async fn finds(&self, words: &str) -> usize {
        while self.app.app.index_once().await.expect("indexed") > 0 {}
        let found = self.get("admin", &format!("/v1/search?q={words}")).await;
        found["items"].as_array().map_or(0, Vec::len)
    }

    async fn starts(&self, workflow: &str, card: &Value) -> String {
        let body = json!({ "workflow": workflow, "name": "Brace", "portfolio": "main",
            "card": card, "markets": ["US"] });
        let started = self.post("Pia", "/v1/products", &body).await;
        format!("/v1/products/{}", started["product"].as_str().expect("an id"))
    }

    /// SQLite overwrites what it deletes, and empties its log of writes.
    async fn holds_nowhere(&self, text: &str) {
        self.app.app.follow_erasures().await.expect("followed");
        let Some(file) = self.app.file() else { return };
        for file in [file.clone(), file.with_extension("sqlite-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "`{text}` is still in {}", file.display());
        }
    }
}

/// Name, address and former names of somebody who has left; the history keeps the id.
async fn a_person_is_forgotten(app: TestApp) {
    let mut house = House::open(app, &PEOPLE).await;
    let zeb = house.app.person("Zebulon", &["product_manager"]).await.person;
    let path = format!("/v1/people/{zeb}");
    let renamed = json!({ "name": "Zebedee Quux", "email": "zeb@quux.example" });
    let (status, _) = house.asks(Some("admin"), Method::PUT, &path, Some(&renamed)).await;
    assert_eq!(status, 200);
    let view = json!({ "name": "Mine", "filter": {}, "sort": "due" });
    let headers = [("content-type", "application/json"), ("idempotency-key", "view-1")];
    let body = || Body::from(view.to_string());
    let (status, saved) =
        house.sends(Some("Zebulon"), Method::POST, "/v1/views", &headers, body()).await;
    assert_eq!((status, &saved["owner"]["name"]), (201, &json!("Zebedee Quux")));

    let erasure = format!("{path}/erasure");
    assert_eq!(house.refused("Pia", &erasure, &why()).await.0, 403);
    assert_eq!(house.refused("admin", &erasure, &why()).await, (409, "account_open".into()));
    let empty = json!({ "reason": " " });
    assert_eq!(house.refused("admin", &erasure, &empty).await.0, 422);
    let nobody = "/v1/people/psn_00000000000000000000000000000fff/erasure";
    assert_eq!(house.refused("admin", nobody, &why()).await.0, 404);
    let profile = house.named("person_revised", "/profile").await;
    let alone = format!("/v1/contents/{profile}/erasure");
    assert_eq!(house.refused("admin", &alone, &why()).await.1, "content_is_profile");

    house.post("admin", &format!("{path}/deactivation"), &json!({})).await;
    let dry = house.post("admin", &format!("{erasure}?dry_run=true"), &why()).await;
    assert_eq!((&dry["dry_run"], &dry["erased_before"]), (&json!(true), &json!(false)));
    assert_eq!(house.get("Pia", &path).await["name"], "Zebedee Quux");
    let done = house.post("admin", &erasure, &why()).await;
    assert_eq!(done["events"][0]["event"]["profiles"].as_array().map(Vec::len), Some(2));
    let again = house.post("admin", &erasure, &why()).await;
    assert_eq!((&again["erased_before"], &again["events"]), (&json!(true), &json!([])));

    let seen = house.get("Pia", &path).await;
    assert_eq!(
        (&seen["name"], &seen["email"], &seen["erased"]),
        (&json!(""), &Value::Null, &json!(true))
    );
    let reactivation = format!("{path}/reactivation");
    let refused = house.refused("admin", &reactivation, &json!({})).await;
    assert_eq!(refused, (409, "person_erased".into()));
    // An inspector sees who erased whom, when and why, and the name nowhere.
    let told = house.last("person_erased").await;
    assert_eq!(told["event"]["person"], json!(zeb));
    assert_eq!(told["actor"], json!(house.app.id("admin")));
    let reason = told["event"]["reason"].as_str().expect("a digest");
    assert_eq!(told["texts"][reason], "Request 14, GDPR Art. 17");
    let feed = house.get("admin", "/v1/events?limit=500").await.to_string();
    assert!(!feed.contains("Quux") && feed.contains(&zeb.to_string()));
    for trace in ["Zebulon", "Zebedee Quux", "zeb@quux"] {
        house.holds_nowhere(trace).await;
    }
}

/// An idea with its submitter: the text, its likenesses, its words and the draft that it filled.
async fn an_idea_is_forgotten(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let link =
        json!({ "title": { "en": "Ideas" }, "portfolio": "main", "workflow": "npi-medtech" });
    let link = house.post("Pia", "/v1/intake-links", &link).await;
    let path = format!("/v1/intake/{}/ideas", link["secret"].as_str().expect("a secret"));
    let idea = json!({ "name": "Soyeon Oh", "contact": "oh@ward.example",
        "problem": "Nurse Soyeon trips over the tube", "idea": "Hang the tube higher" });
    let headers = [("content-type", "application/json"), ("idempotency-key", "idea-1")];
    let send = || Body::from(idea.to_string());
    let (status, answer) = house.sends(None, Method::POST, &path, &headers, send()).await;
    assert_eq!(status, 201, "{answer:#}");
    let id = house.last("idea_submitted").await["stream"].as_str().expect("an id").to_owned();
    let (text, submitter) = (
        house.named("idea_submitted", "/text").await,
        house.named("idea_submitted", "/submitter").await,
    );
    let screening = format!("/v1/ideas/{id}/screening");
    house.post("Pia", &screening, &json!({ "decision": "accept" })).await;
    let promote = json!({ "decision": "promote", "name": "High tube", "markets": ["KR"],
        "card": { "kind": "device", "novelty": "new_to_company" } });
    let product = house.post("Pia", &screening, &promote).await["product"].clone();
    let product = format!("/v1/products/{}", product.as_str().expect("a product"));
    let draft = format!("{product}/deliverables/idea/draft");
    assert_eq!(house.get("Pia", &draft).await["body"]["submitter"], "Soyeon Oh");

    // Idea, submitter and card.
    assert_eq!(house.finds("soyeon").await, 3);
    house.erases(&text).await;
    house.erases(&submitter).await;
    let seen = house.get("Pia", &format!("/v1/ideas/{id}")).await;
    assert!(!seen.to_string().contains("Soyeon"), "{seen:#}");
    house.get("Pia", &format!("/v1/ideas/{id}/similar")).await;
    // The draft goes a little later, and the request cannot be guessed from its fingerprint.
    assert_eq!(house.app.app.follow_erasures().await.expect("followed"), 2);
    assert_eq!(house.status("Pia", &draft).await, 404);
    let (status, answer) = house.sends(None, Method::POST, &path, &headers, send()).await;
    assert_eq!((status, &answer["code"]), (422, &json!("idempotency_key_reused")));

    // The card is a content of its own; without it the product goes by its name.
    assert_eq!(house.finds("soyeon").await, 1);
    let card = house.named("product_started", "/card").await;
    house.erases(&card).await;
    assert_eq!((house.finds("soyeon").await, house.finds("tube").await), (0, 1));
    let seen = house.get("Pia", &product).await;
    assert_eq!(seen["name"], "High tube");
    house.holds_nowhere("Soyeon").await;
}

/// What was accepted stays accepted; rules that read it find nothing, and say so.
async fn rules_find_nothing_where_a_content_was(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let product = house.starts("sample", &json!({ "problem": "Ann Smith cannot lift it" })).await;
    let hand_in = async |key: &str, content: Value| {
        let path = format!("{product}/deliverables/{key}/revisions");
        house.post("Pia", &path, &json!({ "content": content })).await;
    };
    hand_in("idea_note", json!({ "text": "Ann said so" })).await;
    let fit = json!({ "answer": true, "evidence": "Ann showed it" });
    let path = format!("{product}/gates/current/criteria/fit");
    let (status, _) = house.asks(Some("Pia"), Method::PUT, &path, Some(&fit)).await;
    assert_eq!(status, 200);
    let pass = json!({ "purpose": "pass", "path": "business" });
    house.post("Rita", &format!("{product}/gates/screen/submissions"), &pass).await;
    let vote = json!({ "choice": "go", "reason": "Ann convinced me" });
    let votes = format!("{product}/gates/screen/submissions/1/votes");
    house.post("Rolf", &votes, &vote).await;
    let size = json!({ "markets": [{ "market": "US",
        "tam": { "amount": "5.00", "currency": "USD" } }],
        "total": { "amount": "5.00", "currency": "USD" } });
    hand_in("market_size", size.clone()).await;
    let accept = format!("{product}/deliverables/market_size/acceptances");
    house.post("Fin", &accept, &json!({})).await;
    let enough = format!("{product}/gates/current/criteria/enough");
    assert_eq!(house.get("Pia", &enough).await["outcome"], "pass");

    let mut everything = vec![house.named("product_started", "/card").await];
    everything.push(house.named("vote_cast", "/reason").await);
    everything.push(house.named("criterion_answered", "/evidence").await);
    let feed = house.get("admin", "/v1/events?kind=deliverable_submitted").await;
    for event in feed["events"].as_array().expect("events") {
        let content = event["event"]["document"]["content"].as_str().expect("a content");
        everything.push(content.to_owned());
    }
    assert_eq!(everything.len(), 5);
    for content in &everything {
        assert_eq!(house.erases(content).await["erased_before"], false);
    }
    assert_eq!(house.get("Pia", &enough).await["outcome"], "unknown");
    let launch = json!({ "purpose": "pass", "path": "in_market" });
    let submissions = format!("{product}/gates/launch/submissions");
    let (status, refused) =
        house.asks(Some("Pia"), Method::POST, &submissions, Some(&launch)).await;
    let unmet = refused["unmet"].as_array().expect("what is missing");
    assert_eq!((status, unmet.iter().any(|it| it["code"] == "criterion_unknown")), (409, true));
    nobody_reads_of_ann(&house, &product).await;
    let seen = house.get("Pia", &format!("{product}/deliverables/market_size")).await;
    let accepted = &seen["accepted"];
    assert_eq!((&accepted["number"], &accepted["document"]["content"]), (&json!(1), &Value::Null));
    house.holds_nowhere("Ann ").await;
    // A new revision is read like any other.
    hand_in("market_size", size).await;
    house.post("Fin", &accept, &json!({})).await;
    assert_eq!(house.get("Pia", &enough).await["outcome"], "pass");
}

/// Every page of the product is there, and the name on none.
async fn nobody_reads_of_ann(house: &House, product: &str) {
    for below in [
        "",
        "/actions",
        "/clocks",
        "/history",
        "/measures",
        "/team",
        "/gates",
        "/deliverables",
        "/deliverables/market_size",
        "/deliverables/market_size/revisions",
        "/deliverables/market_size/revisions/1",
        "/deliverables/idea_note/revisions/1",
        "/gates/screen/submissions/1",
        "/gates/screen/submissions/1/packet",
    ] {
        let seen = house.get("Pia", &format!("{product}{below}")).await.to_string();
        assert!(!seen.contains("Ann"), "{below}: {seen}");
    }
}

async fn an_attachment_is_forgotten(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let upload = async || {
        let headers = [("content-type", "text/plain")];
        let body = Body::from("Ann Smith, born 1970");
        let path = "/v1/attachments?name=ann-smith.txt";
        house.sends(Some("Pia"), Method::POST, path, &headers, body).await
    };
    let (status, stored) = upload().await;
    assert_eq!(status, 201);
    let path = format!("/v1/attachments/{}", stored["digest"].as_str().expect("a digest"));
    let erasure = format!("{path}/erasure");
    assert_eq!(house.refused("Pia", &erasure, &why()).await.0, 403);
    let other = format!("/v1/attachments/{}/erasure", "0".repeat(64));
    assert_eq!(house.refused("admin", &other, &why()).await, (404, "not_found".into()));
    assert_eq!(
        house.refused("Pia", &other, &why()).await.0,
        403,
        "nobody else learns what is there"
    );
    house.post("admin", &format!("{erasure}?dry_run=true"), &why()).await;
    assert_eq!(house.status("Pia", &path).await, 200);
    house.post("admin", &erasure, &why()).await;
    assert_eq!(house.status("Pia", &path).await, 404);
    assert_eq!(house.post("admin", &erasure, &why()).await["erased_before"], true);
    let (status, refused) = upload().await;
    assert_eq!((status, &refused["unmet"][0]["code"]), (409, &json!("attachment_erased")));
    assert_eq!(house.status("Pia", &path).await, 404);
}

/// The event is there, and the rows are too, as after a crash or from a backup of the tables.
async fn an_erasure_is_finished_at_the_next_start(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    let product = house.starts("sample", &json!({ "problem": "Ann Smith cannot lift it" })).await;
    let draft = format!("{product}/deliverables/idea_note/draft");
    let body = json!({ "content": { "text": "Ann said so" } });
    let headers = [("content-type", "application/json"), ("if-none-match", "*")];
    let saved = Body::from(body.to_string());
    let (status, _) = house.sends(Some("Pia"), Method::PUT, &draft, &headers, saved).await;
    assert_eq!(status, 200);
    house.post("Pia", &format!("{product}/deliverables/idea_note/revisions"), &body).await;
    assert_eq!(house.finds("ann").await, 2);
    let store = house.app.app.store();
    let keep = "create table kept as select * from content; \
                create table kept_document as select * from search_document";
    tamper(store, keep).await;
    let contents = [
        house.named("product_started", "/card").await,
        house.named("deliverable_submitted", "/document/content").await,
    ];
    for content in &contents {
        house.erases(content).await;
    }
    let restore = "insert into content select * from kept \
                   where digest not in (select digest from content); \
                   drop table kept; delete from search_document; \
                   insert into search_document select * from kept_document; \
                   drop table kept_document";
    tamper(store, restore).await;
    let report = house.app.app.verify(|_| {}).await.expect("verified");
    let found: Vec<_> = report.differences.iter().map(|it| (it.table, it.what.as_str())).collect();
    assert_eq!(found, [("content", "it was erased, and is still there"); 2]);

    let house = house.restarted().await;
    let report = house.app.app.verify(|_| {}).await.expect("verified");
    assert_eq!(report.differences, []);
    assert_eq!(house.finds("ann").await, 0);
    assert_eq!(house.get("Pia", &draft).await["version"], 1, "looked for behind the log");
    assert_eq!(house.app.app.follow_erasures().await.expect("followed"), 2);
    assert_eq!(house.status("Pia", &draft).await, 404);
    assert_eq!(house.app.app.follow_erasures().await.expect("followed"), 0);
}

/// A caller that hangs up may stop an erasure after its event: the follower takes out what is left.
async fn an_erasure_is_finished_behind_the_log(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    house.starts("sample", &json!({ "problem": "Ann" })).await;
    let card = house.named("product_started", "/card").await;
    let store = house.app.app.store();
    tamper(store, "create table kept as select * from content").await;
    house.erases(&card).await;
    let restore = "insert into content select * from kept \
                   where digest not in (select digest from content); drop table kept";
    tamper(store, restore).await;
    let differences = async || house.app.app.verify(|_| {}).await.expect("verified").differences;
    assert_eq!(differences().await.len(), 1, "it is there again");
    assert_eq!(house.app.app.follow_erasures().await.expect("followed"), 1);
    assert_eq!(differences().await, []);
}

async fn a_repeat_gets_the_first_answer(app: TestApp) {
    let house = House::open(app, &PEOPLE).await;
    house.starts("sample", &json!({ "problem": "Ann" })).await;
    let card = house.named("product_started", "/card").await;
    let path = format!("/v1/contents/{card}/erasure");
    let headers = [("content-type", "application/json"), ("idempotency-key", "erase-1")];
    let send = async || {
        let body = Body::from(why().to_string());
        house.sends(Some("admin"), Method::POST, &path, &headers, body).await
    };
    let (status, first) = send().await;
    assert_eq!((status, &first["replayed"]), (200, &json!(false)), "{first:#}");
    house.app.app.follow_erasures().await.expect("followed");
    let (status, again) = send().await;
    assert_eq!(
        (status, &again["replayed"], &again["erased_before"]),
        (200, &json!(true), &json!(false))
    );
    assert_eq!(first["events"], again["events"]);
    let unknown = format!("/v1/contents/{}/erasure", "0".repeat(64));
    assert_eq!(house.refused("admin", &unknown, &why()).await.0, 404);
    assert_eq!(house.refused("Pia", &unknown, &why()).await.0, 403);
}

mod of_the_sample {
    use super::*;
    on_both! { SAMPLE;
        a_person_is_forgotten
        rules_find_nothing_where_a_content_was
        an_attachment_is_forgotten
        an_erasure_is_finished_at_the_next_start
        an_erasure_is_finished_behind_the_log
        a_repeat_gets_the_first_answer
    }
}

mod of_medtech {
    use super::*;
    on_both! { MEDTECH; an_idea_is_forgotten }
}
