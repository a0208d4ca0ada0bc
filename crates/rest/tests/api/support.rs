//! A server of its own for each test; every answer is held against the API's document.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sluicegate_app::{
    AccessConfig, App, AppConfig, Chance, Database, Options, PasswordCost, Reading,
};
use sluicegate_rest::Limits;
use tower::ServiceExt;
use uuid::Uuid;

/// Each construct of the language once.
const SAMPLE: &str = include_str!("../../../core/src/definition/testdata/sample.yaml");

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// The API's document, with objects of answers closed: a field that is answered and not described
/// must not slip through.
fn document() -> Value {
    let mut document: Value = serde_json::from_str(&sluicegate_rest::openapi_json()).unwrap();
    let open = ["Fault", "FitFault", "Unmet", "Explained"];
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        let closed = schema.get("additionalProperties").is_some();
        if schema.get("properties").is_some() && !closed && !open.contains(&name.as_str()) {
            schema["additionalProperties"] = json!(false);
        }
    }
    document
}

fn counted() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn salt() -> [u8; 16] {
    u128::from(counted()).to_be_bytes()
}

fn uuid() -> Uuid {
    Uuid::from_u128((0x0199_0000_0000_7000_8000_u128 << 48) | u128::from(counted()))
}

fn secret() -> [u8; 32] {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&counted().to_be_bytes());
    bytes
}

pub(crate) struct Server {
    router: Router,
    pub(crate) app: App,
    pub(crate) admin: String,
    _folder: tempfile::TempDir,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Value,
}

impl Reply {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A request that is being made.
pub(crate) struct Call<'a> {
    server: &'a Server,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Body,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::within(Limits::default()).await
    }

    pub(crate) async fn within(limits: Limits) -> Self {
        Self::open(limits, AccessConfig::default()).await
    }

    /// Where everyone needs a second factor.
    pub(crate) async fn strict() -> Self {
        let access = AccessConfig { factor_required: true, ..AccessConfig::default() };
        Self::open(Limits::default(), access).await
    }

    async fn open(limits: Limits, access: AccessConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("test.db"));
        let mut store = Options::new(database, folder.path().join("attachments"));
        store.attachment_limit = 4096;
        let start: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let clock = Arc::new(move || start);
        let chance = Chance { salt, uuid, secret };
        let access = AccessConfig { cost: PasswordCost::CHEAP, ..access };
        let app = App::open(AppConfig { store, clock, chance, access }).await.unwrap();
        let sample = ("sample.yaml".to_owned(), SAMPLE.to_owned());
        let bootstrap = app.bootstrap(Reading::begin(&[sample])).await.unwrap();
        let admin = bootstrap.first.unwrap().secret;
        let router = sluicegate_rest::router_within(app.clone(), limits);
        Self { router, app, admin, _folder: folder }
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        let (headers, body) = (Vec::new(), Body::empty());
        Call { server: self, method, path: path.to_owned(), headers, body }
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> Call<'_> {
        self.call(Method::GET, path).token(token)
    }

    pub(crate) fn post(&self, path: &str, token: &str, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).token(token).json(body)
    }

    pub(crate) fn put(&self, path: &str, token: &str, body: &Value) -> Call<'_> {
        self.call(Method::PUT, path).token(token).json(body)
    }

    /// A person with a role everywhere, and their token.
    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> (String, String) {
        let added = self.post("/v1/people", &self.admin, &json!({ "name": name })).send().await;
        let person = added.expect(201).text("/person").to_owned();
        for role in roles {
            let grant = json!({ "role": role, "person": person });
            self.post("/v1/roles", &self.admin, &grant).send().await.expect(201);
        }
        let path = format!("/v1/people/{person}/tokens");
        let issued = self.post(&path, &self.admin, &json!({ "label": "test" })).send().await;
        (person, issued.expect(201).text("/secret").to_owned())
    }

    /// A product of the sample workflow; gives its address.
    pub(crate) async fn product(&self, token: &str) -> String {
        let body = json!({ "workflow": "sample", "name": "Pump", "portfolio": "main",
            "card": { "problem": "Nurses carry too much", "regions": ["US"] },
            "markets": ["US"] });
        let started = self.post("/v1/products", token, &body).send().await.expect(201);
        started.header("location").to_owned()
    }
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.body("application/json", text)
    }

    pub(crate) fn body(mut self, media_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header("content-type", media_type)
    }

    /// A body without a media type.
    pub(crate) fn raw(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Reply {
        let mut request = Request::builder().method(self.method.clone()).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let reply = Reply { status: status.as_u16(), headers, bytes, body };
        check(&self.method, &self.path, status, &reply);
        reply
    }
}

/// Is this answer as the document says?
#[track_caller]
fn check(method: &Method, path: &str, status: StatusCode, reply: &Reply) {
    let media_type = reply.header("content-type");
    if status.is_client_error() || status.is_server_error() {
        assert_eq!(media_type, "application/problem+json", "{method} {path}: {status}");
        assert!(!reply.header("x-request-id").is_empty());
        valid(&json!({ "$ref": "#/components/schemas/ProblemDocument" }), &reply.body, path);
    }
    let Some(operation) = operation(method, path) else { return };
    let response = &operation["responses"][status.as_str()];
    assert!(response.is_object(), "{method} {path}: {status} is not in the document");
    let content = response["content"].as_object();
    let schema = content.and_then(|content| content.get(media_type)).map(|it| &it["schema"]);
    if let Some(schema) = schema
        && media_type.ends_with("json")
    {
        valid(schema, &reply.body, path);
    }
}

#[track_caller]
pub(crate) fn valid(schema: &Value, instance: &Value, about: &str) {
    let mut whole = schema.clone();
    whole["components"] = DOCUMENT["components"].clone();
    let validator = jsonschema::validator_for(&whole).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{about}:\n{}\n{instance:#}", faults.join("\n"));
}

/// The operation of the document that answers this request.
pub(crate) fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let wanted: Vec<&str> = path.split('?').next()?.split('/').collect();
    let name = method.as_str().to_lowercase();
    let paths = DOCUMENT["paths"].as_object()?;
    let mut found: BTreeMap<usize, &Value> = BTreeMap::new();
    for (template, item) in paths {
        let parts: Vec<&str> = template.split('/').collect();
        let variable = parts.iter().filter(|part| part.starts_with('{')).count();
        let fits = parts.len() == wanted.len()
            && parts.iter().zip(&wanted).all(|(part, word)| part.starts_with('{') || part == word);
        if let (true, Some(operation)) = (fits, item.get(&name)) {
            found.insert(variable, operation);
        }
    }
    found.into_values().next()
}

pub(crate) fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (method.clone(), path.clone(), operation))
    });
    all.collect()
}
