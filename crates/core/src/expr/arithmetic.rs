//! Arithmetic that never wraps or panics: what cannot be held is a reason. Numbers are decimal;
//! only beyond 28 digits are products and quotients rounded.

use chrono::{Datelike, NaiveDate, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::ast::BinaryOp;
use super::bounds::Limits;
use super::currency::Currency;
use super::functions::Zero;
use super::value::{self, Money, Reason, Value, same_currency};

type Computed = Result<Value, Reason>;

/// `left op right` for the operators that compute; both are known.
pub(super) fn apply(op: BinaryOp, left: &Value, right: &Value, limits: &Limits) -> Computed {
    match (op, left, right) {
        (_, Value::Int(a), Value::Int(b)) => whole(op, *a, *b).map(Value::Int),
        (_, Value::Number(_) | Value::Int(_), Value::Number(_) | Value::Int(_)) => {
            exact(op, decimal(left)?, decimal(right)?).map(Value::Number)
        }
        (_, Value::Money(_), _) | (_, _, Value::Money(_)) => money(op, left, right),
        (_, Value::Date(_) | Value::Duration(_), _) => calendar(op, left, right),
        (_, Value::Int(a), Value::Duration(b)) => whole(op, *a, *b).map(Value::Duration),
        (BinaryOp::Add, Value::Text(a), Value::Text(b)) => {
            if a.len() + b.len() > limits.text_bytes {
                return Err(Reason::TextTooLong { max: limits.text_bytes });
            }
            Ok(Value::text(format!("{a}{b}")))
        }
        (BinaryOp::Add, Value::List(a), Value::List(b)) => {
            if a.len() + b.len() > limits.list_items {
                return Err(Reason::ListTooLong { max: limits.list_items });
            }
            Ok(Value::list(a.iter().chain(b.iter()).cloned()))
        }
        _ => Err(Reason::Mismatched),
    }
}

fn whole(op: BinaryOp, a: i64, b: i64) -> Result<i64, Reason> {
    if b == 0 && matches!(op, BinaryOp::Divide | BinaryOp::Remainder) {
        return Err(Reason::DivisionByZero);
    }
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::Divide => a.checked_div(b),
        BinaryOp::Remainder => a.checked_rem(b),
        _ => return Err(Reason::Mismatched),
    };
    result.ok_or(Reason::Overflow)
}

fn exact(op: BinaryOp, a: Decimal, b: Decimal) -> Result<Decimal, Reason> {
    if b.is_zero() && op == BinaryOp::Divide {
        return Err(Reason::DivisionByZero);
    }
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::Divide => a.checked_div(b),
        _ => return Err(Reason::Mismatched),
    };
    result.ok_or(Reason::Overflow)
}

fn money(op: BinaryOp, left: &Value, right: &Value) -> Computed {
    let scaled = |money: &Money, factor: &Value| {
        let amount = exact(op, money.amount, decimal(factor)?)?;
        Ok(Value::Money(Money { amount, currency: money.currency }))
    };
    match (op, left, right) {
        (BinaryOp::Add | BinaryOp::Subtract, Value::Money(a), Value::Money(b)) => {
            let currency = same_currency(*a, *b)?;
            Ok(Value::Money(Money { amount: exact(op, a.amount, b.amount)?, currency }))
        }
        (BinaryOp::Divide, Value::Money(a), Value::Money(b)) => {
            same_currency(*a, *b)?;
            exact(op, a.amount, b.amount).map(Value::Number)
        }
        (BinaryOp::Multiply | BinaryOp::Divide, Value::Money(money), factor) => {
            scaled(money, factor)
        }
        (BinaryOp::Multiply, factor, Value::Money(money)) => scaled(money, factor),
        _ => Err(Reason::Mismatched),
    }
}

fn calendar(op: BinaryOp, left: &Value, right: &Value) -> Computed {
    match (op, left, right) {
        (BinaryOp::Add | BinaryOp::Subtract, Value::Duration(a), Value::Duration(b))
        | (BinaryOp::Multiply, Value::Duration(a), Value::Int(b)) => {
            whole(op, *a, *b).map(Value::Duration)
        }
        (BinaryOp::Subtract, Value::Date(a), Value::Date(b)) => {
            Ok(Value::Duration(a.signed_duration_since(*b).num_days()))
        }
        (BinaryOp::Add, Value::Date(date), Value::Duration(days))
        | (BinaryOp::Add, Value::Duration(days), Value::Date(date)) => shift(*date, *days),
        (BinaryOp::Subtract, Value::Date(date), Value::Duration(days)) => {
            shift(*date, days.checked_neg().ok_or(Reason::Overflow)?)
        }
        _ => Err(Reason::Mismatched),
    }
}

/// A day of the years 1 to 9999, like every date.
fn shift(date: NaiveDate, days: i64) -> Computed {
    TimeDelta::try_days(days)
        .and_then(|days| date.checked_add_signed(days))
        .filter(|date| (1..=9999).contains(&date.year()))
        .map(Value::Date)
        .ok_or(Reason::Overflow)
}

pub(super) fn negate(value: &Value) -> Computed {
    match value {
        Value::Int(whole) => whole.checked_neg().map(Value::Int).ok_or(Reason::Overflow),
        Value::Duration(days) => days.checked_neg().map(Value::Duration).ok_or(Reason::Overflow),
        Value::Number(number) => Ok(Value::Number(-number)),
        Value::Money(money) => {
            Ok(Value::Money(Money { amount: -money.amount, currency: money.currency }))
        }
        _ => Err(Reason::Mismatched),
    }
}

/// A total by how many it was made of.
pub(super) fn divide(total: &Value, count: usize) -> Computed {
    let count = Value::Int(i64::try_from(count).map_err(|_| Reason::Overflow)?);
    apply(BinaryOp::Divide, total, &count, &Limits::STANDARD)
}

pub(super) fn abs(value: &Value) -> Computed {
    match value {
        Value::Int(whole) => whole.checked_abs().map(Value::Int).ok_or(Reason::Overflow),
        Value::Duration(days) => days.checked_abs().map(Value::Duration).ok_or(Reason::Overflow),
        Value::Number(number) => Ok(Value::Number(number.abs())),
        Value::Money(money) => {
            Ok(Value::Money(Money { amount: money.amount.abs(), currency: money.currency }))
        }
        _ => Err(Reason::Mismatched),
    }
}

/// To so many digits after the point, none when nothing is said; a tie goes away from zero.
pub(super) fn round(value: &Value, digits: Option<&Value>) -> Computed {
    const MAX: u32 = 28;
    let digits = match digits {
        None => 0,
        Some(Value::Int(digits)) => u32::try_from(*digits)
            .ok()
            .filter(|digits| *digits <= MAX)
            .ok_or(Reason::IndexOutOfRange { index: *digits, size: MAX as usize + 1 })?,
        Some(_) => return Err(Reason::Mismatched),
    };
    match value {
        Value::Int(whole) => Ok(Value::Number(Decimal::from(*whole))),
        Value::Number(number) => Ok(Value::Number(rounded(*number, digits))),
        Value::Money(money) => {
            let amount = rounded(money.amount, digits);
            Ok(Value::Money(Money { amount, currency: money.currency }))
        }
        _ => Err(Reason::Mismatched),
    }
}

/// The one way to round in this language: to the nearest, and a tie away from zero.
pub fn rounded(number: Decimal, digits: u32) -> Decimal {
    number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// Whole numbers as numbers, also within lists.
pub(super) fn widen(value: Value) -> Value {
    match value {
        Value::Int(whole) => Value::Number(Decimal::from(whole)),
        Value::List(items) => Value::list(items.iter().cloned().map(widen)),
        other => other,
    }
}

pub(super) fn zero(of: Zero) -> Value {
    match of {
        Zero::Int => Value::Int(0),
        Zero::Number => Value::Number(Decimal::ZERO),
        Zero::Money => Value::Money(Money::ZERO),
        Zero::Duration => Value::Duration(0),
    }
}

pub(super) fn amount(of: &Value, currency: Option<&Value>) -> Computed {
    let amount = decimal(of)?;
    let currency = match currency {
        None if amount.is_zero() => None,
        None => return Err(Reason::CurrencyMissing),
        Some(Value::Text(code)) => Some(
            code.parse::<Currency>().map_err(|_| Reason::UnknownCurrency { text: shown(code) })?,
        ),
        Some(_) => return Err(Reason::Mismatched),
    };
    Ok(Value::Money(Money { amount, currency }))
}

pub(super) fn to_date(value: &Value) -> Computed {
    let Value::Text(text) = value else { return Err(Reason::Mismatched) };
    value::date(text).map(Value::Date).ok_or_else(|| not_convertible(text))
}

pub(super) fn to_days(value: &Value) -> Computed {
    match value {
        Value::Int(days) => Ok(Value::Duration(*days)),
        _ => Err(Reason::Mismatched),
    }
}

/// Cuts the fraction off, as CEL does.
pub(super) fn to_int(value: &Value) -> Computed {
    match value {
        Value::Int(whole) | Value::Duration(whole) => Ok(Value::Int(*whole)),
        Value::Number(number) => number.trunc().to_i64().map(Value::Int).ok_or(Reason::Overflow),
        Value::Text(text) => text.parse().map(Value::Int).map_err(|_| not_convertible(text)),
        _ => Err(Reason::Mismatched),
    }
}

pub(super) fn to_number(value: &Value) -> Computed {
    match value {
        Value::Text(text) => {
            value::exact_decimal(text).map(Value::Number).ok_or_else(|| not_convertible(text))
        }
        _ => decimal(value).map(Value::Number),
    }
}

/// Equal values give equal texts: `2.50` is written `2.5`.
pub(super) fn to_text(value: &Value) -> Computed {
    Ok(Value::text(match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(whole) | Value::Duration(whole) => whole.to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Money(money) => {
            Money { amount: money.amount.normalize(), currency: money.currency }.to_string()
        }
        Value::Text(_) => return Ok(value.clone()),
        Value::Date(date) => date.to_string(),
        _ => return Err(Reason::Mismatched),
    }))
}

fn decimal(value: &Value) -> Result<Decimal, Reason> {
    match value {
        Value::Int(whole) => Ok(Decimal::from(*whole)),
        Value::Number(number) => Ok(*number),
        _ => Err(Reason::Mismatched),
    }
}

fn not_convertible(text: &str) -> Reason {
    Reason::NotConvertible { text: shown(text) }
}

fn shown(text: &str) -> String {
    const MAX: usize = 40;
    value::shorten(text, MAX)
}
