//! A house with its people, asked through the API.

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
    /// With these people, each with roles that hold everywhere, besides `admin`.
    pub(crate) async fn open(mut app: TestApp, people: &[(&str, &[&str])]) -> Self {
        for (name, roles) in people {
            app.person(name, roles).await;
        }
        Self::of(app)
    }

    fn of(app: TestApp) -> Self {
        let router = sluicegate_rest::router(app.app.clone());
        Self { app, router }
    }

    /// After a new start of the server.
    pub(crate) async fn restarted(self) -> Self {
        Self::of(self.app.restarted().await)
    }

    async fn token(&self, who: &str) -> String {
        let person = self.app.id(who);
        let new = NewToken { person, label: "story".into(), expires_at: None };
        let done = self.app.app.issue_token(self.app.request(who, new)).await.expect("a token");
        done.secret.expect("a new token's secret")
    }

    pub(crate) async fn asks(
        &self,
        who: Option<&str>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.sends(who, method, path, &[("content-type", "application/json")], body).await
    }

    pub(crate) async fn sends(
        &self,
        who: Option<&str>,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(who) = who {
            request = request.header("authorization", format!("Bearer {}", self.token(who).await));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answered(&self.router, request.body(body).expect("a request")).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.asks(Some(who), Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path} by {who}: {body:#}");
        body
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.asks(Some(who), Method::PUT, path, Some(body)).await;
        assert_eq!(status, 200, "PUT {path} by {who}: {answer:#}");
        answer
    }

    pub(crate) async fn status(&self, who: &str, path: &str) -> u16 {
        self.asks(Some(who), Method::GET, path, None).await.0
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.asks(Some(who), Method::POST, path, Some(body)).await;
        assert!((200..300).contains(&status), "POST {path} by {who}: {status} {answer:#}");
        answer
    }

    pub(crate) async fn refused(&self, who: &str, path: &str, body: &Value) -> (u16, String) {
        let (status, answer) = self.asks(Some(who), Method::POST, path, Some(body)).await;
        let code = answer["unmet"][0]["code"].as_str().or(answer["code"].as_str());
        (status, code.unwrap_or_default().to_owned())
    }

    /// The status, and the codes of everything that is unmet.
    pub(crate) async fn unmet(&self, who: &str, path: &str, body: &Value) -> (u16, Vec<String>) {
        let (status, answer) = self.asks(Some(who), Method::POST, path, Some(body)).await;
        let unmet = answer["unmet"].as_array().cloned().unwrap_or_default();
        let code = |one: &Value| one["code"].as_str().unwrap_or_default().to_owned();
        (status, unmet.iter().map(code).collect())
    }

    /// The administrator publishes a workflow file; gives its version.
    pub(crate) async fn publishes(&self, source: &str) -> u64 {
        let yaml = [("content-type", "application/yaml")];
        let body = Body::from(source.to_owned());
        let (status, answer) =
            self.sends(Some("admin"), Method::POST, "/v1/workflows", &yaml, body).await;
        assert_eq!(status, 201, "{answer:#}");
        answer["workflow"]["version"].as_u64().expect("a version")
    }

    pub(crate) async fn visitor(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        self.asks(None, method, path, body).await
    }
}

/// The status and the body of an answer.
pub(crate) async fn answered(router: &Router, request: Request<Body>) -> (u16, Value) {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// What stands at a pointer, of every item of a list.
pub(crate) fn each<'v>(page: &'v Value, pointer: &str) -> Vec<&'v str> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default()).collect()
}

/// Makes a test for each database of each story, which begins with this workflow.
macro_rules! on_both {
    ($workflow:ident; $($story:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(super::TestApp::sqlite(super::$workflow).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(super::TestApp::postgres(super::$workflow).await).await;
            })+
        }
    };
}
pub(crate) use on_both;
