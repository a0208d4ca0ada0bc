//! Texts that people read: a plain text in English, or `{ en, ko }`.

use super::{Data, Located, Mark, Must, Node, Problems, Read};
use crate::definition::{Text, diagnostic::Diagnostic, read::record};

/// Characters of one text.
const MAX: usize = 4_000;

/// A text for people, not empty.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) at: Mark,
    pub(crate) text: Text,
}

record! {
    Translated("a text") {
        en: Must<Located<String>>,
        ko: Option<Located<String>>,
    }
}

impl Read for Words {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let text = if let Data::Scalar(scalar) = &node.data {
            let en = Located { value: scalar.text.to_string(), at: node.at };
            Text { en: checked(en, problems)?, ko: None }
        } else {
            let both = Translated::read(node, problems)?;
            let ko = both.ko.and_then(|ko| checked(ko, problems));
            Text { en: checked(both.en.0?, problems)?, ko }
        };
        Some(Self { at: node.at, text })
    }
}

fn checked(text: Located<String>, problems: &mut Problems) -> Option<String> {
    if text.value.trim().is_empty() {
        problems.push(Diagnostic::error("bad_value", text.at, "a text cannot be empty"));
        return None;
    }
    if text.value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        let message = "a text holds a character that cannot be printed";
        problems.push(Diagnostic::error("bad_value", text.at, message));
        return None;
    }
    if text.value.chars().count() > MAX {
        let message = format!("a text has at most {MAX} characters");
        problems.push(Diagnostic::error("bad_value", text.at, message));
        return None;
    }
    Some(text.value)
}
