//! What can be wrong with a body or a parameter before any rule of the process is asked.

use std::fmt::Display;

use sluicegate_core::suggest::closest;

/// One slip of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) at: Where,
    pub(crate) kind: SlipKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// JSON pointer into the body.
    Body(String),
    /// Name of a query parameter.
    Query(String),
    /// Name of a header.
    Header(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SlipKind {
    Missing,
    UnknownField {
        name: String,
        near: Option<String>,
    },
    /// Well formed, and nothing is called so.
    UnknownValue {
        text: String,
        near: Option<String>,
    },
    Repeated,
    WrongType {
        expected: Expected,
    },
    NotAChoice {
        text: String,
        choices: Vec<&'static str>,
        near: Option<String>,
    },
    /// Not the text of a key, an id, a digest, a time: the sentence says how one looks.
    Format {
        rule: String,
    },
    TooShort {
        min: usize,
    },
    TooLong {
        max: usize,
    },
    TooMany {
        max: usize,
    },
    ControlCharacter,
    OutOfRange {
        from: u64,
        to: u64,
    },
    /// Two fields that exclude or need each other.
    NeededWith {
        other: &'static str,
    },
    NotWith {
        other: &'static str,
    },
}

/// What JSON was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Object,
    List,
    Text,
    Whole,
    Bool,
}

impl SlipKind {
    /// Each is in `docs/reference/problems.md`.
    #[cfg(test)]
    pub(crate) const CODES: [&'static str; 14] = [
        "missing",
        "unknown_field",
        "unknown_value",
        "repeated",
        "wrong_type",
        "not_a_choice",
        "format",
        "too_short",
        "too_long",
        "too_many",
        "control_character",
        "out_of_range",
        "needed_with",
        "not_with",
    ];

    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::UnknownField { .. } => "unknown_field",
            Self::UnknownValue { .. } => "unknown_value",
            Self::Repeated => "repeated",
            Self::WrongType { .. } => "wrong_type",
            Self::NotAChoice { .. } => "not_a_choice",
            Self::Format { .. } => "format",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { .. } => "too_many",
            Self::ControlCharacter => "control_character",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NeededWith { .. } => "needed_with",
            Self::NotWith { .. } => "not_with",
        }
    }

    pub(crate) fn format(rule: impl Display) -> Self {
        Self::Format { rule: rule.to_string() }
    }

    pub(crate) fn unknown_field(name: &str, known: &[&'static str]) -> Self {
        let near = closest(name, known.iter().copied()).map(str::to_owned);
        Self::UnknownField { name: shown(name), near }
    }

    pub(crate) fn not_a_choice(text: &str, choices: &[&'static str]) -> Self {
        let near = closest(text, choices.iter().copied()).map(str::to_owned);
        Self::NotAChoice { text: shown(text), choices: choices.to_vec(), near }
    }
}

/// What an answer repeats of a text that somebody sent: not more than fits on a line.
fn shown(text: &str) -> String {
    const MAX: usize = 80;
    let cut: String = text.chars().take(MAX).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

/// The slips found so far, bounded: after the hundredth nobody reads on.
#[derive(Debug, Default)]
pub(crate) struct Slips(Vec<Slip>);

impl Slips {
    const MAX: usize = 100;

    pub(crate) fn push(&mut self, at: impl Display, kind: SlipKind) {
        self.add(Slip { at: Where::Body(at.to_string()), kind });
    }

    pub(crate) fn add(&mut self, slip: Slip) {
        if self.0.len() < Self::MAX {
            self.0.push(slip);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<Slip> {
        self.0
    }
}
