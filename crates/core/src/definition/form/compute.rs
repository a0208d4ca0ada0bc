//! Computed fields: worked out once, when a content is handed in, and kept in it from then on.

use std::{collections::BTreeMap, sync::Arc};

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::{Map, Number, Value as Json, json};

use super::{
    Field, FieldType, Form, Place,
    fault::{Fault, FaultKind},
    limits,
    parse::is_too_big,
};
use crate::{
    expr::{Expr, Limits, Reason, Scope, Value, rounded},
    key::FieldKey,
};

/// A content with its computed fields in it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub content: Json,
    pub faults: Vec<Fault>,
}

impl Form {
    /// Computes what is to be computed. A sent value that is the computed one is no fault. What
    /// cannot be told is left out, which is a fault where the field is required.
    pub fn complete(&self, content: &Json) -> Completed {
        if self.computed.is_empty() || !content.is_object() || is_too_big(content) {
            let faults = self.parse_plain(content).err().unwrap_or_default();
            return Completed { content: content.clone(), faults };
        }
        let mut work = Work::new(self, content);
        for place in &self.computed {
            work.compute(place);
        }
        let Work { content, sent, unknown, .. } = work;
        let mut faults = self.parse_plain(&content).err().unwrap_or_default();
        // What is wrong elsewhere is why these cannot be told: it is enough to say that.
        if faults.is_empty() {
            faults.extend(unknown);
        }
        faults.extend(sent);
        faults.truncate(limits::FAULTS);
        Completed { content, faults }
    }

    /// The computed fields that one of the two contents lacks, or has otherwise.
    pub(super) fn not_computed(&self, found: &Json, completed: &Json) -> Vec<Fault> {
        let mut faults = Vec::new();
        for place in &self.computed {
            for pointer in pointers(place, completed) {
                if found.pointer(&pointer) != completed.pointer(&pointer) {
                    faults.push(Fault { pointer, kind: FaultKind::NotComputed });
                }
            }
        }
        faults.truncate(limits::FAULTS);
        faults
    }
}

/// Where a place stands in a content: once, or in every row.
fn pointers(place: &Place, content: &Json) -> Vec<String> {
    match place {
        Place::Field(key) => vec![format!("/{key}")],
        Place::Column { table, column } => {
            let rows = content.get(table.as_str()).and_then(Json::as_array).map_or(0, Vec::len);
            (0..rows).map(|row| format!("/{table}/{row}/{column}")).collect()
        }
    }
}

/// A content on its way to being complete.
struct Work<'f> {
    form: &'f Form,
    content: Json,
    /// What was sent for the computed fields.
    theirs: Json,
    /// The content as expressions read it; without what was sent for computed fields.
    scope: Scope,
    steps_left: usize,
    sent: Vec<Fault>,
    unknown: Vec<Fault>,
}

impl<'f> Work<'f> {
    fn new(form: &'f Form, content: &Json) -> Self {
        let theirs = content.clone();
        let mut content = content.clone();
        for place in &form.computed {
            for pointer in pointers(place, &theirs) {
                put(&mut content, &pointer, None);
            }
        }
        let value = |(key, field): (&FieldKey, &Field)| {
            let json = content.get(key.as_str()).filter(|json| !json.is_null())?;
            Some((key.to_string(), Value::from_json(json, &field.kind.ty())))
        };
        let scope = form.fields.iter().filter_map(value).collect();
        let (sent, unknown) = (Vec::new(), Vec::new());
        Self { form, content, theirs, scope, steps_left: limits::STEPS, sent, unknown }
    }

    fn compute(&mut self, place: &Place) {
        match place {
            Place::Field(key) => {
                let Some((field, expr)) = formula(&self.form.fields, key) else { return };
                let value = self.eval(expr);
                if let Some(value) = self.settle(field, format!("/{key}"), value) {
                    self.scope.insert(key.to_string(), value);
                }
            }
            Place::Column { table, column } => self.compute_column(table, column),
        }
    }

    fn compute_column(&mut self, table: &FieldKey, column: &FieldKey) {
        let Some(FieldType::Table { columns, .. }) =
            self.form.fields.get(table).map(|field| &field.kind)
        else {
            return;
        };
        let Some((field, expr)) = formula(columns, column) else { return };
        let Some(Value::List(rows)) = self.scope.get(table.as_str()).cloned() else { return };
        let mut done = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            self.scope.insert(ROW.to_owned(), row.clone());
            let value = self.eval(expr);
            let value = self.settle(field, format!("/{table}/{number}/{column}"), value);
            done.push(with_field(row, column, value));
        }
        self.scope.remove(ROW);
        self.scope.insert(table.to_string(), Value::List(Arc::new(done)));
    }

    fn eval(&mut self, expr: &Expr) -> Value {
        let limits = Limits { steps: self.steps_left, ..Limits::STANDARD };
        let steps = limits.steps.min(Limits::STANDARD.steps);
        let (value, left) = expr.value(&self.scope, Limits { steps, ..limits });
        self.steps_left -= steps - left;
        value
    }

    /// Puts a value into the content, and gives it back as others read it.
    fn settle(&mut self, field: &Field, pointer: String, value: Value) -> Option<Value> {
        let result = match value {
            Value::Unknown(why) => Err(why.reason.clone()),
            known => written(&field.kind, &known),
        };
        let theirs = self.theirs.pointer(&pointer);
        let agreed = match (theirs, &result) {
            (None, _) => true,
            (Some(theirs), Ok(json)) => {
                let theirs = Value::from_json(theirs, &field.kind.ty());
                written(&field.kind, &theirs).is_ok_and(|theirs| theirs == *json)
            }
            (Some(_), Err(_)) => false,
        };
        if !agreed {
            let value = result.as_ref().cloned().unwrap_or_default();
            self.sent.push(Fault { pointer: pointer.clone(), kind: FaultKind::Computed { value } });
        }
        match result {
            Ok(json) => {
                put(&mut self.content, &pointer, Some(json.clone()));
                Some(Value::from_json(&json, &field.kind.ty()))
            }
            Err(why) => {
                if field.required {
                    let kind = FaultKind::NotComputable { why };
                    self.unknown.push(Fault { pointer, kind });
                }
                None
            }
        }
    }
}

/// The name under which a column reads the other columns of its own row.
pub(crate) const ROW: &str = "row";

fn formula<'f>(
    fields: &'f indexmap::IndexMap<FieldKey, Field>,
    key: &FieldKey,
) -> Option<(&'f Field, &'f Expr)> {
    let field = fields.get(key)?;
    Some((field, field.computed.as_ref()?))
}

fn with_field(row: &Value, column: &FieldKey, value: Option<Value>) -> Value {
    let (Value::Record(fields), Some(value)) = (row, value) else { return row.clone() };
    let mut fields: BTreeMap<String, Value> = (**fields).clone();
    fields.insert(column.to_string(), value);
    Value::Record(Arc::new(fields))
}

/// Sets or removes a field. The keys of fields need no escapes in a pointer.
fn put(content: &mut Json, pointer: &str, value: Option<Json>) {
    let Some((record, key)) = pointer.rsplit_once('/') else { return };
    let record: Option<&mut Map<String, Json>> =
        content.pointer_mut(record).and_then(Json::as_object_mut);
    match (record, value) {
        (Some(record), Some(value)) => {
            record.insert(key.to_owned(), value);
        }
        (Some(record), None) => {
            record.shift_remove(key);
        }
        (None, _) => {}
    }
}

/// A value outside of any form, written as a content would have it.
pub(crate) fn shown(value: &Value) -> Result<Json, Reason> {
    match value {
        Value::Int(whole) => Ok(json!(whole)),
        other => written(&FieldType::Bool, other),
    }
}

/// A value as the content of a field: numbers and amounts rounded to what a form holds.
fn written(kind: &FieldType, value: &Value) -> Result<Json, Reason> {
    Ok(match (kind, value) {
        (FieldType::List { of, .. }, Value::List(items)) => {
            let items: Result<Vec<Json>, Reason> =
                items.iter().map(|item| written(of, item)).collect();
            Json::Array(items?)
        }
        (_, Value::Unknown(why)) => return Err(why.reason.clone()),
        (_, Value::Bool(truth)) => json!(truth),
        (FieldType::Integer(_), Value::Int(whole)) => json!(whole),
        (_, Value::Int(whole)) => number(Decimal::from(*whole))?,
        (_, Value::Number(found)) => number(*found)?,
        (_, Value::Money(money)) => {
            let currency = money.currency.ok_or(Reason::CurrencyMissing)?;
            let amount = rounded(money.amount, limits::CENTS);
            if amount.abs() >= Decimal::from(limits::NUMBER) {
                return Err(Reason::Overflow);
            }
            json!({ "amount": plain(amount), "currency": currency.code() })
        }
        (_, Value::Text(text)) => json!(&**text),
        (_, Value::Date(date)) => json!(date.to_string()),
        _ => return Err(Reason::Mismatched),
    })
}

/// To the nearest, a tie away from zero: at most 12 digits after the point, and 15 in all.
fn number(number: Decimal) -> Result<Json, Reason> {
    let whole = number.trunc().abs();
    let digits = if whole.is_zero() { 0 } else { whole.to_string().len() };
    let digits = u32::try_from(digits).unwrap_or(limits::DIGITS);
    let places = limits::DECIMALS.min(limits::DIGITS.saturating_sub(digits));
    let rounded = rounded(number, places).normalize();
    if let (0, Some(whole)) = (rounded.scale(), rounded.to_i64()) {
        return Ok(json!(whole));
    }
    let nearest = rounded.to_string().parse().ok().and_then(Number::from_f64);
    nearest.map(Json::Number).ok_or(Reason::Overflow)
}

/// The digits of an amount, with two after the point where fewer are needed.
fn plain(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    // A negative zero is no amount.
    if amount.is_zero() { "0.00".to_owned() } else { amount.to_string() }
}
