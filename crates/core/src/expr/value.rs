//! The values that expressions compute with, and how form data becomes one.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Span;
use super::bounds::{Limits, MAX_SHOWN_CHARS, MAX_VALUE_DEPTH};
use super::currency::Currency;
use super::types::Type;

/// The values of the names of an [`Env`](super::Env). A name that is missing here counts as
/// absent, like a form that nobody has begun.
pub type Scope = BTreeMap<String, Value>;

/// A value at run time. Clones are cheap.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Number(Decimal),
    Money(Money),
    Text(Arc<str>),
    Date(NaiveDate),
    /// Whole days.
    Duration(i64),
    List(Arc<Vec<Value>>),
    /// A field that is not filled in has no key.
    Record(Arc<BTreeMap<String, Value>>),
    /// There is no value, and this is why.
    Unknown(Arc<Unknown>),
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    /// Only a zero goes without: it agrees with every currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

impl Money {
    /// Zero in every currency.
    pub const ZERO: Self = Self { amount: Decimal::ZERO, currency: None };

    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency: Some(currency) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.amount)?;
        self.currency.map_or(Ok(()), |currency| write!(f, " {currency}"))
    }
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    #[serde(flatten)]
    pub reason: Reason,
    /// The part of the expression where it came up, in byte offsets; `None` when it came with
    /// the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// A code with its parameters, for the edge to translate; `Display` is the English sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Nobody has filled this in. `has(path)` is false.
    #[error("`{path}` is not filled in")]
    Absent { path: String },
    /// Whoever supplies the data cannot tell. `has(path)` is unknown too.
    #[error("what it reads cannot be told yet")]
    Undetermined,
    /// The data does not have the type that the form promises.
    #[error("what it reads is not what the form asks for: {found}")]
    Unreadable { found: String },
    /// A whole number, number, amount or date beyond what can be held exactly.
    #[error("a number or date on the way is beyond what can be held")]
    Overflow,
    #[error("it divides by zero")]
    DivisionByZero,
    #[error("a list of {size} has no place {index}")]
    IndexOutOfRange { index: i64, size: usize },
    #[error("it puts {left} and {right} together, and nothing is ever converted")]
    CurrencyMismatch { left: Currency, right: Currency },
    #[error("`{text}` is not the code of a currency")]
    UnknownCurrency { text: String },
    /// An amount other than zero came without a currency; or zero, where one is needed.
    #[error("the amount has no currency")]
    CurrencyMissing,
    /// A text that `int`, `number` or `date` cannot read.
    #[error("`{text}` cannot be read as a number or date")]
    NotConvertible { text: String },
    /// `min`, `max` or `avg` of an empty list.
    #[error("the list is empty")]
    EmptyList,
    #[error("the text would have more than {max} bytes")]
    TextTooLong { max: usize },
    #[error("the list would have more than {max} items")]
    ListTooLong { max: usize },
    /// The evaluation was longer than it may be.
    #[error("it takes more than {max} steps")]
    TooManySteps { max: usize },
    /// The scope holds something other than the environment promised.
    #[error("what it reads is not what was promised")]
    Mismatched,
}

impl Value {
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().into())
    }

    pub fn list(items: impl IntoIterator<Item = Value>) -> Self {
        Self::List(Arc::new(items.into_iter().collect()))
    }

    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Record(Arc::new(fields.into_iter().map(|(name, v)| (name.into(), v)).collect()))
    }

    /// No value, for a reason that came with the data.
    pub fn unknown(reason: Reason) -> Self {
        Self::Unknown(Arc::new(Unknown { reason, span: None }))
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Reads form data. What is missing or `null` in a record becomes no key; what does not
    /// have the type becomes `Unknown`, never a guess.
    ///
    /// Forms of JSON: number as a number or decimal text (`"12.50"`); money as
    /// `{"amount": "12.50", "currency": "EUR"}`; date as `"2026-01-31"`; duration as whole days.
    pub fn from_json(json: &Json, ty: &Type) -> Self {
        read(json, ty, MAX_VALUE_DEPTH).unwrap_or_else(|| {
            Self::unknown(match json {
                Json::Null => Reason::Absent { path: String::new() },
                _ => Reason::Unreadable { found: shorten(&json.to_string(), MAX_SHOWN_CHARS) },
            })
        })
    }
}

/// The value, or `None` when `json` is not one of this type. Items and fields that are wrong
/// become `Unknown` one by one.
fn read(json: &Json, ty: &Type, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let within = |json: &Json, ty: &Type| {
        read(json, ty, depth).unwrap_or_else(|| Value::from_json(json, &Type::Any))
    };
    Some(match (ty, json) {
        (Type::Bool, Json::Bool(flag)) => Value::Bool(*flag),
        (Type::Int, Json::Number(number)) => Value::Int(number.as_i64()?),
        (Type::Number, _) => Value::Number(decimal(json)?),
        (Type::Money, Json::Object(fields)) => {
            let amount = decimal(fields.get("amount")?)?;
            Value::Money(Money::new(amount, fields.get("currency")?.as_str()?.parse().ok()?))
        }
        (Type::Text, Json::String(text)) => Value::text(text),
        (Type::Choice(choices), Json::String(text)) if choices.contains(text) => Value::text(text),
        (Type::Date, Json::String(text)) => Value::Date(date(text)?),
        (Type::Duration, Json::Number(days)) => Value::Duration(days.as_i64()?),
        (Type::List(item), Json::Array(items)) => {
            if items.len() > Limits::STANDARD.list_items {
                return Some(Value::unknown(Reason::ListTooLong {
                    max: Limits::STANDARD.list_items,
                }));
            }
            Value::list(items.iter().map(|json| within(json, item)))
        }
        (Type::Record(record), Json::Object(fields)) => {
            Value::record(record.fields.iter().filter_map(|(name, ty)| {
                let json = fields.get(name).filter(|json| !json.is_null())?;
                Some((name, within(json, ty)))
            }))
        }
        _ => return None,
    })
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::String(text) => exact_decimal(text),
        Json::Number(number) => {
            let text = number.to_string();
            exact_decimal(&text).or_else(|| Decimal::from_scientific(&text).ok())
        }
        _ => None,
    }
}

/// Digits with at most a sign in front and a point within, and nothing that would be rounded.
pub(super) fn exact_decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if plain(whole) && plain(fraction) { Decimal::from_str_exact(text).ok() } else { None }
}

/// A day of the years 1 to 9999, written `2026-01-31`.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let well_formed = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !well_formed || text.starts_with("0000") {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// The first `max` characters, with an ellipsis when there were more.
pub(super) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A truth value of Kleene's three-valued logic.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Truth {
    True,
    False,
    Unknown(Arc<Unknown>),
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// False when either is, else the first unknown.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (unknown @ Self::Unknown(_), _) | (Self::True, unknown) => unknown,
        }
    }

    /// True when either is, else the first unknown.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (unknown @ Self::Unknown(_), _) | (Self::False, unknown) => unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Bool(true),
            Truth::False => Self::Bool(false),
            Truth::Unknown(why) => Self::Unknown(why),
        }
    }
}

impl From<&Value> for Truth {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(truth) => (*truth).into(),
            Value::Unknown(why) => Self::Unknown(Arc::clone(why)),
            _ => Self::Unknown(Arc::new(Unknown { reason: Reason::Mismatched, span: None })),
        }
    }
}

/// Brings two amounts to one currency.
pub(super) fn same_currency(left: Money, right: Money) -> Result<Option<Currency>, Reason> {
    match (left.currency, right.currency) {
        (Some(left), Some(right)) if left != right => Err(Reason::CurrencyMismatch { left, right }),
        (left, right) => Ok(left.or(right)),
    }
}

/// The order of two values of one ordered type.
pub(super) fn order(left: &Value, right: &Value) -> Result<Ordering, Reason> {
    Ok(match (left, right) {
        (Value::Int(a), Value::Int(b)) | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Int(a), Value::Number(b)) => Decimal::from(*a).cmp(b),
        (Value::Number(a), Value::Int(b)) => a.cmp(&Decimal::from(*b)),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Money(a), Value::Money(b)) => {
            same_currency(*a, *b)?;
            a.amount.cmp(&b.amount)
        }
        _ => return Err(Reason::Mismatched),
    })
}
