//! A workflow changes while products are on their way through it, through the API, on both
//! databases.

use axum::http::Method;
use serde_json::{Value, json};
use sluicegate_testkit::TestApp;

use crate::house::{House, each, on_both};

const SAMPLE: &str = include_str!("../../crates/core/src/definition/testdata/sample.yaml");

on_both! { SAMPLE;
    a_changed_form_says_what_a_product_lacks_and_the_old_revision_stays_readable
    the_process_owner_sees_every_product_in_flight
}

const STAFF: [(&str, &[&str]); 4] = [
    ("Mina", &["product_manager"]),
    ("Otto", &["product_manager"]),
    ("Rudi", &["rd_lead"]),
    ("Ruth", &["rd_lead"]),
];

fn rewritten(changes: &[(&str, &str)]) -> String {
    let mut source = SAMPLE.to_owned();
    for (from, to) in changes {
        assert_eq!(source.matches(from).count(), 1, "{from}");
        source = source.replace(from, to);
    }
    source
}

/// The note asks for its source, under another title; patents are asked for beside it.
const SECOND: [(&str, &str); 2] = [
    (
        "plain_note: { title: Note, fields: { text: { type: text, long: true, required: true } } }",
        "plain_note: { title: Note with its source, fields: {\
         \x20   text: { type: text, long: true, required: true, title: What it says },\
         \x20   source: { type: text, required: true, title: Source } } }",
    ),
    (
        "      idea_note: {",
        "      patents: { title: Patents, owner: rd_lead, form: clearance }\n      idea_note: {",
    ),
];

async fn started(house: &House, name: &str) -> String {
    let body = json!({ "workflow": "sample", "name": name, "portfolio": "main",
        "card": { "problem": "Nurses carry too much" }, "markets": ["US"] });
    let started = house.post("Mina", "/v1/products", &body).await;
    let product = format!("/v1/products/{}", started["product"].as_str().expect("an id"));
    let content = json!({ "content": { "text": "A pump that hangs on the bed" } });
    house.post("Mina", &format!("{product}/deliverables/idea_note/revisions"), &content).await;
    product
}

async fn a_changed_form_says_what_a_product_lacks_and_the_old_revision_stays_readable(
    app: TestApp,
) {
    let house = House::open(app, &STAFF).await;
    let product = started(&house, "Pump").await;
    let migration = format!("{product}/migration");
    let (status, _) = house.asks(Some("Mina"), Method::GET, &migration, None).await;
    assert_eq!(status, 404, "there is no other version yet");
    assert_eq!(house.publishes(&rewritten(&SECOND)).await, 2);
    previewed(&house, &product).await;
    moved(&house, &product).await;
    read_as_it_was(&house, &product).await;
    renewed(&house, &product).await;
    left_behind(&house, &product).await;
    house.get("Rudi", &format!("{product}/clocks")).await;
    house.app.app.follow_passages().await.expect("the log is followed");
}

/// Whoever may read the product sees what it would lack.
async fn previewed(house: &House, product: &str) {
    let migration = format!("{product}/migration");
    let found = house.get("Rudi", &migration).await;
    assert_eq!((&found["from"]["version"], &found["to"]["version"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&found["allowed"], &found["unmet"][0]["code"]),
        (&json!(false), &json!("not_your_role"))
    );
    let lacks: Vec<_> = found["deliverables"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["deliverable"].as_str(), one["becomes"].as_str(), one["gate"].as_str()))
        .collect();
    let screen = Some("screen");
    assert_eq!(
        lacks,
        [(Some("patents"), Some("owed"), screen), (Some("idea_note"), Some("to_revise"), screen)]
    );
    let fault = &found["deliverables"][1]["accepted"]["missing"][0];
    assert_eq!(
        *fault,
        json!({ "pointer": "/content/source", "code": "missing",
            "detail": "This has to be filled in." })
    );
}

/// Only its owner or an administrator moves it, and not backwards.
async fn moved(house: &House, product: &str) {
    let migration = format!("{product}/migration");
    let why = json!({ "reason": "Auditors ask for sources", "to": 2 });
    assert_eq!(house.unmet("Rudi", &migration, &why).await, (403, vec!["not_your_role".into()]));
    let (status, answer) = house
        .asks(Some("Mina"), Method::POST, &migration, Some(&json!({ "reason": "x", "to": 1 })))
        .await;
    assert_eq!((status, answer["errors"][0]["code"].as_str()), (422, Some("not_newer")));
    let offered = house.get("Mina", &format!("{product}/actions")).await;
    let offered = offered["actions"].as_array().expect("a list").iter();
    let offered = offered.filter(|it| it["action"] == "migrate").collect::<Vec<_>>();
    assert_eq!((&offered[0]["allowed"], &offered[0]["version"]), (&json!(true), &json!(2)));
    let moved = house.post("Mina", &migration, &why).await;
    assert_eq!(moved["events"][0]["kind"], "product_migrated");
    assert_eq!(moved["events"][0]["event"]["to_revise"], json!(["idea_note"]));
}

/// What was accepted is as it was, and is read by the form that it was made for.
async fn read_as_it_was(house: &House, product: &str) {
    let note = format!("{product}/deliverables/idea_note");
    let seen = house.get("Rudi", &note).await;
    assert_eq!((&seen["state"], &seen["fulfilled"]), (&json!("to_revise"), &json!(false)));
    assert_eq!(seen["accepted"]["workflow"]["version"], 1);
    let schema = seen["accepted"]["schema"].as_str().expect("an address");
    let schema = house.get("Rudi", schema).await;
    assert_eq!((&schema["title"], schema["properties"].get("source")), (&json!("Note"), None));
    let inbox = house.get("Mina", "/v1/inbox").await;
    assert!(each(&inbox, "/kind").contains(&"renew_deliverable"), "{inbox:#}");
}

fn searched() -> Value {
    json!({ "content": { "cleared": true } })
}

/// No gate passes over what is lacking; once it is handed in, the gate may decide.
async fn renewed(house: &House, product: &str) {
    let note = format!("{product}/deliverables/idea_note");
    let pass = json!({ "purpose": "pass", "path": "business" });
    let evidence = json!({ "answer": true, "evidence": "Page 4 of the plan" });
    house.put("Mina", &format!("{product}/gates/current/criteria/fit"), &evidence).await;
    let submissions = format!("{product}/gates/screen/submissions");
    let (status, unmet) = house.unmet("Ruth", &submissions, &pass).await;
    assert_eq!(status, 409);
    assert_eq!(unmet, ["deliverable_missing", "deliverable_to_revise"]);
    let better = json!({ "content": { "text": "A pump on the bed", "source": "Interviews" } });
    house.post("Mina", &format!("{note}/revisions"), &better).await;
    let patents = format!("{product}/deliverables/patents");
    house.post("Rudi", &format!("{patents}/revisions"), &searched()).await;
    let revisions = house.get("Rudi", &format!("{note}/revisions")).await;
    let versions: Vec<_> = revisions["items"]
        .as_array()
        .expect("revisions")
        .iter()
        .map(|it| (it["number"].as_u64(), it["workflow"]["version"].as_u64()))
        .collect();
    assert_eq!(versions, [(Some(1), Some(1)), (Some(2), Some(2))]);
    house.post("Ruth", &submissions, &pass).await;
}

/// While the gate decides nothing moves; afterwards it does, and what is gone stays readable.
async fn left_behind(house: &House, product: &str) {
    let migration = format!("{product}/migration");
    let submissions = format!("{product}/gates/screen/submissions");
    let patents = format!("{product}/deliverables/patents");
    assert_eq!(house.publishes(&rewritten(&SECOND[..1])).await, 3);
    let why = json!({ "reason": "Patents are searched elsewhere" });
    assert_eq!(house.unmet("Mina", &migration, &why).await.1, ["packet_frozen"]);
    let vote = json!({ "choice": "go", "reason": "Nurses asked for it" });
    house.post("Rudi", &format!("{submissions}/1/votes"), &vote).await;
    let gone = house.get("Rudi", &migration).await;
    assert_eq!(gone["deliverables"][1]["becomes"], "gone", "{gone:#}");
    house.post("Mina", &migration, &why).await;
    let seen = house.get("Rudi", &patents).await;
    assert_eq!((&seen["state"], &seen["title"]["en"]), (&json!("gone"), &json!("Patents")));
    assert_eq!(seen["accepted"]["document"]["content"], json!({ "cleared": true }));
    let listed = house.get("Rudi", &format!("{product}/deliverables")).await;
    assert!(each(&listed, "/deliverable").contains(&"patents"));
    let was = house.get("Rudi", &format!("{patents}/revisions/1")).await;
    assert_eq!((&was["workflow"]["version"], &was["title"]["en"]), (&json!(2), &json!("Patents")));
    let (status, _) = house
        .asks(Some("Rudi"), Method::POST, &format!("{patents}/revisions"), Some(&searched()))
        .await;
    assert_eq!(status, 404, "nobody asks for it any more");
}

async fn the_process_owner_sees_every_product_in_flight(app: TestApp) {
    let house = House::open(app, &STAFF).await;
    let first = started(&house, "Analyser").await;
    started(&house, "Pump").await;
    let third = started(&house, "Valve").await;
    assert_eq!(house.publishes(&rewritten(&SECOND)).await, 2);
    let newest = started_on_two(&house).await;
    let list = "/v1/workflows/sample/versions/2/migrations";
    let page = house.get("admin", &format!("{list}?limit=2")).await;
    assert_eq!(each(&page, "/name"), ["Analyser", "Pump"]);
    assert_eq!(each(&page, "/deliverables/1/becomes"), ["to_revise", "to_revise"]);
    let next = page["next"].as_str().expect("there is more");
    let rest = house.get("admin", &format!("{list}?limit=2&cursor={next}")).await;
    assert_eq!((each(&rest, "/name"), rest.get("next")), (vec!["Valve"], None));
    let wrong = format!("/v1/workflows/sample/versions/1/migrations?cursor={next}");
    assert_eq!(each(&house.get("admin", &wrong).await, "/name"), [""; 0]);

    // An administrator moves them; what was moved or ended is not asked about.
    let why = json!({ "reason": "Auditors ask for sources" });
    house.post("admin", &format!("{first}/migration"), &why).await;
    let stop = json!({ "purpose": "stop" });
    house.post("Rudi", &format!("{third}/gates/screen/submissions"), &stop).await;
    let kill = json!({ "outcome": "kill", "reason": "Nobody buys it" });
    house.post("Mina", &format!("{third}/gates/screen/submissions/1/decision"), &kill).await;
    let page = house.get("Rudi", list).await;
    assert_eq!(each(&page, "/name"), ["Pump"]);
    let found = house.get("Rudi", &format!("/v1/products/{newest}")).await;
    assert_eq!(found["workflow"]["version"], 2);

    // The same for a file that nobody has published yet.
    let caller = house.app.caller("Mina");
    let third = rewritten(&[("tam: { type: money, required: true,", "tam: { type: money,")]);
    let lang = sluicegate_app::Lang::En;
    let page = house.app.app.migrations_to_file(&caller, &third, None, 10, lang).await;
    let names: Vec<String> =
        page.expect("a page").items.into_iter().map(|it| it.product.name).collect();
    assert_eq!(names, ["Analyser", "Newest", "Pump"]);
}

async fn started_on_two(house: &House) -> String {
    let body = json!({ "workflow": "sample", "name": "Newest", "portfolio": "main",
        "card": { "problem": "Nurses carry too much" } });
    let started = house.post("Mina", "/v1/products", &body).await;
    started["product"].as_str().expect("an id").to_owned()
}
