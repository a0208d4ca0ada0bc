//! A form as the expression language sees it.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Field, FieldType, Form};
use crate::{
    expr::{RecordType, Type},
    key::FieldKey,
};

impl Form {
    /// The record that expressions read fields from.
    pub fn record_type(&self) -> RecordType {
        record_type(&self.fields)
    }
}

fn record_type(fields: &IndexMap<FieldKey, Field>) -> RecordType {
    let fields = fields.iter();
    RecordType { fields: fields.map(|(key, field)| (key.to_string(), field.kind.ty())).collect() }
}

impl FieldType {
    pub(crate) fn ty(&self) -> Type {
        match self {
            Self::Text { .. } | Self::Market | Self::Language | Self::Link => Type::Text,
            Self::Integer(_) => Type::Int,
            Self::Number(_) | Self::Percent(_) => Type::Number,
            Self::Money(_) => Type::Money,
            Self::Date(_) => Type::Date,
            Self::Bool => Type::Bool,
            Self::Choice { of } => Type::choice(of.keys().cloned()),
            Self::List { of, .. } => Type::list(of.ty()),
            Self::Table { columns, .. } => Type::list(Type::Record(Arc::new(record_type(columns)))),
        }
    }
}
