//! A product on its way, as a client sees it.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_app::Signing;
use sluicegate_core::audit::{Checkpoint, KeyKind, Note, SecretKey, Verifier};

use crate::support::Server;

#[tokio::test]
async fn a_product_passes_its_first_gate() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let (_, lead) = server.person("Ravi", &["rd_lead"]).await;
    let (_, peer) = server.person("Lena", &["rd_lead"]).await;
    let product = server.product(&manager).await;

    let seen = server.get(&product, &manager).send().await.expect(200);
    assert_eq!(seen.text("/stage"), "idea");
    assert_eq!(seen.header("etag"), format!("\"{}\"", seen.body["version"]));

    let note = format!("{product}/deliverables/idea_note");
    let content = json!({ "content": { "text": "A pump that hangs on the bed" } });
    let handed = server.post(&format!("{note}/revisions"), &manager, &content).send().await;
    assert_eq!(handed.expect(201).header("location"), note);
    let revision = server.get(&format!("{note}/revisions/1"), &manager).send().await.expect(200);
    assert_eq!(revision.text("/document/content/text"), "A pump that hangs on the bed");

    let question = format!("{product}/gates/current/criteria/fit");
    let answer = json!({ "answer": true, "evidence": "Page 4 of the plan" });
    server.put(&question, &manager, &answer).send().await.expect(200);
    let asked = server.get(&question, &manager).send().await.expect(200);
    assert_eq!(asked.text("/outcome"), "pass");

    let submissions = format!("{product}/gates/screen/submissions");
    let pass = json!({ "purpose": "pass", "path": "business" });
    let submitted = server.post(&submissions, &peer, &pass).send().await.expect(201);
    let submission = submitted.header("location").to_owned();
    assert_eq!(submission, format!("{submissions}/1"));
    server.get(&format!("{submission}/packet"), &lead).send().await.expect(200);

    let vote = json!({ "choice": "go", "reason": "Nurses asked for it" });
    server.post(&format!("{submission}/votes"), &lead, &vote).send().await.expect(200);
    let seen = server.get(&product, &lead).send().await.expect(200);
    assert_eq!(seen.text("/stage"), "business");
    let decided = server.get(&submission, &lead).send().await.expect(200);
    assert_eq!(decided.text("/state"), "decided");

    // Where its time went, and the same over all products once the log was followed.
    let clocks = server.get(&format!("{product}/clocks"), &manager).send().await.expect(200);
    assert_eq!(clocks.text("/passages/1/place/key"), "screen");
    assert_eq!(clocks.text("/passages/1/ended"), "go");
    let figures = async || {
        let path = "/v1/clocks?workflow=sample&gate=screen";
        server.get(path, &manager).send().await.expect(200).body
    };
    assert_eq!(figures().await["gates"], json!([]));
    server.app.follow_passages().await.unwrap();
    let found = figures().await;
    assert_eq!(found["gates"][0]["count"], 1);
    assert_eq!(found["gates"][0]["seconds"], json!({ "p10": 0, "p50": 0, "p90": 0 }));
    assert_eq!((&found["stages"], &found["complete"]), (&json!([]), &json!(true)));
    let unknown = server.get("/v1/clocks?gat=screen", &manager).send().await.expect(400);
    assert!(unknown.body.to_string().contains("gate"));
}

#[tokio::test]
async fn every_reading_of_a_product_answers_as_described() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager", "administrator"]).await;
    let product = server.product(&manager).await;
    let below = [
        "",
        "/actions",
        "/clocks",
        "/history",
        "/team",
        "/deliverables",
        "/deliverables/idea_note",
        "/deliverables/idea_note/revisions",
        "/gates",
        "/gates/screen",
        "/gates/launch",
        "/gates/current/criteria/fit",
        "/gates/screen/submissions",
        "/conditions",
        "/markets",
        "/markets/US",
        "/handovers/US",
        "/reviews",
        "/duties",
        "?as_of=1",
        "?as_of=2026-11-23T10:00:00Z",
    ];
    for path in below {
        server.get(&format!("{product}{path}"), &manager).send().await.expect(200);
    }
    for path in [
        "/hold",
        "/conditions/1",
        "/reviews/1",
        "/duties/x",
        "/markets/DE",
        "/deliverables/nothing",
        "/gates/nothing",
        "/gates/screen/submissions/1",
        "/gates/screen/submissions/1/packet",
        "/deliverables/idea_note/draft",
        "/deliverables/idea_note/revisions/1",
        "/gates/current/criteria/nothing",
        "/history/x",
        "?as_of=0",
    ] {
        server.get(&format!("{product}{path}"), &manager).send().await.expect(404);
    }
}

#[tokio::test]
async fn every_reading_of_the_house_answers_as_described() {
    let server = Server::start().await;
    let (person, manager) = server.person("Mina", &["product_manager", "administrator"]).await;
    server.product(&manager).await;
    let of_the_house = [
        "/v1/products",
        "/v1/clocks",
        "/v1/clocks?portfolio=main&workflow=sample&gate=screen&from=2026-01-01T00:00:00Z",
        "/v1/inbox",
        "/v1/events",
        "/v1/events?kind=product_started&limit=1",
        "/v1/people",
        "/v1/me",
        "/v1/roles",
        "/v1/portfolios",
        "/v1/workflows",
        "/v1/workflows/sample",
        "/v1/workflows/sample/versions/1",
        "/v1/workflows/sample/forms/market_size/schema",
        "/v1/workflows/sample/card/schema",
        "/v1/workflows/sample/graph",
        "/v1/workflows/sample/graph?format=mermaid",
    ];
    for path in of_the_house {
        server.get(path, &manager).send().await.expect(200);
    }
    for path in [format!("/v1/people/{person}"), format!("/v1/people/{person}/tokens")] {
        server.get(&path, &manager).send().await.expect(200);
    }
    for sort in ["due", "-due", "name", "-name", "changed", "-changed", "started", "-started"] {
        let path = format!("/v1/products?sort={sort}&limit=1&name=pu&standing=active&stage=idea");
        let page = server.get(&path, &manager).send().await.expect(200);
        assert_eq!(page.body["items"].as_array().map(Vec::len), Some(1), "{sort}");
    }
}

#[tokio::test]
async fn the_record_is_read_as_described() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager", "administrator"]).await;
    let (_, worker) = server.person("Rolf", &["rd_lead"]).await;
    for path in ["/v1/audit/checkpoint", "/v1/audit/consistency?from=1", "/v1/events/1/proof"] {
        server.get(path, &manager).send().await.expect(404);
    }
    let key = SecretKey::new("sluicegate.example/test", KeyKind::Note, [7; 32]).unwrap();
    server.app.sign_with(Signing { key: key.clone(), every: TimeDelta::seconds(1) });
    server.app.sign(true).await.unwrap();
    let product = server.product(&manager).await;
    server.app.sign(true).await.unwrap();
    let id = product.rsplit('/').next().unwrap();
    let own = server.get("/v1/me", &manager).send().await.expect(200);
    for path in [
        "/v1/audit/keys".to_owned(),
        "/v1/audit/checkpoints".to_owned(),
        "/v1/audit/checkpoints?before=2&limit=1".to_owned(),
        "/v1/audit/consistency?from=1".to_owned(),
        "/v1/events/1/proof".to_owned(),
        "/v1/audit".to_owned(),
        format!("/v1/audit?product={id}&limit=1&from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z"),
        format!("/v1/audit?actor={}&kind=product_started&text=pump", own.text("/id")),
        "/v1/audit?actor=system&before=5".to_owned(),
    ] {
        server.get(&path, &manager).send().await.expect(200);
    }
    let note = server.get("/v1/audit/checkpoint", &manager).send().await.expect(200);
    let note: Note = String::from_utf8(note.bytes).unwrap().parse().unwrap();
    let size = Checkpoint::open(&note, key.public()).unwrap().size;
    assert_eq!(size, server.app.store().log_head().await.unwrap().position);
    for (path, kind) in [("csv", "text/csv"), ("jsonl", "application/jsonl"), ("html", "text/html")]
    {
        let file = server.get(&format!("/v1/audit.{path}?product={id}"), &manager).send().await;
        let file = file.expect(200);
        assert!(file.header("content-type").starts_with(kind));
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("product_started") && text.contains(id), "{text}");
    }
    let print = server.get("/v1/audit.html", &manager).header("accept-language", "ko");
    let print = String::from_utf8(print.send().await.expect(200).bytes).unwrap();
    assert!(print.contains("<html lang=\"ko\">") && print.contains("감사 추적"), "{print}");
    let file = server.get(&format!("/v1/audit/record.jsonl?product={id}"), &manager).send().await;
    let file = file.expect(200);
    let mut verifier = Verifier::new(key.public().clone(), Vec::new());
    for line in file.bytes.split_inclusive(|byte| *byte == b'\n') {
        verifier.line(line.trim_ascii_end()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().stream.as_deref(), Some(id));
    for path in ["/v1/audit", "/v1/audit.csv", "/v1/audit/record.jsonl"] {
        server.get(path, &worker).send().await.expect(403);
    }
    for path in ["/v1/audit?actor=me", "/v1/audit/consistency"] {
        server.get(path, &manager).send().await.expect(400);
    }
    for path in [
        "/v1/events/x/proof",
        "/v1/events/999/proof",
        "/v1/events/1/proof?size=1",
        "/v1/audit/consistency?from=999",
    ] {
        server.get(path, &manager).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_blocked_action_says_who_can_clear_it() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let submissions = format!("{product}/gates/screen/submissions");
    let pass = json!({ "purpose": "pass", "path": "business" });
    let tried = server.post(&submissions, &manager, &pass).send().await.expect(409);
    assert_eq!(tried.text("/code"), "blocked");
    let unmet = tried.body["unmet"].as_array().unwrap();
    let codes: Vec<&str> = unmet.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"deliverable_missing"), "{codes:?}");
    assert!(codes.contains(&"criterion_unanswered"), "{codes:?}");

    let explained = server.get(&format!("{product}/actions"), &manager).send().await.expect(200);
    let actions = explained.body["actions"].as_array().unwrap();
    let submit = actions.iter().find(|one| one["action"] == "submit").unwrap();
    assert_eq!(&submit["unmet"], &tried.body["unmet"], "asked and tried are the same");
    for one in unmet {
        let href = one["clear"]["href"].as_str().unwrap();
        let status = server.get(href, &manager).send().await.status;
        assert!(status == 200, "{href} answers {status}");
    }
    let korean = server.post(&submissions, &manager, &pass).header("accept-language", "ko-KR");
    let korean = korean.send().await.expect(409);
    assert_eq!(korean.text("/title"), "지금은 할 수 없습니다");
}

#[tokio::test]
async fn a_vote_reaches_only_the_submission_that_it_names() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let (_, lead) = server.person("Ravi", &["rd_lead"]).await;
    let (_, peer) = server.person("Lena", &["rd_lead"]).await;
    let product = server.product(&manager).await;
    let stop = json!({ "purpose": "stop" });
    let submissions = format!("{product}/gates/screen/submissions");
    server.post(&submissions, &peer, &stop).send().await.expect(201);
    let reason = json!({ "reason": "Too early" });
    let withdrawal = format!("{submissions}/1/withdrawal");
    let first = server.post(&withdrawal, &peer, &reason).header("idempotency-key", "w1");
    first.send().await.expect(200);
    server.post(&submissions, &peer, &stop).send().await.expect(201);

    let vote = json!({ "choice": "kill", "reason": "No" });
    let late = server.post(&format!("{submissions}/1/votes"), &lead, &vote).send().await;
    assert_eq!(late.expect(409).text("/unmet/0/code"), "submission_not_open");
    // The first answer again, though that submission is long gone.
    let again = server.post(&withdrawal, &peer, &reason).header("idempotency-key", "w1");
    let again = again.send().await.expect(200);
    assert_eq!(again.body["replayed"], true);
    assert_eq!(again.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_draft_is_saved_only_over_the_one_that_was_seen() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let draft = format!("{product}/deliverables/idea_note/draft");
    let put = |body: Value| server.put(&draft, &manager, &body);
    put(json!({ "a": 1 })).send().await.expect(428);
    let first = put(json!({ "a": 1 })).header("if-none-match", "*").send().await.expect(200);
    assert_eq!(first.header("etag"), "\"1\"");
    put(json!({ "a": 2 })).header("if-match", "\"1\"").send().await.expect(200);
    let stale = put(json!({ "a": 3 })).header("if-match", "\"1\"").send().await.expect(412);
    assert_eq!(stale.body["current_version"], 2);
    put(json!({ "a": 3 })).header("if-none-match", "*").send().await.expect(412);
    let seen = server.get(&draft, &manager).send().await.expect(200);
    assert_eq!(seen.body["body"], json!({ "a": 2 }));
    server.call(Method::DELETE, &draft).token(&manager).send().await.expect(204);
    server.get(&draft, &manager).send().await.expect(404);
}

#[tokio::test]
async fn an_attachment_comes_back_as_it_was_sent() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let bytes: Vec<u8> = (0..=255).collect();
    let upload = server.call(Method::POST, "/v1/attachments?name=%ED%8E%8C.pdf").token(&manager);
    let stored = upload.body("application/pdf", bytes.clone()).send().await.expect(201);
    let location = stored.header("location").to_owned();
    let back = server.get(&location, &manager).send().await.expect(200);
    assert_eq!(back.bytes, bytes);
    assert_eq!(back.header("content-type"), "application/pdf");
    assert!(back.header("content-disposition").starts_with("attachment;"));
    let tag = back.header("etag").to_owned();
    server.get(&location, &manager).header("if-none-match", &tag).send().await.expect(304);

    let nothing = server.call(Method::POST, "/v1/attachments").token(&manager);
    let nothing = nothing.send().await.expect(400);
    assert_eq!(
        (nothing.text("/code"), nothing.text("/detail")),
        ("upload_broken", "nothing was sent: the body is the file")
    );
    let large = server.call(Method::POST, "/v1/attachments").token(&manager);
    let large = large.body("text/plain", "x".repeat(5000)).send().await.expect(413);
    assert_eq!(large.text("/code"), "too_large");
}

#[tokio::test]
async fn a_workflow_is_checked_and_published() {
    let server = Server::start().await;
    let source = "workflow: sample\ntitle: Broken\nroles: 3\n";
    let publish = |path: &str, source: &str| {
        let call = server.call(Method::POST, path).token(&server.admin);
        call.body("text/yaml", source.to_owned())
    };
    let bad = publish("/v1/workflows?dry_run=true", source).send().await.expect(422);
    assert_eq!(bad.text("/code"), "bad_workflow");
    assert!(bad.body["diagnostics"][0]["place"]["line"].is_u64());
    let same = include_str!("../../../core/src/definition/testdata/sample.yaml");
    let again = publish("/v1/workflows", same).send().await.expect(201);
    assert_eq!(again.body["workflow"]["version"], 1);
    assert_eq!(again.header("location"), "/v1/workflows/sample/versions/1");
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let call = server.call(Method::POST, "/v1/workflows").token(&manager);
    call.body("application/yaml", same).send().await.expect(403);
}
