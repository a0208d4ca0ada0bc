//! Forms: the typed content of deliverables and of the product's card.

use indexmap::IndexMap;
use serde::Serialize;

use super::Text;
use crate::{
    expr::{Expr, Type},
    key::FieldKey,
};

mod check;
mod compute;
mod fault;
mod field;
mod fit;
mod parse;
mod scalars;
mod schema;
mod texts;
mod types;

#[cfg(test)]
mod tests;

pub use check::{Check, Checks};
pub use compute::Completed;
pub(crate) use compute::{ROW, shown};
pub use fault::{Expected, Fault, FaultKind};
pub use field::{Bounds, FieldType, limits};
pub use fit::Fit;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    pub title: Text,
    pub help: Option<Text>,
    pub fields: IndexMap<FieldKey, Field>,
    /// What must hold between the fields.
    #[serde(skip)]
    pub checks: Checks,
    /// The fields that nobody fills in.
    #[serde(skip)]
    pub computed: Computed,
}

/// What of a form is worked out from the rest of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Computed {
    /// Each after those that it reads.
    places: Vec<Place>,
    /// The fields that are read, with their types.
    reads: Vec<(FieldKey, Type)>,
}

/// A field of a form, or a column of one of its tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Field(FieldKey),
    Column { table: FieldKey, column: FieldKey },
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(field) => field.fmt(f),
            Self::Column { table, column } => write!(f, "{table}.{column}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    pub title: Text,
    pub help: Option<Text>,
    pub required: bool,
    /// What its value is, read from the other fields; nobody fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computed: Option<Expr>,
    #[serde(flatten)]
    pub kind: FieldType,
}
