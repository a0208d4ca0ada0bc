//! The JSON Schema of the workflow language, from which an editor completes and explains.
//!
//! It is made from the records that read the language, so the two cannot drift apart.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use super::{
    diagnostic::Located,
    read::{FromScalar, Must, Named},
    source::{Factor, FullFactor, FullWaive, Go, Path, Required, Waive, Words, Workflow},
};

const KEY: &str = "^[a-z][a-z0-9_-]{0,63}$";

/// The schema of a workflow file, JSON Schema 2020-12.
pub fn language_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Workflow>().to_value();
    schema["title"] = "Sluicegate workflow".into();
    if let Some(field) = schema.pointer_mut("/$defs/Field") {
        *field = field_schema();
    }
    without_null(&mut schema);
    schema
}

/// An optional part may be left out; nobody writes `null`.
fn without_null(schema: &mut Value) {
    if let Value::Object(parts) = schema {
        if let Some(Value::Array(types)) = parts.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = &types[..] {
                parts["type"] = only.clone();
            }
        }
        if let Some(Value::Array(ways)) = parts.get_mut("anyOf") {
            ways.retain(|way| way != &json!({ "type": "null" }));
            if let [Value::Object(only)] = &ways[..] {
                let only = only.clone();
                parts.shift_remove("anyOf");
                parts.extend(only);
            }
        }
    }
    match schema {
        Value::Object(parts) => parts.values_mut().for_each(without_null),
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

impl<T: FromScalar> JsonSchema for Located<T> {
    fn schema_name() -> Cow<'static, str> {
        T::WHAT.into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

impl<T: JsonSchema> JsonSchema for Located<Vec<T>> {
    fn schema_name() -> Cow<'static, str> {
        format!("List of {}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({ "type": "array", "items": items })
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Named {}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        json_schema!({
            "type": "object",
            "additionalProperties": values,
            "propertyNames": { "pattern": KEY },
        })
    }
}

impl<T: JsonSchema> JsonSchema for Must<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// A named schema, written by hand for a construct with a short form.
macro_rules! by_hand {
    ($($ty:ty, $name:literal, |$generator:ident| $schema:expr;)+) => {$(
        impl JsonSchema for $ty {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+};
}

by_hand! {
    Words, "Text", |_generator| json_schema!({
        "description": "A text for people: English, or English and Korean.",
        "oneOf": [
            { "type": ["string", "number", "boolean"], "minLength": 1 },
            {
                "type": "object",
                "properties": {
                    "en": { "type": "string", "minLength": 1, "description": "English." },
                    "ko": { "type": "string", "minLength": 1, "description": "Korean." },
                },
                "required": ["en"],
                "additionalProperties": false,
            },
        ],
        "examples": ["Launch", { "en": "Launch", "ko": "출시" }],
    });
    Required, "Required", |_generator| json_schema!({
        "description": "true, false, or a guard: required when the expression is true.",
        "type": ["boolean", "string"],
        "examples": [true, false, "product.regions.exists(r, r == 'US')"],
    });
    Factor, "Factor", |generator| {
        let full = generator.subschema_for::<FullFactor>();
        json_schema!({
            "description": "A factor; a number is short for `{ weight: number }`.",
            "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 100 }, full],
        })
    };
    Waive, "Waive", |generator| {
        let full = generator.subschema_for::<FullWaive>();
        json_schema!({
            "description": "Who may approve that it is not applicable; a role is short for \
                            `{ by: role }`.",
            "anyOf": [{ "type": "string", "pattern": KEY }, full],
        })
    };
    Go, "Go", |generator| {
        let paths = generator.subschema_for::<Named<Path>>();
        json_schema!({
            "description": "A stage, or several named paths.",
            "anyOf": [{ "type": "string", "pattern": KEY }, paths],
        })
    };
}

/// A field, written out type by type, so that an editor offers only what the type has.
fn field_schema() -> Value {
    let sizes = |what: &str| {
        json!({
            "min": { "type": "integer", "minimum": 0, "description": format!("At least so many {what}.") },
            "max": { "type": "integer", "minimum": 1, "description": format!("At most so many {what}.") },
        })
    };
    let bounds = |ty: &str| {
        json!({
            "min": { "type": ty, "description": "Not less than this." },
            "max": { "type": ty, "description": "Not more than this." },
        })
    };
    let texts = json!({ "$ref": "#/$defs/Text" });
    let choices = json!({ "of": { "description": "The possibilities.", "anyOf": [
        { "type": "object", "minProperties": 1, "additionalProperties": texts },
        { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string" } },
    ] } });
    let formula = json!({
        "type": ["string", "number", "boolean"],
        "description": "Instead of being filled in: an expression over the other fields of the \
                        form; in a column, over `row` too.",
        "examples": ["competitors.map(c, c.share).sum()"],
    });
    let mut long = sizes("characters");
    long["long"] = json!({ "type": "boolean", "description": "Several lines." });
    let mut list = sizes("items");
    list["of"] = json!({
        "$ref": "#/$defs/Field",
        "description": "What each item is: a type with its bounds; not a list or a table.",
        "properties": { "type": { "not": { "enum": ["list", "table"] } } },
        "not": { "anyOf": [
            { "required": ["title"] }, { "required": ["help"] }, { "required": ["required"] },
            { "required": ["computed"] },
        ] },
    });
    let mut table = sizes("rows");
    table["columns"] = json!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": { "$ref": "#/$defs/Field" },
        "propertyNames": { "pattern": KEY },
        "description": "The fields of each row.",
    });
    let kinds = [
        ("text", "A text.", long, None),
        ("integer", "A whole number.", bounds("integer"), None),
        ("number", "A number.", bounds("number"), None),
        ("percent", "A number of percent: 5.5 is 5.5 %.", bounds("number"), None),
        ("money", "An amount with its currency.", bounds("number"), None),
        ("date", "A day.", bounds("string"), None),
        ("bool", "Yes or no.", json!({}), None),
        ("choice", "One of some possibilities.", choices, Some("of")),
        ("list", "Several values of one type.", list, Some("of")),
        ("table", "Rows of fields.", table, Some("columns")),
        ("market", "The key of a market.", json!({}), None),
        ("language", "A language, like ko or pt-BR.", json!({}), None),
        ("link", "An http or https address.", json!({}), None),
    ];
    let kinds = kinds.map(|(name, help, mut parts, needs)| {
        if name != "table" {
            parts["computed"] = formula.clone();
        }
        kind(name, help, parts, needs)
    });
    json!({ "description": "A field of a form.", "oneOf": kinds })
}

fn kind(name: &str, help: &str, parts: Value, needs: Option<&str>) -> Value {
    let mut properties = Map::new();
    properties.insert("type".into(), json!({ "const": name, "description": help }));
    for (part, help) in [
        ("title", "What people call the field; without it, its key in words."),
        ("help", "How to fill it in."),
    ] {
        properties.insert(part.into(), json!({ "$ref": "#/$defs/Text", "description": help }));
    }
    let required = json!({ "type": "boolean", "description": "Has to be filled in." });
    properties.insert("required".into(), required);
    if let Value::Object(parts) = parts {
        properties.extend(parts);
    }
    let mut needed = vec!["type"];
    needed.extend(needs);
    json!({
        "description": help,
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": false,
    })
}
