//! The index of words: which products, deliverables, ideas and feedback hold them.
//!
//! It follows the log and may be a moment behind. Nothing is ranked: the newest come first, and a
//! search looks at a bounded number of documents, so a common word costs no more than a rare one.

mod find;
mod put;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sluicegate_core::{digest::Digest, id::ProductId, key::PortfolioKey};

use crate::record::Stream;
pub use find::Found;

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The name and the card.
    Product,
    /// What was handed in last.
    Deliverable,
    Idea,
    Feedback,
}

impl Matter {
    pub const ALL: [Self; 4] = [Self::Product, Self::Deliverable, Self::Idea, Self::Feedback];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Deliverable => "deliverable",
            Self::Idea => "idea",
            Self::Feedback => "feedback",
        }
    }
}

/// A text that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedText {
    pub matter: Matter,
    /// The product, the idea or the feedback.
    pub subject: Stream,
    /// The deliverable, or what else has a text of its own; empty for the subject itself.
    pub part: String,
    /// The content that it was made of: while it is the same, so are the words.
    pub mark: Digest,
    pub words: BTreeSet<String>,
}

/// Which documents; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Only these portfolios; none means all.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    pub matter: Option<Matter>,
    pub product: Option<ProductId>,
}

/// One that was found, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub seq: u64,
    pub matter: Matter,
    pub subject: Stream,
    pub part: String,
    pub mark: Digest,
    /// None for an idea that is no product.
    pub product: Option<ProductId>,
    pub portfolio: PortfolioKey,
}
