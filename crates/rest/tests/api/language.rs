//! What a workflow's author writes, as a client sees it: computed fields, measures, signals, tailoring.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Reply, Server};

const SAMPLE: &str = include_str!("../../../core/src/definition/testdata/sample.yaml");

const NOTE: &str =
    "plain_note: { title: Note, fields: { text: { type: text, long: true, required: true } } }";

const COMPETITION: &str = "plain_note: { title: Note, fields: {
    text: { type: text },
    competitors: { type: table, columns: {
      share: { type: percent, required: true },
      relative: { type: number, computed: 'row.share / competitors.map(c, c.share).max()' } } },
    hhi: { type: number, required: true, computed: 'competitors.map(c, c.share * c.share).sum()' },
    held_by_few: { type: bool, computed: hhi > 1800.0 } } }";

/// The sample with some of it written differently, published as the next version.
async fn published(server: &Server, changes: &[(&str, &str)]) {
    let mut source = SAMPLE.to_owned();
    for (from, to) in changes {
        assert_eq!(source.matches(from).count(), 1, "{from}");
        source = source.replace(from, to);
    }
    let call = server.call(Method::POST, "/v1/workflows").token(&server.admin);
    call.body("application/yaml", source).send().await.expect(201);
}

fn shares(shares: &[f64]) -> Value {
    shares.iter().map(|share| json!({ "share": share })).collect()
}

#[track_caller]
fn fault(reply: &Reply, pointer: &str, code: &str) -> String {
    let errors = reply.body["errors"].as_array().unwrap();
    let found = errors.iter().find(|error| error["pointer"] == pointer).unwrap();
    assert_eq!(found["code"], code);
    found["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn computed_fields_are_shown_fixed_and_never_sent() {
    let server = Server::start().await;
    published(&server, &[(NOTE, COMPETITION)]).await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let note = format!("{product}/deliverables/idea_note");

    let draft = format!("{note}/draft");
    let half = json!({ "content": { "competitors": shares(&[30.0]) } });
    let saved = server.put(&draft, &manager, &half).header("if-none-match", "*").send().await;
    assert_eq!(saved.expect(200).body["computed"]["hhi"], 900);
    let seen = server.get(&draft, &manager).send().await.expect(200);
    assert_eq!(seen.body["computed"]["held_by_few"], false);
    assert_eq!(seen.body["body"], half, "the draft itself is as it was saved");

    let content = json!({ "content": { "competitors": shares(&[40.0, 20.0]) } });
    let revisions = format!("{note}/revisions");
    let trial = server.post(&format!("{revisions}?dry_run=true"), &manager, &content).send().await;
    let trial = trial.expect(201);
    assert_eq!(trial.body["content"]["hhi"], 2000);
    assert_eq!(trial.body["content"]["competitors"][1]["relative"], 0.5);

    let wrong = json!({ "content": { "competitors": shares(&[40.0, 20.0]), "hhi": 100 } });
    let refused = server.post(&revisions, &manager, &wrong).send().await.expect(422);
    assert_eq!(fault(&refused, "/content/hhi", "computed"), "This is computed; leave it out.");
    let empty = json!({ "content": { "text": "Nobody yet" } });
    let refused = server.post(&revisions, &manager, &empty);
    let refused = refused.header("accept-language", "ko").send().await.expect(422);
    let why = fault(&refused, "/content/hhi", "not_computable");
    assert_eq!(why, "자동으로 계산할 수 없습니다: competitors 항목이 비어 있습니다.");

    let keyed = || server.post(&revisions, &manager, &content).header("idempotency-key", "k1");
    let filed = keyed().send().await.expect(201);
    assert_eq!(filed.body["content"]["held_by_few"], true);
    let again = keyed().send().await.expect(201);
    assert_eq!(again.body["events"], filed.body["events"]);
    let seen = server.get(&format!("{revisions}/1"), &manager).send().await.expect(200);
    let stored = &seen.body["document"]["content"];
    assert_eq!(stored, &filed.body["content"], "what was computed is what is stored");

    // What was read can be sent back.
    let back = json!({ "content": stored });
    server.post(&revisions, &manager, &back).send().await.expect(201);
}

const LIFECYCLE: &str = "measures:
  regions: { title: { en: Regions, ko: 지역 }, value: product.regions.size(), unit: regions }
  market: { title: Market, value: market_size.total }
signals:
  american: { title: American, when: \"'US' in product.regions && market_size.held_by_few\", propose: delete }
suits: { when: product.device_class != 'I', else: { en: Class I needs no such process, ko: I등급은 대상이 아닙니다 } }
guarantees:";

#[tokio::test]
async fn a_product_shows_its_measures_and_signals() {
    let server = Server::start().await;
    published(&server, &[("guarantees:", LIFECYCLE)]).await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let path = format!("{product}/measures");
    let seen = server.get(&path, &manager).header("accept-language", "ko").send().await;
    let seen = seen.expect(200);
    assert_eq!(seen.text("/measures/0/title"), "지역");
    assert_eq!(seen.body["measures"][0]["value"], 1);
    assert_eq!(seen.text("/measures/1/type"), "money");
    assert_eq!(seen.body["measures"][1]["value"], Value::Null);
    assert_eq!(seen.text("/measures/1/unknown/why/path"), "market_size.total");
    assert_eq!(
        seen.text("/measures/1/unknown/sentence"),
        "market_size.total 항목이 비어 있습니다."
    );
    let seen = server.get(&path, &manager).send().await.expect(200);
    let sentence = "`market_size.total` is not filled in.";
    assert_eq!(seen.text("/measures/1/unknown/sentence"), sentence);
    assert_eq!(seen.text("/signals/0/holds"), "unknown");
    assert_eq!(seen.text("/signals/0/propose/exit"), "delete");
    assert_eq!(seen.text("/signals/0/facts/0/holds"), "yes");
    assert_eq!(seen.text("/signals/0/facts/0/evidence/0/of"), "product.regions");
    assert_eq!(seen.text("/signals/0/facts/1/unknown/why/code"), "absent");
}

#[tokio::test]
async fn answers_to_a_card_tell_which_workflow_suits() {
    let server = Server::start().await;
    published(&server, &[("guarantees:", LIFECYCLE)]).await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let ask =
        |fields: Value| server.post("/v1/tailoring", &manager, &json!({ "fields": fields })).send();
    let told = ask(json!({ "regions": ["US"] })).await.expect(200);
    assert_eq!(told.text("/items/0/suits"), "unknown");
    assert_eq!(told.text("/items/0/reason"), "`product.device_class` is not filled in.");
    assert_eq!(told.text("/items/0/deliverables/0/deliverable"), "study");
    assert_eq!(told.text("/items/0/deliverables/0/required"), "yes");
    let told = ask(json!({ "device_class": "I", "regions": ["KR"] })).await.expect(200);
    assert_eq!(told.text("/items/0/suits"), "no");
    assert_eq!(told.text("/items/0/reason"), "Class I needs no such process");
    assert_eq!(told.text("/items/0/deliverables/0/required"), "no");
    ask(json!([])).await.expect(422);
    let fields = json!({ "fields": {} });
    let again = server.post("/v1/tailoring", &manager, &fields).header("if-none-match", "*");
    again.send().await.expect(200);

    let start = json!({ "workflow": "sample", "name": "Pump", "portfolio": "main",
        "card": { "problem": "Nurses carry too much", "device_class": "I" } });
    let refused = server.post("/v1/products", &manager, &start);
    let refused = refused.header("accept-language", "ko").send().await.expect(422);
    let why = fault(&refused, "/workflow", "unsuitable");
    assert_eq!(why, "이 제품에 맞지 않는 워크플로입니다: I등급은 대상이 아닙니다.");
    assert_eq!(refused.text("/errors/0/otherwise/en"), "Class I needs no such process");
}

#[tokio::test]
async fn a_waiver_shows_when_it_ends() {
    let server = Server::start().await;
    let waive = (
        "form: plain_note }\n    gate: screen",
        "form: plain_note, waive: { by: finance, at_most: 30d } }\n    gate: screen",
    );
    published(&server, &[waive]).await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let (_, finance) = server.person("Finn", &["finance"]).await;
    let product = server.product(&manager).await;
    let note = format!("{product}/deliverables/idea_note");
    let reason = json!({ "reason": "It is written elsewhere." });
    server.post(&format!("{note}/waivers"), &manager, &reason).send().await.expect(200);
    let nothing = json!(null);
    let approve = format!("{note}/waivers/approval");
    server.post(&approve, &finance, &nothing).send().await.expect(200);
    let seen = server.get(&note, &manager).send().await.expect(200);
    assert_eq!(
        (seen.text("/state"), seen.text("/waived_until")),
        ("waived", "2026-12-23T09:00:00Z")
    );
}
