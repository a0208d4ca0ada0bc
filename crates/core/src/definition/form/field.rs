//! The types that a field can have.

use chrono::NaiveDate;
use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Field;
use crate::{definition::Text, key::FieldKey};

/// Every limit of a form's content, in one place.
pub mod limits {
    /// Characters of a text without a `max` of its own.
    pub const TEXT: u32 = 1_000;
    /// Characters of a long text without a `max` of its own.
    pub const LONG_TEXT: u32 = 20_000;
    /// Characters that a `max` can allow.
    pub const TEXT_MAX: u32 = 100_000;
    /// Items of a list, or rows of a table, without a `max` of its own.
    pub const ITEMS: u32 = 200;
    /// Items or rows that a `max` can allow.
    pub const ITEMS_MAX: u32 = 1_000;
    /// Fields of a form, columns of a table, choices of a field.
    pub const FIELDS: usize = 200;
    /// Bytes of a whole content.
    pub const CONTENT: usize = 1024 * 1024;
    /// Faults that one check reports.
    pub const FAULTS: usize = 100;
    /// Whole numbers from minus this to this: what every JSON reader holds exactly.
    pub const INTEGER: i64 = 9_007_199_254_740_991;
    /// Numbers from minus this to this.
    pub const NUMBER: i64 = 1_000_000_000_000_000;
    /// Digits after the point of a number.
    pub const DECIMALS: u32 = 12;
    /// Steps that all computed fields of one content may take together.
    pub const STEPS: usize = 1_000_000;
    /// Significant digits of a computed number: what every JSON reader holds exactly.
    pub const DIGITS: u32 = 15;
    /// Digits after the point of an amount.
    pub const CENTS: u32 = 4;
    /// Characters of a link after its `://`.
    pub const LINK: usize = 2_000;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldType {
    /// Lengths in characters.
    Text {
        long: bool,
        min: u32,
        max: u32,
    },
    Integer(Bounds<i64>),
    Number(Bounds<Decimal>),
    /// 5.5 is 5.5 %.
    Percent(Bounds<Decimal>),
    /// An amount with its currency; the bounds hold for the amount in any currency.
    Money(Bounds<Decimal>),
    Date(Bounds<NaiveDate>),
    Bool,
    Choice {
        of: IndexMap<String, Text>,
    },
    List {
        of: Box<FieldType>,
        min: u32,
        max: u32,
    },
    /// A list of records; a column is not a table.
    Table {
        columns: IndexMap<FieldKey, Field>,
        min: u32,
        max: u32,
    },
    /// The key of a market.
    Market,
    /// A BCP 47 language tag.
    Language,
    /// An http or https address.
    Link,
}

/// Both ends are inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bounds<T> {
    pub min: Option<T>,
    pub max: Option<T>,
}
