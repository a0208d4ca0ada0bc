//! A person's profile: name and address, parsed before it becomes a content.

use serde_json::{Value, json};

use crate::rules::{Problem, ProblemKind, Refusal};

/// Longest name, address, label and title, in characters.
pub(crate) const LONGEST: usize = 200;

/// The content of a profile.
///
/// # Errors
/// The name is empty or too long, or the address has no `@` between two parts.
pub fn profile(name: &str, email: Option<&str>) -> Result<Value, Refusal> {
    let mut problems = Vec::new();
    let name = name.trim();
    if !printable(name) {
        problems.push(Problem::new("/name", ProblemKind::LabelNeeded { max: LONGEST }));
    }
    let email = email.map(str::trim).filter(|email| !email.is_empty());
    if email.is_some_and(|email| !is_address(email)) {
        problems.push(Problem::new("/email", ProblemKind::NotAnAddress));
    }
    if problems.is_empty() {
        Ok(json!({ "name": name, "email": email }))
    } else {
        Err(Refusal::Invalid { problems })
    }
}

/// A text for lists: something in it, not too much, and all of it printable.
pub(crate) fn printable(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST
        && !text.chars().any(char::is_control)
}

/// Only a letter that arrives proves an address, so this stops at the shape.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    printable(text)
        && !text.contains(char::is_whitespace)
        && parts.is_some_and(|(who, at)| !who.is_empty() && !at.is_empty() && !at.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_a_name_and_perhaps_an_address() {
        assert_eq!(profile(" 김하나 ", Some("hana@example.com")).unwrap()["name"], "김하나");
        assert!(profile("Ann", None).is_ok());
        assert!(profile("Ann", Some("")).is_ok());
        for (name, email) in [("", None), ("\n", None), ("Ann", Some("ann")), ("A", Some("a@b@c"))]
        {
            assert!(profile(name, email).is_err(), "{name:?} {email:?}");
        }
    }
}
