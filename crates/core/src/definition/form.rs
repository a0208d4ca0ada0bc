//! Forms: the typed content of deliverables and of the product's card.

use indexmap::IndexMap;
use serde::Serialize;

use super::Text;
use crate::key::FieldKey;

mod fault;
mod field;
mod parse;
mod scalars;
mod schema;
mod texts;
mod types;

#[cfg(test)]
mod tests;

pub use fault::{Expected, Fault, FaultKind};
pub use field::{Bounds, FieldType, limits};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    pub title: Text,
    pub help: Option<Text>,
    pub fields: IndexMap<FieldKey, Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    pub title: Text,
    pub help: Option<Text>,
    pub required: bool,
    #[serde(flatten)]
    pub kind: FieldType,
}
