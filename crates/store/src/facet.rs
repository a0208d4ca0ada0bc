//! What a product has several of and lists look for: markets, holders of roles, words of its name.

use std::collections::BTreeSet;

use sluicegate_core::{
    id::{PersonId, ProductId},
    key::{MarketKey, RoleKey},
    product::Product,
    text,
};

use crate::{codec, db::Row, error::Result, listing::Projection};

pub(crate) const MARKET: &str = "market";
pub(crate) const HOLDER: &str = "holder";
pub(crate) const WORD: &str = "word";

/// One of them, as its row names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facet {
    pub kind: String,
    pub value: String,
}

impl Facet {
    /// All of a product's.
    pub fn all(product: &Product, projection: &Projection) -> BTreeSet<Self> {
        let facet = |kind: &str, value: String| Self { kind: kind.to_owned(), value };
        let markets = product.markets.keys().map(|market| facet(MARKET, market.to_string()));
        let holders = projection.holders.iter();
        let holders = holders.map(|(person, role)| facet(HOLDER, format!("{person} {role}")));
        let words = text::words(&product.name).into_iter().map(|word| facet(WORD, word));
        markets.chain(holders).chain(words).collect()
    }
}

/// Somebody on the product, in this role or in whichever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    pub person: PersonId,
    pub role: Option<RoleKey>,
}

/// The values from `low` on that lie before `high`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Range {
    pub(crate) low: String,
    pub(crate) high: String,
}

impl Range {
    /// Nothing in a value sorts before this letter.
    fn exactly(value: String) -> Self {
        Self { high: format!("{value}\u{1}"), low: value }
    }

    pub(crate) fn market(market: &MarketKey) -> Self {
        Self::exactly(market.to_string())
    }

    pub(crate) fn holder(holder: &Holder) -> Self {
        let person = holder.person;
        match &holder.role {
            Some(role) => Self::exactly(format!("{person} {role}")),
            // Between a person and a role stands a space, and `!` is what follows it.
            None => Self { low: format!("{person} "), high: format!("{person}!") },
        }
    }

    /// Words that begin so.
    pub(crate) fn word(beginning: &str) -> Self {
        Self { low: beginning.to_owned(), high: format!("{beginning}\u{10ffff}") }
    }
}

/// Reads a row of `facet`.
pub(crate) fn facet(row: &Row) -> Result<(ProductId, Facet)> {
    let product = row.text("facet.product")?;
    let (kind, value) = (row.text("facet.kind")?.to_owned(), row.text("facet.value")?.to_owned());
    Ok((codec::parse("facet.product", &value, product)?, Facet { kind, value }))
}
