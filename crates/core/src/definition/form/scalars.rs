//! Single values: what a text, a number, an amount or a date may be.

use std::str::FromStr as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::{
    Bounds, FieldType,
    fault::{Expected, FaultKind},
    limits,
    parse::{Faults, at_least},
};
use crate::{expr::Currency, key::MarketKey, suggest::closest};

pub(super) fn check_scalar(kind: &FieldType, required: bool, value: &Value, faults: &mut Faults) {
    match kind {
        FieldType::Bool if !value.is_boolean() => faults.wrong_type(Expected::Bool),
        FieldType::Bool | FieldType::List { .. } | FieldType::Table { .. } => {}
        FieldType::Integer(bounds) => check_integer(bounds, value, faults),
        FieldType::Number(bounds) | FieldType::Percent(bounds) => {
            check_number(bounds, value, faults);
        }
        FieldType::Money(bounds) => check_money(bounds, value, faults),
        _ => match value {
            Value::String(text) => check_text(kind, required, text, faults),
            _ => faults.wrong_type(Expected::Text),
        },
    }
}

fn check_text(kind: &FieldType, required: bool, text: &str, faults: &mut Faults) {
    match kind {
        FieldType::Text { long, min, max } => {
            let min = at_least(*min, required);
            let length = text.chars().count();
            if length < min as usize {
                faults.push(FaultKind::TooShort { min });
            }
            if length > *max as usize {
                faults.push(FaultKind::TooLong { max: *max });
            }
            let breaks = |c: char| *long && matches!(c, '\t' | '\n' | '\r');
            if text.chars().any(|c| c.is_ascii_control() && !breaks(c)) {
                faults.push(FaultKind::ControlCharacter);
            }
        }
        FieldType::Choice { of } if !of.contains_key(text) => {
            let choices: Vec<String> = of.keys().cloned().collect();
            let suggestion = closest(text, of.keys().map(String::as_str)).map(str::to_owned);
            faults.push(FaultKind::NotAChoice { text: shortened(text), choices, suggestion });
        }
        FieldType::Date(bounds) => match date(text) {
            Some(date) => check_bounds(bounds, &date, faults),
            None => faults.push(FaultKind::NotADate),
        },
        FieldType::Market if MarketKey::new(text).is_err() => faults.push(FaultKind::NotAMarket),
        FieldType::Language if !is_language(text) => faults.push(FaultKind::NotALanguage),
        FieldType::Link if !is_link(text) => faults.push(FaultKind::NotALink),
        _ => {}
    }
}

fn check_integer(bounds: &Bounds<i64>, value: &Value, faults: &mut Faults) {
    let Value::Number(number) = value else {
        faults.wrong_type(Expected::Integer);
        return;
    };
    let (min, max) = integer_bounds(bounds);
    match number.as_i64() {
        Some(number) => check_bounds(&Bounds { min: Some(min), max: Some(max) }, &number, faults),
        None if number.is_u64() => faults.push(FaultKind::Above { max: max.to_string() }),
        None => faults.wrong_type(Expected::Integer),
    }
}

pub(super) fn integer_bounds(bounds: &Bounds<i64>) -> (i64, i64) {
    (bounds.min.unwrap_or(-limits::INTEGER), bounds.max.unwrap_or(limits::INTEGER))
}

fn check_number(bounds: &Bounds<Decimal>, value: &Value, faults: &mut Faults) {
    let Value::Number(number) = value else {
        faults.wrong_type(Expected::Number);
        return;
    };
    let (min, max) = number_bounds(bounds);
    let outside = if number.as_f64().is_some_and(|number| number < 0.0) {
        FaultKind::Below { min: min.to_string() }
    } else {
        FaultKind::Above { max: max.to_string() }
    };
    match decimal(number) {
        None if number.as_f64().is_some_and(|number| number.abs() < 1.0) => {
            faults.push(FaultKind::TooPrecise { decimals: limits::DECIMALS });
        }
        None => faults.push(outside),
        Some(number) => {
            check_bounds(&Bounds { min: Some(min), max: Some(max) }, &number, faults);
            if number.normalize().scale() > limits::DECIMALS {
                faults.push(FaultKind::TooPrecise { decimals: limits::DECIMALS });
            }
        }
    }
}

pub(super) fn number_bounds(bounds: &Bounds<Decimal>) -> (Decimal, Decimal) {
    let limit = Decimal::from(limits::NUMBER);
    (bounds.min.unwrap_or(-limit), bounds.max.unwrap_or(limit))
}

/// The number as it was written: the shortest digits that give the same value.
fn decimal(number: &Number) -> Option<Decimal> {
    let digits = number.to_string();
    Decimal::from_str_exact(&digits).or_else(|_| Decimal::from_scientific(&digits)).ok()
}

fn check_money(bounds: &Bounds<Decimal>, value: &Value, faults: &mut Faults) {
    let Value::Object(parts) = value else {
        faults.wrong_type(Expected::Money);
        return;
    };
    faults.within("amount", |faults| match parts.get("amount") {
        None => faults.push(FaultKind::Missing),
        Some(Value::String(text)) => match amount(text) {
            // A negative zero is no amount where nothing negative is.
            Some(amount) if amount.is_zero() && text.starts_with('-') && not_negative(bounds) => {
                faults.push(FaultKind::NotAnAmount);
            }
            Some(amount) => check_bounds(bounds, &amount, faults),
            None => faults.push(FaultKind::NotAnAmount),
        },
        Some(_) => faults.wrong_type(Expected::Text),
    });
    faults.within("currency", |faults| match parts.get("currency") {
        None => faults.push(FaultKind::Missing),
        Some(Value::String(text)) if text.parse::<Currency>().is_ok() => {}
        Some(Value::String(text)) => {
            faults.push(FaultKind::NotACurrency { text: shortened(text) });
        }
        Some(_) => faults.wrong_type(Expected::Text),
    });
    for name in parts.keys().filter(|name| !matches!(&***name, "amount" | "currency")) {
        let field = shortened(name);
        faults.within(field.clone(), |faults| {
            faults.push(FaultKind::UnknownField { field, suggestion: None });
        });
    }
}

pub(super) fn not_negative(bounds: &Bounds<Decimal>) -> bool {
    bounds.min.is_some_and(|min| min >= Decimal::ZERO)
}

/// `-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?`: one way to write an amount, and none that rounds.
fn amount(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_fits = (1..=15).contains(&whole.len()) && (whole == "0" || !whole.starts_with('0'));
    let fraction_fits = (1..=4).contains(&fraction.len());
    if whole_fits && fraction_fits && all_digits(whole) && all_digits(fraction) {
        Decimal::from_str(text).ok()
    } else {
        None
    }
}

/// A day of the years 1 to 9999, written 2026-12-25.
fn date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    (shaped && !text.starts_with("0000")).then(|| text.parse().ok()).flatten()
}

/// Language, script and region of BCP 47 in their usual case: `ko`, `pt-BR`, `zh-Hant-TW`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let upper = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && lower(part));
    let script = |part: &&str| {
        part.len() == 4 && part.is_char_boundary(1) && upper(&part[..1]) && lower(&part[1..])
    };
    parts.next_if(script);
    parts.next_if(|part| (part.len() == 2 && upper(part)) || (part.len() == 3 && digits(part)));
    language && parts.next().is_none()
}

fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits = |c: char| {
        matches!(c, '!' | '#'..=';' | '=' | '?'..='[' | ']' | '_' | 'a'..='z' | '~')
            || matches!(c, 'À'..='ʯ' | 'ぁ'..='ヿ' | '一'..='鿿' | '가'..='힣')
    };
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[' || fits(c) && c > '~')
            && rest.chars().count() <= limits::LINK
            && rest.chars().all(fits)
    })
}

fn check_bounds<T: PartialOrd + std::fmt::Display>(
    bounds: &Bounds<T>,
    value: &T,
    faults: &mut Faults,
) {
    if let Some(min) = bounds.min.as_ref().filter(|min| value < *min) {
        faults.push(FaultKind::Below { min: min.to_string() });
    }
    if let Some(max) = bounds.max.as_ref().filter(|max| value > *max) {
        faults.push(FaultKind::Above { max: max.to_string() });
    }
}

/// Enough of a text to recognise it.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
