//! `Idempotency-Key`: the asker's name for one command (IETF draft).

use axum::http::{HeaderMap, Method};
use sluicegate_app::IdempotencyKey;
use sluicegate_core::digest::Digest;

use super::conditional::bad;
use crate::problem::Problem;

const HEADER: &str = "idempotency-key";
const MAX: usize = 255;

/// The key of a request, with the fingerprint that tells a repeat from another request.
pub(crate) fn idempotency_key(
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    query: Option<&str>,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let rule = "1 to 255 printable ASCII characters";
    let key = value.to_str().map_err(|_| bad(HEADER, rule))?;
    let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if key.is_empty() || key.len() > MAX || !printable {
        return Err(bad(HEADER, rule));
    }
    let fingerprint = fingerprint(method, path, query.unwrap_or_default(), body);
    Ok(Some(IdempotencyKey { key: key.to_owned(), fingerprint }))
}

/// A trial run asks for the same thing, so `dry_run` is left out. Each part goes with its length,
/// or two requests could have the same text.
fn fingerprint(method: &Method, path: &str, query: &str, body: &[u8]) -> Digest {
    let mut query: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("dry_run=")).collect();
    query.sort_unstable();
    let query = query.join("&");
    let parts = [method.as_str().as_bytes(), path.as_bytes(), query.as_bytes(), body];
    let lengths = parts.map(|part| part.len().to_be_bytes());
    let [a, b, c, d] = &lengths;
    Digest::of_parts(&[a, parts[0], b, parts[1], c, parts[2], d, parts[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(path: &str, query: &str, body: &str) -> Digest {
        fingerprint(&Method::POST, path, query, body.as_bytes())
    }

    #[test]
    fn a_repeat_is_recognised_and_nothing_else() {
        let one = post("/a", "x=1&y=2", "{}");
        assert_eq!(one, post("/a", "y=2&x=1&dry_run=true", "{}"));
        assert_ne!(one, post("/a", "x=1&y=2", "{ }"));
        assert_ne!(one, post("/b", "x=1&y=2", "{}"));
        assert_ne!(one, post("/a", "", "{}"));
        assert_ne!(one, fingerprint(&Method::PUT, "/a", "x=1&y=2", b"{}"));
        assert_ne!(post("/ab", "c", ""), post("/a", "bc", ""));
    }

    #[test]
    fn a_key_is_printable_and_short() {
        let read = |key: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, axum::http::HeaderValue::from_bytes(key.as_bytes()).unwrap());
            idempotency_key(&headers, &Method::POST, "/", None, b"").is_ok()
        };
        assert!(read("a b-c/1"));
        assert!(read(&"x".repeat(255)));
        for bad in ["", &"x".repeat(256), "한"] {
            assert!(!read(bad), "{bad}");
        }
    }
}
