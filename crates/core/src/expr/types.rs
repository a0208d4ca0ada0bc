//! The static types of expressions, and the environment that names are looked up in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The type of an expression, a form or one of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// An exact decimal number of 28 digits; a literal of it has a point: `2.5`.
    Number,
    /// An amount with its ISO 4217 currency.
    Money,
    /// Any text.
    Text,
    /// A text that is one of these, from a form field with fixed choices. It may stand wherever
    /// a text may; comparing it with a literal that is not a choice is an error.
    Choice(Arc<[String]>),
    /// A calendar day.
    Date,
    /// A length of time in whole days.
    Duration,
    /// A list whose items all have the same type.
    List(Box<Type>),
    /// A form, or a group of fields within one.
    Record(Arc<RecordType>),
    /// Agrees with every type: the items of `[]`, and whatever has been reported as wrong.
    Any,
}

/// The fields of a record. Each may be absent at run time: forms are filled in bit by bit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordType {
    pub fields: BTreeMap<String, Type>,
}

/// The names that an expression may use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Env {
    pub vars: BTreeMap<String, Type>,
}

impl Env {
    /// An environment of these names.
    pub fn new<N: Into<String>>(vars: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self { vars: vars.into_iter().map(|(name, ty)| (name.into(), ty)).collect() }
    }
}

impl Type {
    /// A list of `item`s.
    pub fn list(item: Type) -> Self {
        Self::List(Box::new(item))
    }

    /// A record of these fields.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Type)>) -> Self {
        let fields = fields.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
        Self::Record(Arc::new(RecordType { fields }))
    }

    /// A text that is one of `choices`.
    pub fn choice<C: Into<String>>(choices: impl IntoIterator<Item = C>) -> Self {
        Self::Choice(choices.into_iter().map(Into::into).collect())
    }

    pub(super) fn is_textual(&self) -> bool {
        matches!(self, Self::Text | Self::Choice(_) | Self::Any)
    }

    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, Self::Int | Self::Number | Self::Any)
    }

    /// `true` when `<` has a meaning. (CEL orders booleans too; nobody means that in a rule.)
    pub(super) fn is_ordered(&self) -> bool {
        !matches!(self, Self::Bool | Self::List(_) | Self::Record(_))
    }

    /// `true` when `==` has a meaning.
    pub(super) fn is_comparable(&self) -> bool {
        match self {
            Self::Record(_) => false,
            Self::List(item) => item.is_comparable(),
            _ => true,
        }
    }

    /// `true` when a value of this type may stand where `expected` is asked for, if need be
    /// after widening whole numbers to numbers.
    pub(super) fn fits(&self, expected: &Type) -> bool {
        match (self, expected) {
            (Self::Any, _)
            | (_, Self::Any)
            | (Self::Int, Self::Number)
            | (Self::Choice(_), Self::Text) => true,
            (Self::List(found), Self::List(wanted)) => found.fits(wanted),
            (found, wanted) => found == wanted,
        }
    }

    /// The narrowest type that both fit.
    pub(super) fn join(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Self::Choice(a), Self::Choice(b)) if a != b => Some(Self::Text),
            (Self::List(a), Self::List(b)) => a.join(b).map(Self::list),
            (Self::Any, known) | (known, Self::Any) => Some(known.clone()),
            (a, b) if a.fits(b) => Some(b.clone()),
            (a, b) if b.fits(a) => Some(a.clone()),
            _ => None,
        }
    }

    /// The choices of this type or, for a list, of its items.
    pub(super) fn choices(&self) -> Option<&Arc<[String]>> {
        match self {
            Self::Choice(choices) => Some(choices),
            Self::List(item) => item.choices(),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Int => f.write_str("a whole number"),
            Self::Number => f.write_str("a number"),
            Self::Money => f.write_str("an amount of money"),
            Self::Text => f.write_str("a text"),
            Self::Choice(_) => f.write_str("a choice"),
            Self::Date => f.write_str("a date"),
            Self::Duration => f.write_str("a duration (days)"),
            Self::List(item) => write!(f, "a list ({item} each)"),
            Self::Record(_) => f.write_str("a record"),
            Self::Any => f.write_str("anything"),
        }
    }
}
