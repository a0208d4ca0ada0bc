//! What happens around every request: its id, its span, its time, and how its problems are written.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sluicegate_app::{AppError, Caller};
use tracing::Instrument;

use crate::{
    answer::set,
    api::Api,
    extract::{language, on_behalf_of, origin},
    problem::{About, Cause, Code, Problem, Within, write},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer: gives the request an id and a span, and writes its problem, if it has one.
pub(crate) async fn finish(State(api): State<Api>, request: Request, next: Next) -> Response {
    let request_id = request_id(request.headers());
    let path = request.uri().path().to_owned();
    let about = About { lang: language(request.headers()), path, request_id };
    let span = tracing::info_span!(
        "request", id = %about.request_id, method = %request.method(), path = %logged(&about.path)
    );
    answer(api, request, next, about).instrument(span).await
}

async fn answer(api: Api, request: Request, next: Next, about: About) -> Response {
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        write(&api.app, &problem, &about, &mut response).await;
    }
    set(&mut response, REQUEST_ID, &about.request_id);
    tracing::debug!(status = response.status().as_u16(), "answered");
    response
}

/// A path as it may stand in a log: the secret of a visitor is left out.
fn logged(path: &str) -> &str {
    const VISITORS: &str = "/v1/intake/";
    if path.starts_with(VISITORS) { VISITORS } else { path }
}

/// The asker's own id, if it can stand in a log, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(plain);
    given.filter(fits).map_or_else(new_id, str::to_owned)
}

/// Different in every process, then counted: not a secret, and no part of what is recorded.
fn new_id() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(()));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:016x}-{}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Ends a request that takes too long.
pub(crate) async fn in_time(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| Problem::from(Code::Timeout).into_response())
}

/// Finds out who asks, before anything else of the request is read.
pub(crate) async fn signed_in(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let secret = bearer(request.headers()).ok_or(Code::Unauthenticated)?;
    let found = api.app.authenticate(secret).await;
    go_on(&api, found, request, next).await
}

/// The same where the password is enough, because the rest is about to be shown.
pub(crate) async fn signed_in_in_part(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let secret = bearer(request.headers()).ok_or(Code::Unauthenticated)?;
    let found = api.app.authenticate_in_part(secret).await;
    go_on(&api, found, request, next).await
}

/// Lets the caller in, and puts into the record what is refused for want of a right.
async fn go_on(
    api: &Api,
    found: Result<Caller, AppError>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let from = origin(&parts);
    let mut caller = match found {
        Ok(caller) => caller,
        Err(error) => {
            if let (AppError::Unauthenticated, Some(secret)) = (&error, bearer(&parts.headers)) {
                api.app.note_token(secret, &from).await;
            }
            return Err(error.into());
        }
    };
    caller.on_behalf_of = on_behalf_of(&parts.headers, parts.uri.path())?;
    tracing::debug!(person = %caller.person, "signed in");
    let asked = asked(&parts);
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    let Some(asked) = asked else { return Ok(response) };
    let extensions = response.extensions();
    let within = extensions.get::<Within>().map_or(&[][..], |within| &within.0);
    let problems = extensions.get::<Problem>().into_iter().chain(within);
    let errors = problems.filter_map(|problem| match problem.cause() {
        Cause::App(error) => Some(error),
        _ => None,
    });
    api.app.note_request(&caller, &from, asked, errors).await;
    Ok(response)
}

/// A request that would have changed something, as the record names it; none for readings and
/// trials.
fn asked(parts: &Parts) -> Option<String> {
    let trial = parts.uri.query().is_some_and(|query| query.contains("dry_run=true"));
    let reading = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    (!trial && !reading).then(|| format!("{} {}", parts.method, parts.uri.path()))
}

/// RFC 6750: the scheme's name in any case, then the token.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Answers are for one person and one moment, and nothing in them is to be run.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let usual = [
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in usual {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    let vary = HeaderValue::from_static("accept-language, authorization, on-behalf-of");
    response.headers_mut().append(header::VARY, vary);
    response
}

/// A handler that panics has a bug; its caller learns no more than that.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::from(Code::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_bytes(value.as_bytes()).unwrap())])
    }

    #[test]
    fn a_request_keeps_an_id_that_can_stand_in_a_log() {
        assert_eq!(request_id(&with(REQUEST_ID, "abc-1.2_3")), "abc-1.2_3");
        for bad in ["", "a b", "a\tb", "한", &"x".repeat(129)] {
            assert_ne!(request_id(&with(REQUEST_ID, bad)), bad);
        }
        assert_ne!(new_id(), new_id());
    }

    #[test]
    fn a_token_is_read_from_its_header() {
        let read = |text| bearer(&with(header::AUTHORIZATION, text)).map(str::to_owned);
        assert_eq!(read("Bearer abc"), Some("abc".into()));
        assert_eq!(read("bearer  abc"), Some("abc".into()));
        for bad in ["Basic abc", "Bearer", "Bearer ", "abc", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
