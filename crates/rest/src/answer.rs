//! Successes: JSON with an entity tag, and what a command did.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sluicegate_app::{
    AdminDone, AppError, Done, Enrolled, EntryDone, Fact, FactorOffer, SavedView, SignedIn, Stored,
    Stream, view::SigningView,
};
use sluicegate_core::{digest::Digest, id::ProductId, intake::EntryId, product::Actor};

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

/// A list that answers a question with a body: nobody keeps it, so it has no tag.
pub(crate) fn told(items: &impl Serialize) -> Answer {
    Ok(json_text(StatusCode::OK, text(&json!({ "items": items }))?))
}

/// What was just saved, in its new version.
pub(crate) fn saved_as(version: u32, body: &impl Serialize) -> Answer {
    let mut response = json_text(StatusCode::OK, text(body)?);
    set(&mut response, header::ETAG, &etag(version));
    Ok(response)
}

/// A view that was saved, or would have been.
pub(crate) fn saved(done: &SavedView) -> Response {
    let mut response = json_text(StatusCode::CREATED, done.view.to_string());
    set(&mut response, header::ETAG, &etag(done.version));
    mark(&mut response, done.replayed);
    point(&mut response, done.dry_run, &format!("/v1/views/{}", done.id));
    response
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
pub(crate) fn committed(done: &Done) -> Answer {
    product_answer(StatusCode::OK, done)
}

/// What a command did that made something, and where that is.
pub(crate) fn created(done: &Done, location: &str) -> Answer {
    let mut response = product_answer(StatusCode::CREATED, done)?;
    point(&mut response, done.dry_run, location);
    Ok(response)
}

/// A trial makes nothing that one could go to.
fn point(response: &mut Response, dry_run: bool, location: &str) {
    if !dry_run {
        set(response, header::LOCATION, location);
    }
}

#[derive(Serialize)]
struct Committed<'a> {
    product: ProductId,
    version: u32,
    events: Vec<Written>,
    dry_run: bool,
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a Value>,
}

fn product_answer(status: StatusCode, done: &Done) -> Answer {
    let product = &done.product;
    let body = Committed {
        product: product.id,
        version: product.version,
        events: events(&done.events),
        dry_run: done.dry_run,
        replayed: done.replayed,
        content: done.content.as_deref(),
    };
    let mut response = json_text(status, text(&body)?);
    set(&mut response, header::ETAG, &etag(product.version));
    mark(&mut response, done.replayed);
    Ok(response)
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
    if done.secret.is_some() {
        keep_nowhere(&mut response);
    }
    mark(&mut response, done.replayed);
    response
}

/// There is a secret in it.
fn keep_nowhere(response: &mut Response) {
    set(response, header::CACHE_CONTROL, "no-store");
}

/// The same, where something was made.
pub(crate) fn established(done: &AdminDone, location: &str, more: Value) -> Response {
    let mut response = administered(StatusCode::CREATED, done, more);
    point(&mut response, done.dry_run, location);
    response
}

/// What a command about an entry did; `more` stands beside.
pub(crate) fn entered(done: &EntryDone, more: Value) -> Response {
    entry_answer(StatusCode::OK, done, more)
}

/// The same, where something was made.
pub(crate) fn opened(done: &EntryDone, more: Value) -> Response {
    let mut response = entry_answer(StatusCode::CREATED, done, more);
    point(&mut response, done.dry_run, &address(done.entry.id()));
    response
}

fn address(id: EntryId) -> String {
    sluicegate_app::words::entry_href(id)
}

/// The product that a command has started.
pub(crate) fn started(done: &EntryDone) -> Option<ProductId> {
    done.events.iter().find_map(|stored| match (stored.stream, stored.version) {
        (Stream::Product(id), 1) => Some(id),
        _ => None,
    })
}

fn entry_answer(status: StatusCode, done: &EntryDone, more: Value) -> Response {
    let named =
        |stored: &Stored| Written { stream: Some(stored.stream.to_string()), ..event(stored) };
    let mut body = json!({
        "entry": done.entry.id(),
        "version": done.entry.version(),
        "events": done.events.iter().map(named).collect::<Vec<_>>(),
        "dry_run": done.dry_run,
        "replayed": done.replayed,
    });
    if let Some(product) = started(done) {
        body["product"] = json!(product);
    }
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let mut response = json_text(status, body.to_string());
    set(&mut response, header::ETAG, &etag(done.entry.version()));
    mark(&mut response, done.replayed);
    response
}

/// What a visitor gets for an idea: nothing of the house.
pub(crate) fn submitted(done: &EntryDone) -> Response {
    let address = done.secret.as_ref().map(|secret| format!("/v1/intake/track/{secret}"));
    let body = json!({
        "tracking": done.secret,
        "address": address,
        "dry_run": done.dry_run,
        "replayed": done.replayed,
    });
    let mut response = json_text(StatusCode::CREATED, body.to_string());
    mark(&mut response, done.replayed);
    response
}

/// A session that has begun.
pub(crate) fn signed_in(done: &SignedIn) -> Response {
    let mut response = json_text(StatusCode::CREATED, session(done).to_string());
    keep_nowhere(&mut response);
    set(&mut response, header::LOCATION, &format!("/v1/me/sessions/{}", done.session.id));
    response
}

fn session(done: &SignedIn) -> Value {
    let SignedIn { person, secret, session, next } = done;
    json!({ "person": person, "secret": secret, "session": session, "next": next })
}

/// What somebody is about to sign.
pub(crate) fn signing(view: &SigningView) -> Answer {
    let mut response = json_text(StatusCode::CREATED, text(view)?);
    keep_nowhere(&mut response);
    Ok(response)
}

/// A second factor that is there, or new recovery codes.
pub(crate) fn enrolled(enrolled: &Enrolled) -> Response {
    let Enrolled { done, recovery_codes, signed_in } = enrolled;
    let more = json!({
        "recovery_codes": recovery_codes, "signed_in": signed_in.as_ref().map(session),
    });
    let mut response = administered(StatusCode::OK, done, more);
    keep_nowhere(&mut response);
    response
}

/// A second factor that waits for its first code.
pub(crate) fn offered(offer: &FactorOffer) -> Response {
    let FactorOffer { secret, uri, until } = offer;
    let body = json!({ "secret": secret, "uri": uri, "until": until });
    let mut response = json_text(StatusCode::CREATED, body.to_string());
    keep_nowhere(&mut response);
    response
}

/// Just the body.
pub(crate) fn plain(body: &impl Serialize) -> Answer {
    Ok(json_text(StatusCode::OK, text(body)?))
}

/// An event as an answer shows it.
#[derive(Serialize)]
struct Written {
    position: u64,
    version: u64,
    at: DateTime<Utc>,
    actor: Actor,
    kind: Value,
    event: Value,
    /// Where a command moves several.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
}

fn events(stored: &[Stored]) -> Vec<Written> {
    stored.iter().map(event).collect()
}

fn event(stored: &Stored) -> Written {
    let event = match &stored.fact {
        Fact::Product(event) => json!(event),
        Fact::Directory(event) => json!(event),
        Fact::Entry(event) => json!(event),
        Fact::Access(event) => json!(event),
    };
    Written {
        position: stored.position,
        version: stored.version,
        at: stored.at,
        actor: stored.actor,
        kind: event["event"].clone(),
        event,
        stream: None,
    }
}
