//! What holds for every address: ids, tags, keys, trials, pages.

use axum::http::Method;
use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_trial_answers_and_writes_nothing() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let name = json!({ "name": "Pump 2" });
    let patch = |path: &str| server.call(Method::PATCH, path).token(&manager).json(&name);
    let trial = patch(&format!("{product}?dry_run=true")).send().await.expect(200);
    assert_eq!(trial.body["dry_run"], true);
    assert_eq!(trial.text("/events/0/kind"), "product_renamed");
    let seen = server.get(&product, &manager).send().await.expect(200);
    assert_eq!(seen.text("/name"), "Pump");
    let done = patch(&product).send().await.expect(200);
    assert_eq!(done.body["version"], trial.body["version"]);
}

#[tokio::test]
async fn a_change_is_made_only_to_what_was_seen() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let tag = server.get(&product, &manager).send().await.header("etag").to_owned();
    let rename = |tag: &str| {
        let call = server.call(Method::PATCH, &product).token(&manager);
        call.json(&json!({ "name": "Pump 2" })).header("if-match", tag)
    };
    let done = rename(&tag).send().await.expect(200);
    let stale = rename(&tag).send().await.expect(412);
    assert_eq!(stale.body["current_version"], done.body["version"]);
    rename("\"not ours\"").send().await.expect(412);
    let new_tag = done.header("etag");
    server.get(&product, &manager).header("if-none-match", new_tag).send().await.expect(304);
    server.get(&product, &manager).header("if-none-match", &tag).send().await.expect(200);
    for path in ["/actions", "/gates"] {
        let path = format!("{product}{path}");
        let tag = server.get(&path, &manager).send().await.header("etag").to_owned();
        server.get(&path, &manager).header("if-none-match", &tag).send().await.expect(304);
    }
}

#[tokio::test]
async fn a_repeat_has_one_effect_and_the_first_answer() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let body = json!({ "workflow": "sample", "name": "Pump", "portfolio": "main",
        "card": { "problem": "Weight" } });
    let start =
        |key: &str| server.post("/v1/products", &manager, &body).header("idempotency-key", key);
    let first = start("one").send().await.expect(201);
    let again = start("one").send().await.expect(201);
    assert_eq!(first.body["product"], again.body["product"]);
    assert_eq!((&first.body["replayed"], &again.body["replayed"]), (&json!(false), &json!(true)));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let mut other = body.clone();
    other["name"] = json!("Another");
    let reused = server.post("/v1/products", &manager, &other).header("idempotency-key", "one");
    assert_eq!(reused.send().await.expect(422).text("/code"), "idempotency_key_reused");
    let page = server.get("/v1/products", &manager).send().await.expect(200);
    assert_eq!(page.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn pages_join_without_gap_or_repetition() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    for _ in 0..5 {
        server.product(&manager).await;
    }
    let mut path = "/v1/products?limit=2".to_owned();
    let mut found = Vec::new();
    loop {
        let page = server.get(&path, &manager).send().await.expect(200);
        found.extend(page.body["items"].as_array().unwrap().iter().map(|one| one["id"].clone()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/v1/products?limit=2&cursor={next}");
    }
    assert_eq!(found.len(), 5);
    found.dedup();
    assert_eq!(found.len(), 5);
    let wrong = server.get("/v1/products?cursor=nonsense", &manager).send().await.expect(400);
    assert_eq!(wrong.text("/code"), "bad_cursor");
}

#[tokio::test]
async fn a_request_keeps_its_id() {
    let server = Server::start().await;
    let named = server.get("/v1/me", "nobody").header("x-request-id", "abc-1").send().await;
    assert_eq!(named.header("x-request-id"), "abc-1");
    assert_eq!(named.text("/request_id"), "abc-1");
    assert_eq!(named.header("www-authenticate"), "Bearer realm=\"sluicegate\"");
    let unnamed = server.get("/v1/me", &server.admin).send().await.expect(200);
    assert!(!unnamed.header("x-request-id").is_empty());
    assert_eq!(unnamed.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn people_come_and_go() {
    let server = Server::start().await;
    let (person, token) = server.person("Mina", &["auditor"]).await;
    let path = format!("/v1/people/{person}");
    let admin = server.admin.as_str();
    let email = json!({ "name": "Kim Mina", "email": "mina@example.com" });
    server.put(&path, admin, &email).send().await.expect(200);
    let seen = server.get(&path, admin).send().await.expect(200);
    assert_eq!(seen.text("/name"), "Kim Mina");
    server.put(&path, &token, &email).send().await.expect(403);
    let nothing = json!(null);
    server.post(&format!("{path}/deactivation"), admin, &nothing).send().await.expect(200);
    server.get("/v1/me", &token).send().await.expect(401);
    server.post(&format!("{path}/reactivation"), admin, &nothing).send().await.expect(200);
    server.get("/v1/me", &token).send().await.expect(401);
    let revoke = format!("/v1/roles?role=auditor&person={person}");
    let released = server.call(Method::DELETE, &revoke).token(admin).send().await;
    released.expect(200);
    let portfolio = json!({ "portfolio": "infusion", "title": "Infusion" });
    server.post("/v1/portfolios", admin, &portfolio).send().await.expect(201);
    let issue = json!({ "label": "phone" });
    server.post(&format!("{path}/tokens"), admin, &issue).send().await.expect(201);
    let tokens = server.get(&format!("{path}/tokens"), admin).send().await.expect(200);
    let revokes = async |place: &str| {
        let token = format!("/v1/tokens/{}", tokens.text(place));
        server.call(Method::DELETE, &token).token(admin).send().await
    };
    revokes("/items/0/id").await.expect(200);
    revokes("/items/1/id").await.expect(422);
}

#[tokio::test]
async fn pages_for_people_come_from_here_alone() {
    let server = Server::start().await;
    let page = server.call(Method::GET, "/docs").send().await.expect(200);
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(!html.contains("//"), "another host: {html}");
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    for path in ["/docs/start.js", "/docs/scalar.js", "/openapi.json", "/docs/problems/blocked"] {
        server.call(Method::GET, path).send().await.expect(200);
    }
    let packed = server.call(Method::GET, "/docs/scalar.js").header("accept-encoding", "gzip");
    let packed = packed.send().await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.bytes.len() < 2_000_000, "{}", packed.bytes.len());
    server.call(Method::GET, "/healthz").send().await.expect(200);
    server.call(Method::GET, "/readyz").send().await.expect(200);
}
