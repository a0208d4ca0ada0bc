//! The packet: everything a gate decides over, named by one digest.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    digest::Digest,
    key::{CriterionKey, MarketKey},
    product::{Answer, Condition, DeliverableRef, Document, Product, Purpose, Work},
};

/// What is frozen at a submission. Its canonical JSON is hashed; [`packet`] of the same state is
/// always the same bytes, so anyone who replays the log can compare.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Packet<'a> {
    pub product: String,
    pub definition: Digest,
    pub name: &'a str,
    pub card: Digest,
    pub purpose: Option<&'a Purpose>,
    pub deliverables: BTreeMap<&'a DeliverableRef, Entry<'a>>,
    pub answers: &'a BTreeMap<CriterionKey, Answer>,
    pub conditions: &'a BTreeMap<u32, Condition>,
    pub markets: Vec<&'a MarketKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry<'a> {
    Accepted { revision: u32, document: &'a Document },
    Waived,
}

/// The packet of a product as it stands.
pub fn packet<'a>(product: &'a Product, purpose: Option<&'a Purpose>) -> Packet<'a> {
    let entry = |(named, entry): (&'a DeliverableRef, &'a crate::product::Deliverable)| {
        let content = match (&entry.accepted, &entry.work) {
            (_, Work::Waived { .. }) => Entry::Waived,
            (Some(revision), _) => {
                Entry::Accepted { revision: revision.number, document: &revision.document }
            }
            (None, _) => return None,
        };
        Some((named, content))
    };
    Packet {
        product: product.id.to_string(),
        definition: product.workflow.digest,
        name: &product.name,
        card: product.card,
        purpose,
        deliverables: product.deliverables.iter().filter_map(entry).collect(),
        answers: &product.answers,
        conditions: &product.conditions,
        markets: product.markets.keys().collect(),
    }
}

impl Packet<'_> {
    /// SHA-256 over the packet's JSON.
    pub fn digest(&self) -> Digest {
        // Plain structs with string keys always serialise; an empty packet would be refused by eye.
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}
