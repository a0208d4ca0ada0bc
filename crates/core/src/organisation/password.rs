//! What a password has to be, and how the name to sign in with is compared.
//!
//! NIST SP 800-63B and OWASP ASVS 5.0: length and a list of common ones, no rules about kinds of
//! characters, no change without a reason.

use unicode_normalization::UnicodeNormalization as _;

use super::profile::{LONGEST, printable};
use crate::{rules::ProblemKind, text};

/// In characters.
const SHORTEST: usize = 12;
/// In characters; enough for any sentence, and nobody makes the server hash megabytes.
const LONGEST_PASSWORD: usize = 256;
/// A word of the house is found in a password from this length on, in characters.
const WORD: usize = 4;
/// Besides such words, a password needs so many characters of its own.
const OWN: usize = 8;
/// One for each line, sorted; see `passwords/README.md`.
const COMMON: &str = include_str!("passwords/common.txt");
/// In every house.
const PRODUCT: &str = "sluicegate";

/// What an attacker who knows the person would try: names of person, house and product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let parts = texts.into_iter().map(text::folded);
        let parts: Vec<String> = parts.flat_map(|text| text::words(&text)).collect();
        let mut words: Vec<String> =
            parts.into_iter().filter(|word| word.chars().count() >= WORD).collect();
        words.push(PRODUCT.to_owned());
        // Longer ones first: what is taken out of a password is taken out whole.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Self(words)
    }
}

/// A password as it is hashed: what looks the same is the same, whichever keyboard it comes from.
pub fn prepared(password: &str) -> String {
    password.nfkc().collect()
}

/// Why a password that is [`prepared`] is not taken; none: it is.
pub fn password_problem(password: &str, words: &Words) -> Option<ProblemKind> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(ProblemKind::PasswordTooShort { min: SHORTEST });
    }
    if length > LONGEST_PASSWORD {
        return Some(ProblemKind::PasswordTooLong { max: LONGEST_PASSWORD });
    }
    let folded = password.to_lowercase();
    if is_common(&folded) {
        return Some(ProblemKind::PasswordCommon);
    }
    let mut rest = folded.clone();
    for word in &words.0 {
        rest = rest.replace(word.as_str(), "");
    }
    let own = rest.chars().count();
    (rest != folded && own < OWN).then_some(ProblemKind::PasswordGuessable)
}

/// In the list, or made of such a one by what people put around it or by saying it again.
fn is_common(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let once = unit(folded);
    listed(folded) || listed(core) || listed(once) || core.is_empty() || once.chars().count() < 4
}

fn listed(word: &str) -> bool {
    let lines = COMMON.len();
    let (mut from, mut to) = (0, lines);
    // Lines are sorted: halve the text, and go to the beginning of the line.
    while from < to {
        let middle = from + (to - from) / 2;
        let start = COMMON[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = COMMON[start..].find('\n').map_or(lines, |length| start + length);
        match COMMON[start..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => from = end + 1,
            std::cmp::Ordering::Greater => to = start,
        }
    }
    false
}

/// The part of which a text is a repetition; the text itself when it is none.
fn unit(text: &str) -> &str {
    let ends = text.char_indices().skip(1).map(|(at, _)| at);
    let repeats =
        |at: &usize| text.len().is_multiple_of(*at) && text[..*at].repeat(text.len() / at) == text;
    ends.take_while(|at| *at <= text.len() / 2).find(repeats).map_or(text, |at| &text[..at])
}

/// The name to sign in with, as it is compared: the same for any case and any way of typing it.
/// None: it is no name.
pub fn sign_in_name(name: &str) -> Option<String> {
    let folded = text::folded(name.trim());
    let spaced = folded.contains(char::is_whitespace);
    (printable(&folded) && !spaced && folded.len() <= LONGEST).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<ProblemKind> {
        let words = Words::of(["Kim Minji", "minji.kim@medizintechnik.example"]);
        password_problem(&prepared(password), &words)
    }

    #[test]
    fn length_counts_and_kinds_of_characters_do_not() {
        assert_eq!(refused("short"), Some(ProblemKind::PasswordTooShort { min: 12 }));
        assert_eq!(refused(&"ab한c".repeat(65)), Some(ProblemKind::PasswordTooLong { max: 256 }));
        for good in
            ["correct horse battery staple", "갈비탕이 오늘따라 유난히 맛있다", "zgx7qvbn2wlk"]
        {
            assert_eq!(refused(good), None, "{good}");
        }
    }

    #[test]
    fn a_common_one_is_found_behind_what_people_put_around_it() {
        let common = [
            "password1234",
            "Password123!",
            "123456789012",
            "!!iloveyou!!",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "passwordpassword",
            "q1w2e3r4t5y6",
        ];
        for bad in common {
            assert_eq!(refused(bad), Some(ProblemKind::PasswordCommon), "{bad}");
        }
    }

    #[test]
    fn names_of_person_house_and_product_do_not_make_a_password() {
        for bad in ["Sluicegate27!", "minji-minji-7", "Medizintechnik1"] {
            assert_eq!(refused(bad), Some(ProblemKind::PasswordGuessable), "{bad}");
        }
        assert_eq!(refused("sluicegate opens at dawn"), None);
    }

    #[test]
    fn the_list_is_sorted_and_every_line_is_found() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 10_000 && lines.is_sorted());
        assert!(lines.iter().all(|line| listed(line)));
        assert!(!listed("") && !listed("zzzzzzzzzzzzzzz") && !listed("\u{0}"));
    }

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        assert_eq!(sign_in_name(" Minji.KIM@Example.com "), Some("minji.kim@example.com".into()));
        // Hangul in pieces, and full-width letters.
        assert_eq!(sign_in_name("\u{1100}\u{1161}"), sign_in_name("가"));
        assert_eq!(sign_in_name("ＡＮＮ"), Some("ann".into()));
        for none in ["", "  ", "a b", "a\nb", &"x".repeat(201)] {
            assert_eq!(sign_in_name(none), None, "{none:?}");
        }
    }
}
