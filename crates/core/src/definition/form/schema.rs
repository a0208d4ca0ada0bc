//! The JSON Schema (2020-12) of a form, for clients and editors.

use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::{Map, Value, json};

use super::{
    Bounds, Field, FieldType, Form, limits,
    parse::at_least,
    scalars::{integer_bounds, not_negative, number_bounds},
};
use crate::{definition::Text, expr::Currency, key::FieldKey};

type Schema = Map<String, Value>;

impl Form {
    /// Titles and descriptions are English; the Korean ones are in `x-title-ko` and `x-help-ko`.
    /// Bounds that JSON Schema cannot say are in `x-min` and `x-max`; [`Form::parse`] names them.
    /// A computed field is `readOnly`, with its expression in `x-computed`; what must hold between
    /// fields is in `x-checks`.
    pub fn json_schema(&self) -> Value {
        let mut schema = Schema::new();
        schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        describe(&mut schema, &self.title, self.help.as_ref());
        schema.extend(record(&self.fields));
        if !self.checks.is_empty() {
            schema.insert("x-checks".into(), self.checks.described());
        }
        schema.insert("$defs".into(), json!({ "money": money() }));
        Value::Object(schema)
    }
}

fn record(fields: &IndexMap<FieldKey, Field>) -> Schema {
    let required: Vec<&str> = fields.iter().filter(asked).map(|(key, _)| key.as_str()).collect();
    let properties: Schema =
        fields.iter().map(|(key, field)| (key.to_string(), property(field))).collect();
    object(json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    }))
}

/// Must somebody fill it in?
fn asked((_, field): &(&FieldKey, &Field)) -> bool {
    field.required && field.computed.is_none()
}

fn property(field: &Field) -> Value {
    let mut schema = Schema::new();
    describe(&mut schema, &field.title, field.help.as_ref());
    schema.extend(typed(&field.kind, field.required));
    if let Some(expr) = &field.computed {
        schema.insert("readOnly".into(), true.into());
        schema.insert("x-computed".into(), expr.source().into());
    }
    Value::Object(schema)
}

fn describe(schema: &mut Schema, title: &Text, help: Option<&Text>) {
    schema.insert("title".into(), title.en.clone().into());
    if let Some(ko) = &title.ko {
        schema.insert("x-title-ko".into(), ko.clone().into());
    }
    if let Some(help) = help {
        schema.insert("description".into(), help.en.clone().into());
        if let Some(ko) = &help.ko {
            schema.insert("x-help-ko".into(), ko.clone().into());
        }
    }
}

fn typed(kind: &FieldType, required: bool) -> Schema {
    match kind {
        FieldType::Text { long, min, max } => text(*long, at_least(*min, required), *max),
        FieldType::Integer(bounds) => {
            let (min, max) = integer_bounds(bounds);
            object(json!({ "type": "integer", "minimum": min, "maximum": max }))
        }
        FieldType::Number(bounds) => number(bounds),
        FieldType::Percent(bounds) => {
            let mut schema = number(bounds);
            schema.insert("x-unit".into(), "%".into());
            schema
        }
        FieldType::Money(bounds) => money_within(bounds),
        FieldType::Date(bounds) => {
            let pattern = "^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$";
            let mut schema =
                object(json!({ "type": "string", "format": "date", "pattern": pattern }));
            extra_bounds(&mut schema, bounds);
            schema
        }
        FieldType::Bool => object(json!({ "type": "boolean" })),
        FieldType::Choice { of } => choice(of),
        FieldType::List { of, min, max } => object(json!({
            "type": "array",
            "items": typed(of, false),
            "minItems": at_least(*min, required),
            "maxItems": max,
        })),
        FieldType::Table { columns, min, max } => object(json!({
            "type": "array",
            "items": record(columns),
            "minItems": at_least(*min, required),
            "maxItems": max,
        })),
        FieldType::Market => {
            object(json!({ "type": "string", "pattern": "^[A-Z][A-Z0-9-]{0,63}$" }))
        }
        FieldType::Language => {
            let pattern = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$";
            object(json!({ "type": "string", "pattern": pattern }))
        }
        FieldType::Link => object(json!({ "type": "string", "pattern": link_pattern() })),
    }
}

fn text(long: bool, min: u32, max: u32) -> Schema {
    // Without characters that cannot be printed; a long text has lines and tabs.
    let pattern = if long {
        r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$"
    } else {
        r"^[^\u0000-\u001F\u007F]*$"
    };
    object(json!({ "type": "string", "minLength": min, "maxLength": max, "pattern": pattern }))
}

fn link_pattern() -> String {
    let letters = "À-ʯぁ-ヿ一-鿿가-힣";
    let rest = limits::LINK - 1;
    format!(r"^https?://[A-Za-z0-9\[{letters}][!#-;=?-\[\]_a-z~{letters}]{{0,{rest}}}$")
}

fn number(bounds: &Bounds<Decimal>) -> Schema {
    let (min, max) = number_bounds(bounds);
    object(json!({ "type": "number", "minimum": min.to_f64(), "maximum": max.to_f64() }))
}

fn choice(of: &IndexMap<String, Text>) -> Schema {
    let titles: Schema = of.iter().map(|(key, text)| (key.clone(), json!(text))).collect();
    let keys: Vec<&String> = of.keys().collect();
    object(json!({ "type": "string", "enum": keys, "x-titles": titles }))
}

const AMOUNT: &str = r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$";

/// An amount is a text, because a JSON number is a binary one in most languages.
fn money() -> Value {
    let currencies: Vec<&str> = Currency::codes().collect();
    json!({
        "type": "object",
        "properties": {
            "amount": { "type": "string", "pattern": format!("^-?{AMOUNT}") },
            "currency": { "type": "string", "enum": currencies },
        },
        "required": ["amount", "currency"],
        "additionalProperties": false,
    })
}

fn money_within(bounds: &Bounds<Decimal>) -> Schema {
    let mut schema = object(json!({ "$ref": "#/$defs/money" }));
    if not_negative(bounds) {
        let amount = json!({ "amount": { "pattern": format!("^{AMOUNT}") } });
        schema.insert("properties".into(), amount);
    }
    extra_bounds(&mut schema, bounds);
    schema
}

fn extra_bounds<T: std::fmt::Display>(schema: &mut Schema, bounds: &Bounds<T>) {
    for (key, bound) in [("x-min", &bounds.min), ("x-max", &bounds.max)] {
        if let Some(bound) = bound {
            schema.insert(key.into(), bound.to_string().into());
        }
    }
}

fn object(schema: Value) -> Schema {
    match schema {
        Value::Object(schema) => schema,
        _ => Schema::new(),
    }
}
