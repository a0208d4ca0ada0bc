//! The bytes that a definition's digest is made of.
//!
//! They are JSON of the checked model, so comments, spaces, quotes and short forms leave no trace.
//! The parts of a record stand in a fixed order. Mappings whose order people see (stages,
//! deliverables, fields, choices, criteria, seats, paths, duties) keep it; the others (roles,
//! forms, gates, reviews, exits) are sorted. What is absent is not written, so that a later
//! version of the language can add parts and the digests of today's definitions stay as they are.

use serde_json::{Map, Value};

use super::Definition;
use crate::digest::Digest;

const UNORDERED: [&str; 6] = ["roles", "forms", "deliverables", "gates", "reviews", "exits"];

impl Definition {
    /// The canonical bytes, without the digest itself.
    pub fn canonical(&self) -> Vec<u8> {
        // The model holds no map with keys that JSON cannot have, so this cannot fail.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(parts) = &mut value {
            parts.shift_remove("digest");
            for key in UNORDERED {
                if let Some(Value::Object(part)) = parts.get_mut(key) {
                    part.sort_keys();
                }
            }
            drop_absent(parts);
        }
        value.to_string().into_bytes()
    }

    /// With the digest of the canonical bytes in its place.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Digest::of(&self.canonical());
        self
    }
}

fn drop_absent(parts: &mut Map<String, Value>) {
    parts.retain(|_, value| {
        match value {
            Value::Object(parts) => drop_absent(parts),
            Value::Array(items) => {
                for item in items {
                    if let Value::Object(parts) = item {
                        drop_absent(parts);
                    }
                }
            }
            _ => {}
        }
        !is_absent(value)
    });
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    }
}
