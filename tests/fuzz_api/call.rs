//! One request, and the line with which a person repeats it.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Request},
};
use futures_util::stream;

#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// None: at no address of the document, or with another method.
    pub(crate) operation: Option<usize>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) actor: usize,
    /// The sender goes away before the end of the body.
    pub(crate) breaks_off: bool,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: serde_json::Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

impl Call {
    pub(crate) fn header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    pub(crate) fn is_trial(&self) -> bool {
        self.query.iter().any(|(name, value)| name == "dry_run" && value == "true")
    }

    pub(crate) fn target(&self) -> String {
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        if pairs.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, pairs.join("&"))
        }
    }

    /// None: no client can send this.
    pub(crate) fn request(&self, token: Option<&str>) -> Option<Request<Body>> {
        let mut request = Request::builder().method(self.method.as_str()).uri(self.target());
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            request = request.header(name, HeaderValue::from_bytes(value).ok()?);
        }
        let body = if self.breaks_off {
            let half = bytes::Bytes::copy_from_slice(&self.body[..self.body.len() / 2]);
            Body::from_stream(stream::iter([Ok(half), Err(std::io::Error::other("gone"))]))
        } else {
            Body::from(self.body.clone())
        };
        request.body(body).ok()
    }

    /// As somebody would type it, with the actor's token in `$TOKEN`.
    pub(crate) fn curl(&self, actor: &str) -> String {
        let mut line = format!(
            "curl -i -X {} 'http://127.0.0.1:8080{}' -H \"Authorization: Bearer $TOKEN\"",
            self.method,
            self.target().replace('\'', "%27")
        );
        for (name, value) in &self.headers {
            let _ = write!(line, " -H {}", quoted(&[name.as_bytes(), b": ", value].concat()));
        }
        if !self.body.is_empty() {
            let _ = write!(line, " --data-binary {}", quoted(&self.body));
        }
        format!("{line}   # {actor}{}", if self.breaks_off { ", broken off" } else { "" })
    }
}

/// For bash: `$'...'`, cut where nobody would read on.
fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 3000;
    let mut text = String::from("$'");
    for byte in bytes.iter().take(MOST) {
        match byte {
            b'\'' | b'\\' => {
                let _ = write!(text, "\\{}", char::from(*byte));
            }
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\x{other:02x}");
            }
        }
    }
    let more = bytes.len().saturating_sub(MOST);
    text.push('\'');
    if more > 0 { format!("{text} [and {more} bytes]") } else { text }
}

pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@:".contains(&byte);
    let encode =
        |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}
