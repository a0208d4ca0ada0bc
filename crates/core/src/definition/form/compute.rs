//! Computed fields: worked out once, when a content is handed in, and kept in it from then on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::{Map, Number, Value as Json, json};

use super::{
    Computed, Field, FieldType, Form, Place,
    fault::{Fault, FaultKind},
    limits,
    parse::is_too_big,
};
use crate::{
    expr::{Expr, Limits, Reason, Scope, Type, Value, rounded},
    key::FieldKey,
};

/// A content with its computed fields in it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub content: Json,
    pub faults: Vec<Fault>,
}

impl Computed {
    /// Of these places, which come in the order in which they can be worked out.
    pub(in crate::definition) fn new(
        places: Vec<Place>,
        fields: &IndexMap<FieldKey, Field>,
    ) -> Self {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for place in &places {
            if let Place::Column { table, .. } = place {
                names.insert(table.as_str());
            }
            if let Some((_, expr)) = formula(fields, place) {
                names.extend(expr.reads().iter().map(|path| path.var.as_str()));
            }
        }
        let read = fields.iter().filter(|(key, _)| names.contains(key.as_str()));
        let reads = read.map(|(key, field)| (key.clone(), field.kind.ty())).collect();
        Self { places, reads }
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl Form {
    /// Computes what is to be computed, and holds it all against the checks. A sent value that is
    /// the computed one is no fault. What cannot be told is left out, which is a fault where the
    /// field is required.
    pub fn complete(&self, content: &Json) -> Completed {
        let mut completed = self.compute(content);
        if !is_too_big(content) {
            let broken = self.broken_checks(&completed.content);
            let told = |at: &Fault| completed.faults.iter().any(|it| it.pointer == at.pointer);
            let more: Vec<Fault> = broken.into_iter().filter(|fault| !told(fault)).collect();
            completed.faults.extend(more);
            completed.faults.truncate(limits::FAULTS);
        }
        completed
    }

    fn compute(&self, content: &Json) -> Completed {
        if self.computed.is_empty() || !content.is_object() || is_too_big(content) {
            let faults = self.parse_plain(content).err().unwrap_or_default();
            return Completed { content: content.clone(), faults };
        }
        let mut work = Work::new(self, content);
        for place in &self.computed.places {
            work.compute(place);
        }
        let Work { content, sent, unknown, .. } = work;
        let mut faults = self.parse_plain(&content).err().unwrap_or_default();
        // What is wrong elsewhere is why these cannot be told: it is enough to say that.
        if faults.is_empty() {
            faults.extend(unknown);
        }
        faults.extend(sent);
        Completed { content, faults }
    }

    /// The computed fields that one of the two contents lacks, or has otherwise.
    pub(super) fn not_computed(&self, found: &Json, completed: &Json) -> Vec<Fault> {
        if found == completed {
            return Vec::new();
        }
        let spots = self.computed.places.iter().flat_map(|place| spots(place, completed));
        let others = spots.filter(|spot| spot.of(found) != spot.of(completed));
        let fault =
            |spot: Spot<'_>| Fault { pointer: spot.to_string(), kind: FaultKind::NotComputed };
        others.map(fault).take(limits::FAULTS).collect()
    }
}

/// Where one computed value stands in a content.
#[derive(Clone, Copy)]
pub(super) struct Spot<'p> {
    key: &'p FieldKey,
    /// The table and the row of a cell.
    row: Option<(&'p FieldKey, usize)>,
}

impl Spot<'_> {
    pub(super) fn of<'c>(&self, content: &'c Json) -> Option<&'c Json> {
        let record = match self.row {
            None => content,
            Some((table, row)) => content.get(table.as_str())?.get(row)?,
        };
        record.get(self.key.as_str())
    }

    /// Puts a value there, or takes the one that is there away. No record is made for it.
    fn put(&self, content: &mut Json, value: Option<Json>) {
        let record = match self.row {
            None => Some(content),
            Some((table, row)) => {
                content.get_mut(table.as_str()).and_then(|rows| rows.get_mut(row))
            }
        };
        let record: Option<&mut Map<String, Json>> = record.and_then(Json::as_object_mut);
        match (record, value) {
            (Some(record), Some(value)) => {
                record.insert(self.key.to_string(), value);
            }
            (Some(record), None) => {
                record.shift_remove(self.key.as_str());
            }
            (None, _) => {}
        }
    }
}

/// As a JSON pointer: the keys of fields need no escapes.
impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((table, row)) = self.row {
            write!(f, "/{table}/{row}")?;
        }
        write!(f, "/{}", self.key)
    }
}

/// The spots of a place: one, or one in every row.
pub(super) fn spots<'p>(place: &'p Place, content: &Json) -> Vec<Spot<'p>> {
    match place {
        Place::Field(key) => vec![Spot { key, row: None }],
        Place::Column { table, column } => {
            let rows = content.get(table.as_str()).and_then(Json::as_array).map_or(0, Vec::len);
            (0..rows).map(|row| Spot { key: column, row: Some((table, row)) }).collect()
        }
    }
}

/// What the expressions of a form read of a content.
pub(super) fn scope_of(reads: &[(FieldKey, Type)], content: &Json) -> Scope {
    let value = |(key, ty): &(FieldKey, Type)| {
        let json = content.get(key.as_str()).filter(|json| !json.is_null())?;
        Some((key.to_string(), Value::from_json(json, ty)))
    };
    reads.iter().filter_map(value).collect()
}

/// The steps that all expressions of one content may take together.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(limits::STEPS)
    }
}

impl Budget {
    /// Unknown when there are not enough steps left.
    pub(super) fn value(&mut self, expr: &Expr, scope: &Scope) -> Value {
        let steps = self.0.min(Limits::STANDARD.steps);
        let (value, left) = expr.value(scope, Limits { steps, ..Limits::STANDARD });
        self.0 -= steps - left;
        value
    }
}

/// A content on its way to being complete.
struct Work<'f> {
    form: &'f Form,
    content: Json,
    /// What was sent, for the computed fields too.
    theirs: &'f Json,
    /// What expressions read of the content; without what was sent for computed fields.
    scope: Scope,
    budget: Budget,
    sent: Vec<Fault>,
    unknown: Vec<Fault>,
}

impl<'f> Work<'f> {
    fn new(form: &'f Form, theirs: &'f Json) -> Self {
        let mut content = theirs.clone();
        for spot in form.computed.places.iter().flat_map(|place| spots(place, theirs)) {
            spot.put(&mut content, None);
        }
        let scope = scope_of(&form.computed.reads, &content);
        let (budget, sent, unknown) = (Budget::default(), Vec::new(), Vec::new());
        Self { form, content, theirs, scope, budget, sent, unknown }
    }

    fn compute(&mut self, place: &Place) {
        let Some((field, expr)) = formula(&self.form.fields, place) else { return };
        match place {
            Place::Field(key) => {
                let value = self.budget.value(expr, &self.scope);
                if let Some(value) = self.settle(field, Spot { key, row: None }, value) {
                    self.scope.insert(key.to_string(), value);
                }
            }
            Place::Column { table, column } => self.compute_column(table, column, field, expr),
        }
    }

    fn compute_column(&mut self, table: &FieldKey, column: &FieldKey, field: &Field, expr: &Expr) {
        let Some(Value::List(rows)) = self.scope.get(table.as_str()).cloned() else { return };
        let mut done = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            self.scope.insert(ROW.to_owned(), row.clone());
            let value = self.budget.value(expr, &self.scope);
            let spot = Spot { key: column, row: Some((table, number)) };
            let value = self.settle(field, spot, value);
            done.push(with_field(row, column, value));
        }
        self.scope.remove(ROW);
        self.scope.insert(table.to_string(), Value::List(Arc::new(done)));
    }

    /// Puts a value into the content, and gives it back as others read it.
    fn settle(&mut self, field: &Field, spot: Spot<'_>, value: Value) -> Option<Value> {
        let result = match value {
            Value::Unknown(why) => Err(why.reason.clone()),
            known => written(&field.kind, &known),
        };
        let agreed = match (spot.of(self.theirs), &result) {
            (None, _) => true,
            (Some(theirs), Ok(json)) => {
                let theirs = Value::from_json(theirs, &field.kind.ty());
                written(&field.kind, &theirs).is_ok_and(|theirs| theirs == *json)
            }
            (Some(_), Err(_)) => false,
        };
        if !agreed {
            let value = result.as_ref().cloned().unwrap_or_default();
            let kind = FaultKind::Computed { value };
            self.sent.push(Fault { pointer: spot.to_string(), kind });
        }
        match result {
            Ok(json) => {
                let value = Value::from_json(&json, &field.kind.ty());
                spot.put(&mut self.content, Some(json));
                Some(value)
            }
            Err(why) => {
                if field.required {
                    let kind = FaultKind::NotComputable { why };
                    self.unknown.push(Fault { pointer: spot.to_string(), kind });
                }
                None
            }
        }
    }
}

/// The name under which a column reads the other columns of its own row.
pub(crate) const ROW: &str = "row";

pub(super) fn formula<'f>(
    fields: &'f IndexMap<FieldKey, Field>,
    place: &Place,
) -> Option<(&'f Field, &'f Expr)> {
    let field = match place {
        Place::Field(key) => fields.get(key)?,
        Place::Column { table, column } => match &fields.get(table)?.kind {
            FieldType::Table { columns, .. } => columns.get(column)?,
            _ => return None,
        },
    };
    Some((field, field.computed.as_ref()?))
}

fn with_field(row: &Value, column: &FieldKey, value: Option<Value>) -> Value {
    let (Value::Record(fields), Some(value)) = (row, value) else { return row.clone() };
    let mut fields: BTreeMap<String, Value> = (**fields).clone();
    fields.insert(column.to_string(), value);
    Value::Record(Arc::new(fields))
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
