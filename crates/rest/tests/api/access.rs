//! Signing in over HTTP.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Reply, Server};

pub(crate) const PASSWORD: &str = "a heron at the weir";

pub(crate) async fn sign_in(server: &Server, name: &str, password: &str) -> Reply {
    let body = json!({ "name": name, "password": password });
    server.call(Method::POST, "/v1/sessions").json(&body).send().await
}

/// Invites somebody and accepts it; gives the person.
pub(crate) async fn with_password(server: &Server) -> String {
    let (person, _) = server.person("Mina", &["product_manager"]).await;
    let path = format!("/v1/people/{person}/invitations");
    let name = json!({ "name": "Mina@Example.com" });
    let invited = server.post(&path, &server.admin, &name).send().await.expect(201);
    assert_eq!(invited.text("/name"), "mina@example.com");
    assert!(!invited.text("/expires_at").is_empty());
    let body = json!({ "invitation": invited.text("/secret"), "password": PASSWORD });
    let accept = || server.call(Method::POST, "/v1/invitations/acceptance").json(&body);
    let accepted = accept().send().await.expect(200);
    assert_eq!(accepted.text("/name"), "mina@example.com");
    assert_eq!(accepted.text("/events/0/kind"), "password_set");
    assert_eq!(accept().send().await.expect(404).text("/code"), "not_found");
    person
}

#[tokio::test]
async fn a_session_is_a_bearer_secret_until_it_ends() {
    let server = Server::start().await;
    let person = with_password(&server).await;
    let done = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(done.header("cache-control"), "no-store");
    let secret = done.text("/secret").to_owned();
    let me = server.get("/v1/me", &secret).send().await.expect(200);
    assert_eq!(me.text("/id"), person);
    let listed = server.get("/v1/me/sessions", &secret).send().await.expect(200);
    assert_eq!(listed.body["items"][0]["current"], true);
    let others = format!("/v1/people/{person}/sessions");
    let seen = server.get(&others, &server.admin).send().await.expect(200);
    assert_eq!(seen.body["items"][0]["id"], listed.body["items"][0]["id"]);
    let out = done.header("location");
    server.call(Method::DELETE, out).token(&secret).send().await.expect(204);
    server.get("/v1/me", &secret).send().await.expect(401);
    for everywhere in ["/v1/me/sessions", &others] {
        let secret = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
        let secret = secret.text("/secret").to_owned();
        let token = if everywhere == others { &server.admin } else { &secret };
        let ended = server.call(Method::DELETE, everywhere).token(token).send().await.expect(200);
        assert_eq!(ended.text("/events/0/kind"), "sessions_ended");
        server.get("/v1/me", &secret).send().await.expect(401);
    }
}

#[tokio::test]
async fn a_failure_says_no_more_than_that_and_too_many_have_to_wait() {
    let server = Server::start().await;
    with_password(&server).await;
    let mut bodies: Vec<Value> = Vec::new();
    for name in ["mina@example.com", "nobody@example.com", "Mina Kim"] {
        let mut failed = sign_in(&server, name, "a heron at the wear").await.expect(401);
        assert_eq!(failed.header("www-authenticate"), "Bearer realm=\"sluicegate\"");
        failed.body["request_id"] = json!(null);
        bodies.push(failed.body);
    }
    assert_eq!(bodies[0]["code"], "sign_in_failed");
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    for _ in 0..5 {
        sign_in(&server, "mina@example.com", "a heron at the wear").await.expect(401);
    }
    let waiting = sign_in(&server, "mina@example.com", PASSWORD).await.expect(429);
    assert_eq!(waiting.text("/code"), "too_many_requests");
    assert!(waiting.header("retry-after").parse::<u32>().is_ok_and(|wait| wait >= 1));
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let server = Server::start().await;
    with_password(&server).await;
    let secret = sign_in(&server, "mina@example.com", PASSWORD).await.text("/secret").to_owned();
    let change = |current: &str, password: &str| {
        let body = json!({ "current": current, "password": password });
        server.put("/v1/me/password", &secret, &body)
    };
    let wrong = change("a heron at the wear", "two herons at the weir").send().await.expect(401);
    assert_eq!(wrong.text("/code"), "sign_in_failed");
    let poor = change(PASSWORD, "qwertyuiop123").send().await.expect(422);
    assert_eq!(poor.text("/errors/0/code"), "password_common");
    assert_eq!(poor.text("/errors/0/pointer"), "/password");
    let korean = change(PASSWORD, "짧은 것").header("accept-language", "ko").send().await;
    assert_eq!(korean.expect(422).text("/errors/0/detail"), "비밀번호는 12자 이상이어야 합니다.");
    change(PASSWORD, "two herons at the weir").send().await.expect(200);
    server.get("/v1/me", &secret).send().await.expect(401);
    sign_in(&server, "mina@example.com", "two herons at the weir").await.expect(201);
}

#[tokio::test]
async fn nobody_is_asked_for_more_than_a_name_and_a_password() {
    let server = Server::start().await;
    let call = |body: Value| server.call(Method::POST, "/v1/sessions").json(&body);
    call(json!({ "name": "ann" })).send().await.expect(422);
    call(json!({ "name": "ann", "password": "x".repeat(1001) })).send().await.expect(422);
    call(json!({ "name": "ann", "password": "x".repeat(20_000) })).send().await.expect(413);
    // A session's secret that was never given out.
    let never = format!("sgs_{}", "A".repeat(43));
    server.get("/v1/me", &never).send().await.expect(401);
}

#[tokio::test]
async fn what_was_refused_is_for_administrators_and_auditors_to_read() {
    let server = Server::start().await;
    let (_, mina) = server.person("Mina", &["product_manager"]).await;
    let (_, audra) = server.person("Audra", &["auditor"]).await;
    let add = |query: &str| {
        let path = format!("/v1/people{query}");
        server.call(Method::POST, &path).token(&mina).header("user-agent", "curl/8.5")
    };
    let somebody = json!({ "name": "Somebody" });
    add("?dry_run=true").json(&somebody).send().await.expect(403);
    for _ in 0..3 {
        add("").json(&somebody).send().await.expect(403);
    }
    // Reading in vain, and what is wrong in itself, is no matter of the record.
    add("").json(&json!({ "nme": "x" })).send().await.expect(422);
    sign_in(&server, "nobody@example.com", "a heron at the wear").await.expect(401);
    for reader in [&server.admin, &audra] {
        let feed = server.get("/v1/events?limit=500", reader).send().await.expect(200);
        let events = feed.body["events"].as_array().unwrap();
        let kinds = ["request_refused", "sign_in_refused"];
        let refused: Vec<&Value> = events
            .iter()
            .filter(|event| kinds.contains(&event["kind"].as_str().unwrap()))
            .collect();
        assert_eq!(refused.len(), 2, "{refused:#?}");
        assert_eq!(refused[0]["event"]["request"], "POST /v1/people");
        assert_eq!(refused[0]["event"]["reasons"], json!(["not_your_role"]));
        assert_eq!(refused[0]["stream"], "access");
    }
    let feed = server.get("/v1/events?limit=500", &mina).send().await.expect(200);
    let events = feed.body["events"].as_array().unwrap();
    assert!(events.iter().all(|event| event["stream"] != "access"));
}
