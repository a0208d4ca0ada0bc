//! What people read in a content: its texts, and the words of its choices.

use serde_json::Value;

use super::{FieldType, Form};

impl Form {
    /// Every text in a content, in the order of the form; a choice in all its languages. What the
    /// form does not know is left out.
    pub fn texts<'a>(&'a self, content: &'a Value) -> Vec<&'a str> {
        let mut texts = Vec::new();
        for (key, field) in &self.fields {
            if let Some(value) = content.get(key.as_str()) {
                field.kind.add_texts(value, &mut texts);
            }
        }
        texts
    }
}

impl FieldType {
    fn add_texts<'a>(&'a self, value: &'a Value, texts: &mut Vec<&'a str>) {
        match self {
            Self::Text { .. } => texts.extend(value.as_str()),
            Self::Choice { of } => {
                let words = value.as_str().and_then(|key| of.get(key));
                if let Some(words) = words {
                    texts.push(&words.en);
                    texts.extend(words.ko.as_deref());
                }
            }
            Self::List { of, .. } => {
                for item in value.as_array().into_iter().flatten() {
                    of.add_texts(item, texts);
                }
            }
            Self::Table { columns, .. } => {
                for row in value.as_array().into_iter().flatten() {
                    for (key, column) in columns {
                        if let Some(value) = row.get(key.as_str()) {
                            column.kind.add_texts(value, texts);
                        }
                    }
                }
            }
            Self::Integer(_)
            | Self::Number(_)
            | Self::Percent(_)
            | Self::Money(_)
            | Self::Date(_)
            | Self::Bool
            | Self::Market
            | Self::Language
            | Self::Link => {}
        }
    }
}
