//! A company whose people act through HTTP alone, whatever application stands behind it.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;
use sluicegate_app::{App, NewToken, Request as Ask};
use sluicegate_core::{id::PersonId, product::Actor};

use crate::house::answered;

/// People by name, and the way in.
pub(crate) struct Company {
    pub(crate) app: App,
    router: Router,
    people: BTreeMap<String, PersonId>,
}

impl Company {
    pub(crate) fn of(app: App, people: BTreeMap<String, PersonId>) -> Self {
        let router = sluicegate_rest::router(app.clone());
        Self { app, router, people }
    }

    pub(crate) fn id(&self, who: &str) -> PersonId {
        let found = self.people.iter().find(|(name, _)| name.contains(who));
        *found.unwrap_or_else(|| panic!("who is {who}?")).1
    }

    async fn token(&self, who: &str) -> String {
        let (person, label) = (self.id(who), "story".to_owned());
        let command = NewToken { person, label, expires_at: None };
        let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
        let request = Ask { actor: Actor::System, command, contents, key, seen, dry_run };
        let done = self.app.issue_token(request).await.expect("a token");
        done.secret.expect("a new token's secret")
    }

    /// The status and the body of an answer.
    pub(crate) async fn asks(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header("authorization", format!("Bearer {}", self.token(who).await))
            .header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        answered(&self.router, request.body(body).expect("a request")).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.asks(who, Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path} by {who}: {body:#}");
        body
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.asks(who, Method::POST, path, Some(body)).await;
        assert!((200..300).contains(&status), "POST {path} by {who}: {status} {answer:#}");
        answer
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.asks(who, Method::PUT, path, Some(body)).await;
        assert!((200..300).contains(&status), "PUT {path} by {who}: {status} {answer:#}");
        answer
    }

    /// What is asked for is refused: the status and the problem.
    pub(crate) async fn refused(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        let (status, answer) = self.asks(who, Method::POST, path, Some(body)).await;
        assert!(status >= 400, "POST {path} by {who} was not refused: {answer:#}");
        (status, answer)
    }

    /// The kinds of what waits for somebody.
    pub(crate) async fn inbox(&self, who: &str) -> Vec<String> {
        let inbox = self.get(who, "/v1/inbox?limit=200").await;
        let items = inbox["items"].as_array().expect("items").iter();
        items.map(|item| item["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Somebody hands a form in, and those named accept it in their order.
    pub(crate) async fn hand_in(&self, who: &str, deliverable: &str, form: Value, by: &[&str]) {
        let body = serde_json::json!({ "content": form });
        self.post(who, &format!("{deliverable}/revisions"), &body).await;
        for reviewer in by {
            let path = format!("{deliverable}/acceptances");
            self.post(reviewer, &path, &serde_json::json!({})).await;
        }
    }
}

/// The codes of what stands in the way.
pub(crate) fn codes(problem: &Value) -> Vec<&str> {
    let unmet = problem["unmet"].as_array().map(Vec::as_slice).unwrap_or_default();
    unmet.iter().filter_map(|each| each["code"].as_str()).collect()
}
