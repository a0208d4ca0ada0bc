//! Somebody is away, and somebody else stands in, as clients see it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::Server;

const BEHALF: &str = "On-Behalf-Of";

/// What a delegation to somebody says.
fn to(deputy: &str) -> Value {
    json!({ "to": deputy, "until": "2026-12-01T00:00:00Z", "reason": "Leave" })
}

#[tokio::test]
async fn a_deputy_reads_and_judges_in_the_name_of_the_absent() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let (ravi, lead) = server.person("Ravi", &["rd_lead"]).await;
    let (_, peer) = server.person("Lena", &["rd_lead"]).await;
    let (dana, deputy) = server.person("Dana", &[]).await;
    let product = server.product(&manager).await;
    let note = format!("{product}/deliverables/idea_note/revisions");
    let content = json!({ "content": { "text": "A pump that hangs on the bed" } });
    server.post(&note, &manager, &content).send().await.expect(201);
    let answer = json!({ "answer": true, "evidence": "Page 4 of the plan" });
    server
        .put(&format!("{product}/gates/current/criteria/fit"), &manager, &answer)
        .send()
        .await
        .expect(200);
    let submissions = format!("{product}/gates/screen/submissions");
    let pass = json!({ "purpose": "pass", "path": "business" });
    server.post(&submissions, &peer, &pass).send().await.expect(201);

    let vote = json!({ "choice": "go", "reason": "Nurses asked for it" });
    let votes = format!("{submissions}/1/votes");
    let for_ravi =
        |path: &str, body: &Value| server.post(path, &deputy, body).header(BEHALF, &ravi).send();
    let early = for_ravi(&votes, &vote).await.expect(403);
    assert_eq!(early.text("/unmet/0/code"), "not_delegated");

    let delegations = format!("/v1/people/{ravi}/delegations");
    let set = server.post(&delegations, &lead, &to(&dana)).send().await.expect(201);
    let delegation = set.text("/delegation").to_owned();
    let me = server.get("/v1/me", &deputy).send().await.expect(200);
    assert_eq!(me.text("/stands_in_for/0/for/name"), "Ravi");
    let inbox = server.get("/v1/inbox", &deputy).send().await.expect(200);
    assert_eq!(inbox.text("/items/0/for/id"), ravi);

    server.get(&product, &deputy).send().await.expect(404);
    let seen = server.get(&product, &deputy).header(BEHALF, &ravi).send().await.expect(200);
    assert!(seen.header("vary").contains("on-behalf-of"));
    let dry = format!("{votes}?dry_run=true");
    assert_eq!(for_ravi(&dry, &vote).await.expect(200).body["dry_run"], true);
    let hand_in = for_ravi(&note, &content).await;
    assert_eq!(hand_in.status, 409, "{:#}", hand_in.body);
    assert!(hand_in.body.to_string().contains("not_by_deputy"));

    let cast = for_ravi(&votes, &vote).await.expect(200);
    assert_eq!(cast.text("/events/0/actor"), format!("{dana} for {ravi}"));
    let told = server.get(&format!("{submissions}/1"), &lead).send().await.expect(200);
    assert_eq!(
        (told.text("/votes/0/by/name"), told.text("/votes/0/deputy/name")),
        ("Ravi", "Dana")
    );
    let history = server.get(&format!("{product}/history?limit=500"), &lead).send().await;
    assert!(history.expect(200).body.to_string().contains(r#""on_behalf_of":{"id""#));

    let end = server.call(Method::DELETE, &format!("/v1/delegations/{delegation}"));
    end.token(&deputy).send().await.expect(200);
    let listed = server.get(&delegations, &lead).send().await.expect(200);
    assert_eq!((listed.text("/items/0/state"), listed.text("/items/0/reason")), ("ended", "Leave"));
    server.get(&product, &deputy).header(BEHALF, &ravi).send().await.expect(404);
}

#[tokio::test]
async fn only_at_one_product_something_is_done_in_anothers_name() {
    let server = Server::start().await;
    let (mina, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    for path in ["/v1/me", "/v1/inbox", "/v1/events", "/v1/products", "/v1/people", "/v1/roles"] {
        let refused = server.get(path, &manager).header(BEHALF, &mina).send().await.expect(400);
        assert_eq!(refused.text("/code"), "bad_header", "{path}");
        assert_eq!(refused.text("/errors/0/header"), "on-behalf-of", "{:#}", refused.body);
    }
    let start = server.post("/v1/products", &manager, &json!({})).header(BEHALF, &mina);
    start.send().await.expect(400);
    let broken = server.get(&product, &manager).header(BEHALF, "Mina").send().await.expect(400);
    assert_eq!(broken.text("/code"), "bad_header");
    // Nobody stands in for themselves.
    let own = server.get(&product, &manager).header(BEHALF, &mina).send().await.expect(403);
    assert_eq!(own.text("/unmet/0/code"), "not_delegated");
    let draft = server.put(
        &format!("{product}/deliverables/idea_note/draft"),
        &manager,
        &json!({ "text": "x" }),
    );
    let draft = draft.header(BEHALF, &mina).header("if-none-match", "*").send().await;
    assert_eq!(draft.status, 403, "{:#}", draft.body);
}

#[tokio::test]
async fn assistants_and_default_deputies_are_named_and_released() {
    let server = Server::start().await;
    let (mina, manager) = server.person("Mina", &["product_manager"]).await;
    let (sam, assistant) = server.person("Sam", &[]).await;
    let (dana, _) = server.person("Dana", &[]).await;
    let delegations = format!("/v1/people/{mina}/delegations");
    server.post(&delegations, &assistant, &to(&dana)).send().await.expect(403);
    let named = format!("/v1/people/{mina}/assistants/{sam}");
    server.put(&named, &manager, &Value::Null).send().await.expect(200);
    let listed = server.get(&format!("/v1/people/{mina}/assistants"), &manager).send().await;
    assert_eq!(listed.expect(200).text("/items/0/name"), "Sam");
    let own = server.post(&delegations, &assistant, &to(&sam)).send().await.expect(422);
    assert_eq!(own.text("/errors/0/code"), "self_appointed");
    server.post(&delegations, &assistant, &to(&dana)).send().await.expect(201);
    server.call(Method::DELETE, &named).token(&manager).send().await.expect(200);

    let to_whoever = json!({ "until": "2026-12-01T00:00:00Z", "reason": "Leave" });
    let none = server.post(&delegations, &manager, &to_whoever).send().await.expect(422);
    assert_eq!(none.text("/errors/0/code"), "no_default_deputy");
    let deputy = json!({ "role": "product_manager", "person": dana, "portfolio": "main" });
    server.post("/v1/deputies", &manager, &deputy).send().await.expect(403);
    server.post("/v1/deputies", &server.admin, &deputy).send().await.expect(201);
    let listed = server.get("/v1/deputies", &manager).send().await.expect(200);
    assert_eq!(listed.text("/items/0/person/name"), "Dana");
    server.post(&delegations, &manager, &to_whoever).send().await.expect(201);
    let release = format!("/v1/deputies?role=product_manager&person={dana}&portfolio=main");
    server.call(Method::DELETE, &release).token(&server.admin).send().await.expect(200);
    server.call(Method::DELETE, &release).token(&server.admin).send().await.expect(404);
}
