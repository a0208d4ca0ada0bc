//! Successes: JSON with an entity tag, and what a command did.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use serde_json::{Value, json};
use sluicegate_app::{AdminDone, AppError, Done, Fact, Stored};
use sluicegate_core::digest::Digest;

use crate::{
    extract::{Read, etag, has_it},
    problem::Problem,
};

pub(crate) type Answer = Result<Response, Problem>;

impl<Q> Read<Q> {
    /// A thing that changes by commands: its tag is its version, for `If-Match`.
    pub(crate) fn versioned(&self, version: u32, body: &impl Serialize) -> Answer {
        Ok(self.tagged(&etag(version), text(body)?))
    }

    /// Anything else: its tag is made of its bytes, and says only whether it is still the same.
    pub(crate) fn found(&self, body: &impl Serialize) -> Answer {
        let text = text(body)?;
        let digest = Digest::of(text.as_bytes()).to_string();
        Ok(self.tagged(&format!("W/\"{}\"", &digest[..24]), text))
    }

    /// A list without pages.
    pub(crate) fn list(&self, items: &impl Serialize) -> Answer {
        self.found(&json!({ "items": items }))
    }

    fn tagged(&self, tag: &str, text: String) -> Response {
        let same = has_it(&self.headers, tag);
        let mut response =
            if same { empty(StatusCode::NOT_MODIFIED) } else { json_text(StatusCode::OK, text) };
        set(&mut response, header::ETAG, tag);
        response
    }
}

/// What was just saved, in its new version.
pub(crate) fn saved_as(version: u32, body: &impl Serialize) -> Answer {
    let mut response = json_text(StatusCode::OK, text(body)?);
    set(&mut response, header::ETAG, &etag(version));
    Ok(response)
}

fn text(body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|error| AppError::Internal(error.to_string()).into())
}

pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn json_text(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

/// A value that is not a header's is left out: what stands in ours is keys, numbers and digests.
pub(crate) fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What a command on a product did.
pub(crate) fn committed(done: &Done) -> Response {
    product_answer(StatusCode::OK, done)
}

/// What a command did that made something, and where that is.
pub(crate) fn created(done: &Done, location: &str) -> Response {
    let mut response = product_answer(StatusCode::CREATED, done);
    point(&mut response, done.dry_run, location);
    response
}

/// A trial makes nothing that one could go to.
fn point(response: &mut Response, dry_run: bool, location: &str) {
    if !dry_run {
        set(response, header::LOCATION, location);
    }
}

fn product_answer(status: StatusCode, done: &Done) -> Response {
    let product = &done.product;
    let mut body = json!({
        "product": product.id,
        "version": product.version,
        "events": events(&done.events),
        "dry_run": done.dry_run,
        "replayed": done.replayed,
    });
    if let Some(content) = &done.content {
        body["content"] = content.clone();
    }
    let mut response = json_text(status, body.to_string());
    set(&mut response, header::ETAG, &etag(product.version));
    mark(&mut response, done.replayed);
    response
}

fn mark(response: &mut Response, replayed: bool) {
    if replayed {
        let name = header::HeaderName::from_static("idempotency-replayed");
        set(response, name, "true");
    }
}

/// What a command on the organisation did; `more` stands beside.
pub(crate) fn administered(status: StatusCode, done: &AdminDone, more: Value) -> Response {
    let mut body = json!({
        "version": done.version,
        "events": events(&done.events),
        "dry_run": done.dry_run,
        "replayed": done.replayed,
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let mut response = json_text(status, body.to_string());
    mark(&mut response, done.replayed);
    response
}

/// The same, where something was made.
pub(crate) fn established(done: &AdminDone, location: &str, more: Value) -> Response {
    let mut response = administered(StatusCode::CREATED, done, more);
    point(&mut response, done.dry_run, location);
    response
}

fn events(stored: &[Stored]) -> Vec<Value> {
    stored.iter().map(event).collect()
}

fn event(stored: &Stored) -> Value {
    let payload = match &stored.fact {
        Fact::Product(event) => json!(event),
        Fact::Directory(event) => json!(event),
    };
    json!({
        "position": stored.position,
        "version": stored.version,
        "at": stored.at,
        "actor": stored.actor,
        "kind": payload["event"],
        "event": payload,
    })
}
