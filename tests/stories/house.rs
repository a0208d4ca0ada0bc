//! A company with its router, asked as programs ask it.

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use sluicegate_app::NewToken;
use sluicegate_testkit::TestApp;
use tower::ServiceExt as _;

pub(crate) struct House {
    pub(crate) app: TestApp,
    router: Router,
}

impl House {
    pub(crate) async fn open(mut app: TestApp, staff: &[(&str, &[&str])]) -> Self {
        for (name, roles) in staff {
            app.person(name, roles).await;
        }
        let router = sluicegate_rest::router(app.app.clone());
        Self { app, router }
    }

    async fn token(&self, who: &str) -> String {
        let person = self.app.id(who);
        let new = NewToken { person, label: "story".into(), expires_at: None };
        let done = self.app.app.issue_token(self.app.request(who, new)).await.expect("a token");
        done.secret.expect("a new token's secret")
    }

    async fn asks(
        &self,
        who: &str,
        method: Method,
        path: &str,
        (media_type, body): (&str, String),
    ) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path);
        let token = format!("Bearer {}", self.token(who).await);
        let request = request.header("authorization", token).header("content-type", media_type);
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(crate) async fn tries(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.asks(who, method, path, ("application/json", body)).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.tries(who, Method::GET, path, &Value::Null).await;
        assert_eq!(status, 200, "GET {path} by {who}: {body:#}");
        body
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.tries(who, Method::POST, path, body).await;
        assert!((200..300).contains(&status), "POST {path} by {who}: {status} {answer:#}");
        answer
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.tries(who, Method::PUT, path, body).await;
        assert_eq!(status, 200, "PUT {path} by {who}: {answer:#}");
        answer
    }

    /// The status, and the codes of everything that is unmet.
    pub(crate) async fn refused(&self, who: &str, path: &str, body: &Value) -> (u16, Vec<String>) {
        let (status, answer) = self.tries(who, Method::POST, path, body).await;
        let unmet = answer["unmet"].as_array().cloned().unwrap_or_default();
        let code = |one: &Value| one["code"].as_str().unwrap_or_default().to_owned();
        (status, unmet.iter().map(code).collect())
    }

    /// The administrator publishes a workflow file; gives its version.
    pub(crate) async fn publishes(&self, source: &str) -> u64 {
        let body = ("application/yaml", source.to_owned());
        let (status, answer) = self.asks("admin", Method::POST, "/v1/workflows", body).await;
        assert_eq!(status, 201, "{answer:#}");
        answer["workflow"]["version"].as_u64().expect("a version")
    }
}

/// What stands at a pointer, of every item of a list.
pub(crate) fn each<'v>(page: &'v Value, pointer: &str) -> Vec<&'v str> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default()).collect()
}

/// Makes a test for each database.
macro_rules! both {
    ($workflow:expr; $($name:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(sluicegate_testkit::TestApp::sqlite($workflow).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(sluicegate_testkit::TestApp::postgres($workflow).await).await;
            })+
        }
    };
}
pub(crate) use both;
