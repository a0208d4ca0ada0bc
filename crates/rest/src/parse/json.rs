//! JSON, strictly: a key that stands twice is refused, because readers disagree about which counts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadJson {
    /// From 1.
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    pub(crate) what: String,
}

/// Reads one JSON document; its depth is bounded by `serde_json` (128).
pub(crate) fn document(bytes: &[u8]) -> Result<Value, BadJson> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let sentence = error.to_string();
        let what = match sentence.split(" at line ").next() {
            Some("recursion limit exceeded") => "it is nested deeper than 128 levels".to_owned(),
            first => first.unwrap_or(&sentence).to_owned(),
        };
        BadJson { line: error.line().max(1), column: error.column().max(1), what }
    })
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key {key:?} stands twice")));
            }
            let value = fields.next_value_seed(Strict)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn bad(text: &[u8], line: usize, what: &str) {
        let error = document(text).unwrap_err();
        assert_eq!(error.line, line, "{error:?}");
        assert!(error.what.contains(what), "{error:?}");
    }

    #[test]
    fn reads_what_is_json() {
        let text = r#" {"a": [1, -2, 2.5, "x", null, true], "b": {"c": {}}} "#;
        let read = document(text.as_bytes());
        assert_eq!(read, Ok(json!({"a": [1, -2, 2.5, "x", null, true], "b": {"c": {}}})));
    }

    #[test]
    fn says_where_it_is_not() {
        bad(b"", 1, "EOF");
        bad(b"{\n  \"a\": 1,\n  b\n}", 3, "key must be a string");
        bad(b"{} {}", 1, "trailing characters");
        bad(b"\"\xff\"", 1, "unicode");
        bad(b"[1e999]", 1, "out of range");
    }

    #[test]
    fn refuses_a_key_that_stands_twice() {
        bad(b"{\"a\": {\"b\": 1,\n\"b\": 2}}", 2, "the key \"b\" stands twice");
    }

    #[test]
    fn refuses_what_is_too_deep() {
        bad("[".repeat(100_000).as_bytes(), 1, "nested deeper than 128 levels");
    }
}
