//! Checks a content against its form: all faults at once.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{
    Completed, Field, FieldType, Form,
    fault::{Expected, Fault, FaultKind},
    limits,
    scalars::{check_scalar, shortened},
};
use crate::{key::FieldKey, suggest::closest};

impl Form {
    /// Accepts a content of this form that meets its checks, with its computed fields in it as
    /// [`Form::complete`] puts them there.
    ///
    /// Where JSON Schema can say it, this accepts exactly what [`Form::json_schema`] accepts.
    /// It cannot say, and this checks on top: the bounds of dates, the bounds of amounts other
    /// than "not negative", the digits after the point of a number, that a whole number is
    /// written without a point, the size of the whole content, and the form's checks.
    ///
    /// # Errors
    /// Every fault, at most [`limits::FAULTS`].
    pub fn parse(&self, content: &Value) -> Result<(), Vec<Fault>> {
        if (self.computed.is_empty() && self.checks.is_empty()) || is_too_big(content) {
            return self.parse_plain(content);
        }
        let Completed { content: completed, mut faults } = self.complete(content);
        if faults.is_empty() {
            faults = self.not_computed(content, &completed);
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The same, without asking what the computed fields come to and what the checks say.
    pub(super) fn parse_plain(&self, content: &Value) -> Result<(), Vec<Fault>> {
        let mut faults = Faults::default();
        if is_too_big(content) {
            faults.push(FaultKind::TooBig { max: limits::CONTENT });
        } else {
            check_record(&self.fields, content, &mut faults);
        }
        if faults.found.is_empty() { Ok(()) } else { Err(faults.found) }
    }
}

/// The faults so far, and where the check stands.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
    pointer: String,
}

impl Faults {
    pub(super) fn push(&mut self, kind: FaultKind) {
        if self.found.len() < limits::FAULTS {
            self.found.push(Fault { pointer: self.pointer.clone(), kind });
        }
    }

    pub(super) fn wrong_type(&mut self, expected: Expected) {
        self.push(FaultKind::WrongType { expected });
    }

    pub(super) fn within(&mut self, step: impl std::fmt::Display, check: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        // Writing to a String cannot fail.
        let _ = write!(self.pointer, "/{step}");
        if self.pointer[length + 1..].contains(['~', '/']) {
            let step = self.pointer.split_off(length + 1);
            self.pointer += &step.replace('~', "~0").replace('/', "~1");
        }
        check(self);
        self.pointer.truncate(length);
    }
}

fn check_record(fields: &IndexMap<FieldKey, Field>, content: &Value, faults: &mut Faults) {
    let Value::Object(content) = content else {
        faults.wrong_type(Expected::Object);
        return;
    };
    for (key, field) in fields {
        faults.within(key, |faults| match content.get(key.as_str()) {
            Some(value) => check_value(&field.kind, field.required, value, faults),
            None if field.required && field.computed.is_none() => faults.push(FaultKind::Missing),
            None => {}
        });
    }
    check_unknown(fields, content, faults);
}

fn check_unknown(
    fields: &IndexMap<FieldKey, Field>,
    content: &Map<String, Value>,
    faults: &mut Faults,
) {
    for name in content.keys().filter(|name| !fields.contains_key(&***name)) {
        let suggestion = closest(name, fields.keys().map(FieldKey::as_str)).map(str::to_owned);
        let field = shortened(name);
        faults.within(field.clone(), |faults| {
            faults.push(FaultKind::UnknownField { field, suggestion });
        });
    }
}

fn check_value(kind: &FieldType, required: bool, value: &Value, faults: &mut Faults) {
    match kind {
        FieldType::List { of, min, max } => {
            check_items(value, at_least(*min, required), *max, faults, |item, faults| {
                check_value(of, false, item, faults);
            });
        }
        FieldType::Table { columns, min, max } => {
            check_items(value, at_least(*min, required), *max, faults, |row, faults| {
                check_record(columns, row, faults);
            });
        }
        scalar => check_scalar(scalar, required, value, faults),
    }
}

/// What is required is not empty.
pub(super) fn at_least(min: u32, required: bool) -> u32 {
    min.max(u32::from(required))
}

fn check_items(
    value: &Value,
    min: u32,
    max: u32,
    faults: &mut Faults,
    check: impl Fn(&Value, &mut Faults),
) {
    let Value::Array(items) = value else {
        faults.wrong_type(Expected::List);
        return;
    };
    if items.len() < min as usize {
        faults.push(FaultKind::TooFew { min });
    }
    if items.len() > max as usize {
        faults.push(FaultKind::TooMany { max });
        return;
    }
    for (at, item) in items.iter().enumerate() {
        faults.within(at, |faults| check(item, faults));
    }
}

pub(super) fn is_too_big(content: &Value) -> bool {
    weight(content) > limits::CONTENT
}

/// About as many bytes as the content has as JSON. Recursion is bounded: the JSON reader
/// refuses what is nested more than 128 levels deep.
fn weight(content: &Value) -> usize {
    match content {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| key.len() + 4 + weight(value)).sum::<usize>() + 2
        }
        _ => 8,
    }
}
