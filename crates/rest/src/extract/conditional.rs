//! Conditional requests (RFC 9110, 13): which version somebody has seen.

use axum::http::{HeaderMap, HeaderName, header};

use crate::{
    parse::{Slip, SlipKind, Where},
    problem::{Cause, Problem},
};

/// The entity tag of a version.
pub(crate) fn etag(version: impl std::fmt::Display) -> String {
    format!("\"{version}\"")
}

/// A version that no thing ever has: whoever names another server's tag has seen something else.
const NEVER: u32 = u32::MAX;

/// What a change is conditional on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// No condition.
    Any,
    /// `If-Match: "7"`
    Version(u32),
    /// `If-None-Match: *`: there must be nothing yet.
    Nothing,
}

impl Seen {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(tag) = text(headers, &header::IF_NONE_MATCH)? {
            return match tag {
                "*" => Ok(Self::Nothing),
                _ => Err(bad("if-none-match", "only * is read here")),
            };
        }
        match text(headers, &header::IF_MATCH)? {
            None | Some("*") => Ok(Self::Any),
            Some(tag) => version(tag).map(Self::Version),
        }
    }
}

/// A proxy that compresses makes a weak tag of a strong one, so both are read.
fn version(tag: &str) -> Result<u32, Problem> {
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('"') => Ok(inner.parse().unwrap_or(NEVER)),
        _ => Err(bad("if-match", "one entity tag in quotes, like \"7\"")),
    }
}

/// Does the asker have this very tag already?
pub(crate) fn has_it(headers: &HeaderMap, tag: &str) -> bool {
    let strip = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    known.any(|one| one.trim() == "*" || strip(one) == strip(tag))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let name = if *name == header::IF_MATCH { "if-match" } else { "if-none-match" };
    value.to_str().map(|text| Some(text.trim())).map_err(|_| bad(name, "printable ASCII"))
}

pub(crate) fn bad(name: &'static str, rule: &str) -> Problem {
    Cause::Headers(vec![Slip { at: Where::Header(name), kind: SlipKind::format(rule) }]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn seen(name: HeaderName, value: &str) -> Option<Seen> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        Seen::of(&headers).ok()
    }

    #[test]
    fn a_version_is_read_from_its_tag() {
        assert_eq!(seen(header::IF_MATCH, "\"7\""), Some(Seen::Version(7)));
        assert_eq!(seen(header::IF_MATCH, "W/\"7\""), Some(Seen::Version(7)));
        assert_eq!(seen(header::IF_MATCH, "*"), Some(Seen::Any));
        assert_eq!(seen(header::IF_NONE_MATCH, "*"), Some(Seen::Nothing));
    }

    #[test]
    fn a_tag_of_another_kind_never_matches() {
        assert_eq!(seen(header::IF_MATCH, "\"abc\""), Some(Seen::Version(NEVER)));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for bad in ["7", "\"7", "\"7\", \"8\"", "W/7", ""] {
            assert_eq!(seen(header::IF_MATCH, bad), None, "{bad}");
        }
        assert_eq!(seen(header::IF_NONE_MATCH, "\"7\""), None);
    }

    #[test]
    fn a_known_tag_is_recognised() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, "\"1\", W/\"7\"".parse().unwrap());
        assert!(has_it(&headers, "\"7\""));
        assert!(has_it(&headers, "W/\"1\""));
        assert!(!has_it(&headers, "\"2\""));
    }
}
