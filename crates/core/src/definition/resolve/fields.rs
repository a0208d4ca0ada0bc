//! The type of a field: which parts it may have, and what they may be.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::Resolver;
use crate::definition::{
    Text,
    diagnostic::{Diagnostic, Located, Mark},
    form::{Bounds, FieldType, limits},
    node::{Data, Node, Scalar},
    read::{FromScalar, Named, Read as _, shortened, wrong_type},
    source::{self, Words},
};

const TYPES: [&str; 13] = [
    "text", "integer", "number", "percent", "money", "date", "bool", "choice", "list", "table",
    "market", "language", "link",
];

/// What other languages call our types.
const ELSEWHERE: [(&str, &str); 16] = [
    ("boolean", "bool"),
    ("checkbox", "bool"),
    ("string", "text"),
    ("str", "text"),
    ("int", "integer"),
    ("float", "number"),
    ("decimal", "number"),
    ("currency", "money"),
    ("amount", "money"),
    ("datetime", "date"),
    ("timestamp", "date"),
    ("select", "choice"),
    ("enum", "choice"),
    ("array", "list"),
    ("url", "link"),
    ("country", "market"),
];

impl Resolver<'_, '_> {
    pub(super) fn field_type(&mut self, field: &source::Field) -> Option<FieldType> {
        let name = field.r#type.0.as_ref()?;
        let allowed: &[&str] = match &*name.value {
            "text" => &["min", "max", "long", "computed"],
            "integer" | "number" | "percent" | "money" | "date" => &["min", "max", "computed"],
            "choice" => &["of", "computed"],
            "list" => &["of", "min", "max", "computed"],
            "table" => &["columns", "min", "max"],
            _ => &["computed"],
        };
        if TYPES.contains(&&*name.value) {
            self.misplaced_parts(field, name, allowed);
        }
        Some(match &*name.value {
            "text" => self.text_type(field)?,
            "integer" => FieldType::Integer(self.bounds(field)?),
            "number" => FieldType::Number(self.bounds(field)?),
            "percent" => FieldType::Percent(self.bounds(field)?),
            "money" => FieldType::Money(self.bounds(field)?),
            "date" => FieldType::Date(self.bounds(field)?),
            "bool" => FieldType::Bool,
            "choice" => FieldType::Choice { of: self.choices(field, name.at)? },
            "list" => self.list_type(field, name.at)?,
            "table" => self.table_type(field, name.at)?,
            "market" => FieldType::Market,
            "language" => FieldType::Language,
            "link" => FieldType::Link,
            _ => {
                self.unknown_type(name);
                return None;
            }
        })
    }

    fn unknown_type(&mut self, name: &Located<String>) {
        let message = format!("there is no field type `{}`", shortened(&name.value));
        let elsewhere = ELSEWHERE.into_iter().find(|(word, _)| *word == name.value.to_lowercase());
        let meant = elsewhere.map_or(&*name.value, |(_, ours)| ours);
        self.error(
            Diagnostic::error("unknown_type", name.at, message)
                .suggest(meant, TYPES.into_iter())
                .help(format!("types: {}", TYPES.join(", "))),
        );
    }

    fn misplaced_parts(&mut self, field: &source::Field, name: &Located<String>, allowed: &[&str]) {
        let parts = [
            ("min", field.min.as_ref().map(|it| it.at)),
            ("max", field.max.as_ref().map(|it| it.at)),
            ("long", field.long.as_ref().map(|it| it.at)),
            ("of", field.of.as_ref().map(|it| it.at)),
            ("columns", field.columns.as_ref().map(|it| it.at)),
            ("computed", field.computed.as_ref().map(|it| it.at)),
        ];
        for (part, at) in parts {
            if let Some(at) = at.filter(|_| !allowed.contains(&part)) {
                let message = format!("a field of type {} has no `{part}`", name.value);
                self.error(
                    Diagnostic::error("misplaced_key", at, message).related(name.at, "its type"),
                );
            }
        }
    }

    fn text_type(&mut self, field: &source::Field) -> Option<FieldType> {
        let long = field.long.as_ref().is_some_and(|it| it.value);
        let usual = if long { limits::LONG_TEXT } else { limits::TEXT };
        let (min, max) = self.sizes(field, usual, limits::TEXT_MAX)?;
        Some(FieldType::Text { long, min, max })
    }

    fn list_type(&mut self, field: &source::Field, at: Mark) -> Option<FieldType> {
        let sizes = self.sizes(field, limits::ITEMS, limits::ITEMS_MAX);
        let of = self.part_of(field, at, "a list")?;
        let item = source::Field::read(of, self.problems)?;
        for (part, at) in [
            ("title", item.title.as_ref().map(|it| it.at)),
            ("help", item.help.as_ref().map(|it| it.at)),
            ("required", item.required.as_ref().map(|it| it.at)),
            ("computed", item.computed.as_ref().map(|it| it.at)),
        ] {
            if let Some(at) = at {
                let message = format!("the items of a list have no `{part}`");
                self.error(
                    Diagnostic::error("misplaced_key", at, message).help("give it to the list"),
                );
            }
        }
        if let Some(name) = item.r#type.0.as_ref().filter(|it| nests(&it.value)) {
            let message = format!("a list cannot hold a {}", name.value);
            self.error(
                Diagnostic::error("nested_type", name.at, message)
                    .help("use a field of type table: a list of records"),
            );
            return None;
        }
        let of = Box::new(self.field_type(&item)?);
        let (min, max) = sizes?;
        Some(FieldType::List { of, min, max })
    }

    fn table_type(&mut self, field: &source::Field, at: Mark) -> Option<FieldType> {
        let sizes = self.sizes(field, limits::ITEMS, limits::ITEMS_MAX);
        let Some(columns) = &field.columns else {
            let message = "a field of type table needs `columns`";
            self.error(Diagnostic::error("missing_key", at, message));
            return None;
        };
        for column in columns.entries.iter().filter_map(|entry| entry.value.as_ref()) {
            if let Some(name) = column.r#type.0.as_ref().filter(|it| it.value == "table") {
                let message = "a column of a table cannot be a table";
                self.error(Diagnostic::error("nested_type", name.at, message));
                return None;
            }
        }
        if columns.entries.is_empty() {
            let message = "a table has at least one column";
            self.error(Diagnostic::error("empty_list", columns.at, message));
        }
        let columns = self.fields(Some(columns));
        let (min, max) = sizes?;
        Some(FieldType::Table { columns, min, max })
    }

    fn part_of<'f>(&mut self, field: &'f source::Field, at: Mark, what: &str) -> Option<&'f Node> {
        if field.of.is_none() {
            let message = format!("a field of type {what} needs `of`").replace("type a ", "type ");
            self.error(Diagnostic::error("missing_key", at, message));
        }
        field.of.as_ref()
    }

    /// A mapping from key to text, or a plain list of keys.
    fn choices(&mut self, field: &source::Field, at: Mark) -> Option<IndexMap<String, Text>> {
        let of = self.part_of(field, at, "a choice")?;
        let choices: Vec<(Located<String>, Text)> = match &of.data {
            Data::Map(_) => {
                let named = Named::<Words>::read(of, self.problems)?;
                let entries = named.entries.into_iter();
                entries
                    .filter_map(|entry| {
                        let key = Located { value: entry.key.value.to_string(), at: entry.key.at };
                        Some((key, entry.value?.text))
                    })
                    .collect()
            }
            Data::List(_) => {
                let list = Located::<Vec<Located<String>>>::read(of, self.problems)?;
                let keys = list.value.into_iter();
                keys.map(|key| (Text { en: key.value.clone(), ko: None }, key))
                    .map(|(text, key)| (key, text))
                    .collect()
            }
            _ => {
                self.error(wrong_type(of, "the choices, as a list or a mapping"));
                return None;
            }
        };
        self.distinct_choices(choices, of.at)
    }

    fn distinct_choices(
        &mut self,
        choices: Vec<(Located<String>, Text)>,
        at: Mark,
    ) -> Option<IndexMap<String, Text>> {
        if choices.is_empty() || choices.len() > limits::FIELDS {
            let message = format!("a choice has 1 to {} possibilities", limits::FIELDS);
            self.error(Diagnostic::error("empty_list", at, message));
            return None;
        }
        let mut found = IndexMap::new();
        for (key, text) in choices {
            let fits = (1..=64).contains(&key.value.chars().count());
            if !fits || key.value.chars().any(char::is_control) {
                let message = "the key of a choice has 1 to 64 characters that can be printed";
                self.error(Diagnostic::error("bad_key", key.at, message));
            } else if found.contains_key(&key.value) {
                self.repeated(&key);
            } else {
                found.insert(key.value, text);
            }
        }
        Some(found)
    }

    /// Least and greatest number of characters, items or rows.
    fn sizes(&mut self, field: &source::Field, usual: u32, most: u32) -> Option<(u32, u32)> {
        let bounds: Bounds<u32> = self.bounds(field)?;
        let min = bounds.min.unwrap_or(0);
        let max = bounds.max.unwrap_or_else(|| usual.max(min));
        let at = field
            .max
            .as_ref()
            .or(field.min.as_ref())
            .map(|it| it.at)
            .filter(|_| max > most || max == 0);
        if let Some(at) = at {
            let message = format!("at least 1 and at most {most} must be possible here");
            self.error(Diagnostic::error("out_of_range", at, message));
            return None;
        }
        Some((min, max))
    }

    fn bounds<T: Bound>(&mut self, field: &source::Field) -> Option<Bounds<T>> {
        let min = self.bound::<T>(field.min.as_ref());
        let max = self.bound::<T>(field.max.as_ref());
        let (min, max) = (min.ok()?, max.ok()?);
        if let (Some(least), Some(most), Some(at)) = (min, max, &field.max)
            && least > most
        {
            let related = field.min.as_ref().map_or(at.at, |it| it.at);
            self.error(
                Diagnostic::error("out_of_range", at.at, "`max` is below `min`")
                    .related(related, "`min` is here"),
            );
            return None;
        }
        Some(Bounds { min, max })
    }

    fn bound<T: Bound>(&mut self, bound: Option<&Located<Scalar>>) -> Result<Option<T>, Reported> {
        let Some(bound) = bound else { return Ok(None) };
        if let Ok(value) = T::from_scalar(&bound.value) {
            if value.is_exact() {
                return Ok(Some(value));
            }
            let message = "this is beyond what can be held exactly";
            self.error(Diagnostic::error("out_of_range", bound.at, message));
            return Err(Reported);
        }
        let message = format!("expected {}, found `{}`", T::WHAT, shortened(&bound.value.text));
        self.error(Diagnostic::error("bad_value", bound.at, message));
        Err(Reported)
    }
}

/// It is there but broken, and that has been said.
struct Reported;

/// What `min` and `max` can be.
trait Bound: FromScalar + PartialOrd + Copy {
    /// Does every reader of JSON hold it exactly?
    fn is_exact(&self) -> bool;
}

impl Bound for u32 {
    fn is_exact(&self) -> bool {
        true
    }
}

impl Bound for i64 {
    fn is_exact(&self) -> bool {
        self.unsigned_abs() <= limits::INTEGER.unsigned_abs()
    }
}

impl Bound for Decimal {
    fn is_exact(&self) -> bool {
        self.abs() <= Decimal::from(limits::NUMBER)
            && self.mantissa().unsigned_abs() <= limits::NUMBER.unsigned_abs().into()
    }
}

impl Bound for chrono::NaiveDate {
    fn is_exact(&self) -> bool {
        true
    }
}

fn nests(name: &str) -> bool {
    matches!(name, "list" | "table")
}
