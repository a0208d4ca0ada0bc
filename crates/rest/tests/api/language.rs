//! What a workflow's author writes, as a client sees it: computed fields.

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
