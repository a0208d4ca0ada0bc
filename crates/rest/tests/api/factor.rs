//! Second factors over HTTP.

use axum::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sluicegate_testkit::totp;

use crate::{
    access::{PASSWORD, sign_in, with_password},
    support::{Reply, Server},
};

/// The server's time, which stands still.
fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

async fn post(server: &Server, secret: &str, path: &str, body: serde_json::Value) -> Reply {
    server.call(Method::POST, path).token(secret).json(&body).send().await
}

/// Takes a factor in with a session; gives its secret, and the answer to the first code.
async fn enrols(server: &Server, session: &str) -> (String, Reply) {
    let offer = post(server, session, "/v1/me/factor", json!({ "password": PASSWORD })).await;
    let offer = offer.expect(201);
    assert_eq!(offer.header("cache-control"), "no-store");
    let secret = offer.text("/secret").to_owned();
    assert!(offer.text("/uri").contains(&format!("?secret={secret}&issuer=Sluicegate")));
    let code = json!({ "code": totp(&secret, now()) });
    let enrolled = post(server, session, "/v1/me/factor/confirmation", code).await.expect(200);
    assert_eq!(enrolled.header("cache-control"), "no-store");
    assert_eq!(enrolled.body["recovery_codes"].as_array().unwrap().len(), 10);
    (secret, enrolled)
}

#[tokio::test]
async fn signing_in_takes_two_steps() {
    let server = Server::start().await;
    with_password(&server).await;
    let first = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(first.body["next"], json!(null));
    let (secret, enrolled) = enrols(&server, first.text("/secret")).await;
    let going_on = enrolled.text("/signed_in/secret").to_owned();
    let factor = server.get("/v1/me/factor", &going_on).send().await.expect(200);
    assert_eq!(
        (&factor.body["enrolled"], &factor.body["recovery_codes"]),
        (&json!(true), &json!(10))
    );

    let half = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(half.body["next"], "code");
    let half = half.text("/secret").to_owned();
    for path in ["/v1/me", "/v1/products", "/v1/me/sessions"] {
        let refused = server.get(path, &half).send().await.expect(403);
        assert_eq!(refused.text("/code"), "second_factor_needed");
    }
    // The one that was shown already.
    let used = json!({ "code": totp(&secret, now()) });
    let used = post(&server, &half, "/v1/sessions/completion", used).await.expect(401);
    assert_eq!(used.text("/code"), "wrong_code");
    let code = json!({ "code": totp(&secret, now() + TimeDelta::seconds(30)) });
    let done = post(&server, &half, "/v1/sessions/completion", code).await.expect(201);
    assert_eq!((done.header("cache-control"), &done.body["next"]), ("no-store", &json!(null)));
    server.get("/v1/me", done.text("/secret")).send().await.expect(200);
    // The secret of the first step is over.
    server.get("/v1/me/factor", &half).send().await.expect(401);

    let recovery = |at: &str| json!({ "password": PASSWORD, "code": enrolled.text(at) });
    let path = "/v1/me/factor/recovery-codes";
    let fresh = post(&server, &going_on, path, recovery("/recovery_codes/0")).await.expect(200);
    assert_ne!(fresh.text("/recovery_codes/1"), enrolled.text("/recovery_codes/1"));
}

#[tokio::test]
async fn a_house_may_ask_everyone_for_a_factor() {
    let server = Server::strict().await;
    with_password(&server).await;
    let first = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(first.body["next"], "enrol");
    let session = first.text("/secret").to_owned();
    server.get("/v1/me", &session).send().await.expect(403);
    let factor = server.get("/v1/me/factor", &session).send().await.expect(200);
    assert_eq!((&factor.body["enrolled"], &factor.body["required"]), (&json!(false), &json!(true)));
    let (_, enrolled) = enrols(&server, &session).await;
    let going_on = enrolled.text("/signed_in/secret").to_owned();
    server.get("/v1/me", &going_on).send().await.expect(200);
    // Tokens are for programs, which have no authenticator.
    server.get("/v1/me", &server.admin).send().await.expect(200);
    let proof = json!({ "password": PASSWORD, "code": enrolled.text("/recovery_codes/0") });
    let path = "/v1/me/factor/recovery-codes";
    let fresh = post(&server, &going_on, path, proof.clone()).await.expect(200);
    assert_eq!(fresh.header("cache-control"), "no-store");
    let used = post(&server, &going_on, "/v1/me/factor/removal", proof).await.expect(401);
    assert_eq!(used.text("/code"), "wrong_code");
    let proof = json!({ "password": PASSWORD, "code": fresh.text("/recovery_codes/9") });
    post(&server, &going_on, "/v1/me/factor/removal", proof).await.expect(200);
    server.get("/v1/me", &going_on).send().await.expect(401);
    let anew = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(anew.body["next"], "enrol");
}

#[tokio::test]
async fn a_lost_factor_takes_two_administrators() {
    let server = Server::start().await;
    let person = with_password(&server).await;
    let (_, second) = server.person("Bea", &["administrator"]).await;
    let first = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    let (_, enrolled) = enrols(&server, first.text("/secret")).await;
    let going_on = enrolled.text("/signed_in/secret").to_owned();
    let factor = format!("/v1/people/{person}/factor");
    let (removal, confirmation) =
        (format!("{factor}/removal"), format!("{factor}/removal/confirmation"));
    let ask = || server.call(Method::POST, &removal).token(&server.admin);
    let confirm = |token: &str| server.call(Method::POST, &confirmation).token(token);
    confirm(&second).send().await.expect(404);
    ask().send().await.expect(201);
    let own = confirm(&server.admin).send().await.expect(403);
    assert_eq!(own.text("/unmet/0/code"), "asker_may_not_confirm");
    // Its person sees it, and says no.
    let seen = server.get("/v1/me/factor", &going_on).send().await.expect(200);
    assert!(seen.text("/removal/by").starts_with("psn_"));
    server.call(Method::DELETE, &removal).token(&going_on).send().await.expect(200);
    confirm(&second).send().await.expect(404);
    ask().send().await.expect(201);
    let seen = server.get(&factor, &second).send().await.expect(200);
    assert_eq!(seen.body["removal"]["until"], "2026-11-26T09:00:00Z");
    let removed = confirm(&second).send().await.expect(200);
    assert_eq!(removed.text("/events/0/kind"), "factor_removed");
    server.get("/v1/me", &going_on).send().await.expect(401);
    let anew = sign_in(&server, "mina@example.com", PASSWORD).await.expect(201);
    assert_eq!(anew.body["next"], json!(null));
    // What was tried and refused is in the record.
    let feed = server.get("/v1/events?kind=request_refused&limit=500", &second).send().await;
    assert!(feed.bytes.windows(21).any(|part| part == b"asker_may_not_confirm"));
}
