//! What is wrong with the content of a form, field by field.

use serde::Serialize;
use serde_json::Value;

use crate::{definition::Text, expr::Reason, key::CheckKey};

/// One problem of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// JSON pointer (RFC 6901) to the value, or to where it is missing.
    pub pointer: String,
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// A code with its parameters, for the edge to translate; `Display` is the English sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FaultKind {
    #[error("the content has more than {max} bytes")]
    TooBig { max: usize },
    #[error("this has to be filled in")]
    Missing,
    #[error("the form has no field `{field}`{}", did_you_mean(.suggestion.as_deref()))]
    UnknownField { field: String, suggestion: Option<String> },
    #[error("expected {expected}")]
    WrongType { expected: Expected },
    #[error("at least {min} characters, please")]
    TooShort { min: u32 },
    #[error("at most {max} characters fit here")]
    TooLong { max: u32 },
    #[error("the text holds a character that cannot be printed")]
    ControlCharacter,
    #[error("at least {min}, please")]
    TooFew { min: u32 },
    #[error("at most {max} fit here")]
    TooMany { max: u32 },
    #[error("it must be {min} or more")]
    Below { min: String },
    #[error("it must be {max} or less")]
    Above { max: String },
    #[error("at most {decimals} digits after the point are kept")]
    TooPrecise { decimals: u32 },
    #[error("not a date; write 2026-12-25")]
    NotADate,
    #[error("not an amount; write 1250.00")]
    NotAnAmount,
    #[error("`{text}` is not a currency; write EUR, USD or KRW")]
    NotACurrency { text: String },
    #[error("`{text}` is none of the choices{}", did_you_mean(.suggestion.as_deref()))]
    NotAChoice { text: String, choices: Vec<String>, suggestion: Option<String> },
    #[error("not a market; write DE, US or EU-WEST")]
    NotAMarket,
    #[error("not a language; write en, ko or pt-BR")]
    NotALanguage,
    /// Somebody sent a value for a computed field, and not the one that it has.
    #[error("this is computed; leave it out")]
    Computed { value: Value },
    #[error("this is computed, and cannot be: {why}")]
    NotComputable { why: Reason },
    /// The content was handed in before this field was computed in it.
    #[error("this is computed, and was not yet; hand it in again")]
    NotComputed,
    /// What must hold between fields does not.
    #[error("{}", .otherwise.en)]
    CheckFailed { check: CheckKey, otherwise: Text },
    #[error("there is too much here to check; make it smaller")]
    NotChecked { check: CheckKey },
    #[error("not a link; it starts with https:// or http:// and has no spaces")]
    NotALink,
}

/// What JSON was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    Object,
    Text,
    Integer,
    Number,
    Bool,
    List,
    Money,
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Object => "an object with the fields of the form",
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Money => "an object with `amount` and `currency`",
        })
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
