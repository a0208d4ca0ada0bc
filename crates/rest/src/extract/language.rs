//! The asker's language, from `Accept-Language` (RFC 9110, 12.5.4).

use axum::http::{HeaderMap, header};
use sluicegate_app::Lang;

/// Whichever of English and Korean is liked better; English when neither is named.
pub(crate) fn language(headers: &HeaderMap) -> Lang {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let (mut english, mut korean) = (None, None);
    for range in wanted.unwrap_or_default().split(',').take(20) {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let weight = weight.trim().parse::<f32>().unwrap_or(0.0);
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        match primary.as_str() {
            "en" | "*" => english = english.max(Some(thousandths(weight))),
            "ko" => korean = korean.max(Some(thousandths(weight))),
            _ => {}
        }
    }
    if korean > english && korean > Some(0) { Lang::Ko } else { Lang::En }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=1000")]
fn thousandths(weight: f32) -> i32 {
    (weight.clamp(0.0, 1.0) * 1000.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Lang) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        assert_eq!(language(&headers), expected, "{accept}");
    }

    #[test]
    fn the_liked_one_wins() {
        check("ko", Lang::Ko);
        check("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ko);
        check("en-US,en;q=0.9,ko;q=0.8", Lang::En);
        check("de, ko;q=0.5", Lang::Ko);
        check("de, fr;q=NaN", Lang::En);
        check("ko;q=0", Lang::En);
        check("*", Lang::En);
        check("", Lang::En);
    }
}
