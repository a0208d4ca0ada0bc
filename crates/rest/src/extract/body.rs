//! Bodies: bounded in size and time, of the right media type, JSON, and then a type.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

use crate::{
    parse::{Place, Slips, Wire, document},
    problem::{Cause, Code, Problem},
};

/// What a request may cost. The size of attachments is the store's to limit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a JSON or YAML body.
    pub body: usize,
    /// How long such a body may take to come in.
    pub body_time: Duration,
    /// How long a request may take in all.
    pub request_time: Duration,
    /// How long an upload may take in all.
    pub upload_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            body_time: Duration::from_secs(20),
            request_time: Duration::from_secs(30),
            upload_time: Duration::from_mins(10),
        }
    }
}

/// The whole body, within its bounds.
pub(crate) async fn bytes(request: Request, limits: Limits) -> Result<Bytes, Problem> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits.body) {
        return Err(Problem::too_large(limits.body));
    }
    let collected = Limited::new(request.into_body(), limits.body).collect();
    match tokio::time::timeout(limits.body_time, collected).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(limits.body)),
        // Too slow, or broken off: then nobody will read this.
        Ok(Err(_)) | Err(_) => Err(Code::RequestTimeout.into()),
    }
}

/// A body as a type, or everything that is wrong with it. No body at all is an empty object.
pub(crate) fn typed<B: Wire>(headers: &HeaderMap, bytes: &[u8]) -> Result<B, Problem> {
    let value = if bytes.is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        media_type(headers, "application/json")?;
        document(bytes).map_err(Cause::MalformedJson)?
    };
    let mut slips = Slips::default();
    match B::read(&value, &Place::Root, &mut slips) {
        Some(body) if slips.is_empty() => Ok(body),
        _ => Err(Cause::Body(slips.into_vec()).into()),
    }
}

/// Is the body what it should be, by its `Content-Type`?
pub(crate) fn media_type(headers: &HeaderMap, wanted: &'static str) -> Result<(), Problem> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let found = found.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Cause::MediaType { wanted }.into())
}

/// YAML has had several names; RFC 9512 gave it `application/yaml`.
pub(crate) fn yaml(headers: &HeaderMap) -> Result<(), Problem> {
    let older = ["text/yaml", "application/x-yaml", "text/x-yaml"];
    let taken = older.into_iter().any(|name| media_type(headers, name).is_ok());
    if taken { Ok(()) } else { media_type(headers, "application/yaml") }
}
