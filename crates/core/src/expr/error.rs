//! What can be wrong with an expression, said so that its author can mend it.

use std::fmt;

use super::Span;
use super::types::Type;

/// One problem of an expression, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// Byte offsets in the source.
    pub span: Span,
    pub kind: ExprErrorKind,
    /// What to write there instead, as source text.
    pub suggestion: Option<String>,
}

impl ExprError {
    pub(super) fn new(span: Span, kind: ExprErrorKind) -> Self {
        Self { span, kind, suggestion: None }
    }

    pub(super) fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExprError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// The problem itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprErrorKind {
    // Bounds
    #[error("the expression has {bytes} bytes; at most {max} are allowed")]
    TooLong { bytes: usize, max: usize },
    #[error("the expression is nested more than {max} levels deep; split it into several rules")]
    TooDeep { max: usize },
    #[error("the expression has more than {max} parts; split it into several rules")]
    TooLarge { max: usize },

    // Words
    #[error("`{0}` does not belong here")]
    StrayCharacter(char),
    #[error("this text has no closing quote")]
    UnclosedText,
    #[error("`{0}` is not an escape that a text can contain")]
    BadEscape(String),
    #[error("`{text}` is not a number: {problem}")]
    BadNumber { text: String, problem: NumberProblem },

    // Sentences
    #[error("expected {expected}, found {found}")]
    Unexpected { expected: &'static str, found: String },
    #[error("`{0}` is a reserved word and cannot be a name")]
    Reserved(String),
    #[error("there is no `null`: ask with `has(form.field)` whether a field is filled in")]
    Null,
    #[error("`{name}` is written `{form}`")]
    MacroForm { name: String, form: &'static str },

    // Names
    #[error("there is no `{0}`")]
    UnknownName(String),
    #[error("`{of}` has no field `{field}`")]
    UnknownField { of: String, field: String },
    #[error("there is no function `{0}`")]
    UnknownFunction(String),
    #[error("{of} has no fields, so `.{field}` has no meaning")]
    NotARecord { of: Type, field: String },

    // Types
    #[error("expected {expected}, found {found}")]
    WrongType { expected: Type, found: Type },
    #[error("`{sign}` cannot be used between {left} and {right}")]
    WrongOperands { sign: &'static str, left: Type, right: Type },
    #[error("{left} and {right} cannot be compared")]
    NotComparable { left: Type, right: Type },
    #[error("`{sign}` has no meaning for {of}: it has no order")]
    NotOrdered { sign: &'static str, of: Type },
    #[error("the items of a list must be alike: {first} stands before {other}")]
    MixedList { first: Type, other: Type },
    #[error("both branches must be alike: {then} stands before {otherwise}")]
    MixedBranches { then: Type, otherwise: Type },
    #[error("`{0}` needs a list, found {1}")]
    NotAList(String, Type),
    #[error("only lists have an index, found {0}")]
    NotIndexed(Type),
    #[error("'{text}' is not a choice of this field ({})", listed(.choices))]
    NotAChoice { text: String, choices: Vec<String> },

    // Calls
    #[error("`{name}` is written `{form}`")]
    WrongArguments { name: String, form: &'static str },
    #[error("`{name}` cannot be used on {found}; it is written `{form}`")]
    WrongArgument { name: String, form: &'static str, found: Type },
    #[error("'{0}' is not a date: write year, month and day as '2026-01-31'")]
    NotADate(String),
    #[error("'{0}' is not the code of a currency (ISO 4217)")]
    NotACurrency(String),
    #[error("an amount needs its currency; only zero goes without")]
    CurrencyNeeded,
}

/// Why digits are not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberProblem {
    #[error("digits are not grouped")]
    Grouped,
    #[error("write it with digits and at most one point")]
    Tail,
    #[error("at most 28 digits are exact")]
    TooManyDigits,
    #[error("it is beyond 9223372036854775807")]
    TooLarge,
}

/// Choices as they are read out; a long list is cut.
fn listed(choices: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut quoted: Vec<String> =
        choices.iter().take(SHOWN).map(|choice| format!("'{choice}'")).collect();
    if choices.len() > SHOWN {
        quoted.push(format!("and {} more", choices.len() - SHOWN));
    }
    quoted.join(", ")
}
