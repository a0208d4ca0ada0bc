//! What use cases answer: plain structs whose field names are the names on the wire.

mod clocks;
mod delegation;
mod deliverable;
mod event;
mod gate;
mod intake;
mod market;
mod measure;
mod migration;
mod organisation;
mod product;
mod strategy;
mod workflow;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{digest::Digest, id::PersonId};

pub use clocks::*;
pub use delegation::*;
pub use deliverable::*;
pub use event::*;
pub use gate::*;
pub use intake::*;
pub use market::*;
pub use measure::*;
pub use migration::*;
pub use organisation::*;
pub use product::*;
pub use strategy::*;
pub use workflow::*;

/// A page of a list; `next` is the cursor of the one that follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A person with the name that people read; the name is empty after an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonName {
    pub id: PersonId,
    pub name: String,
}

/// Names of people, for views that carry ids.
pub type Names = BTreeMap<PersonId, String>;

/// Texts and contents that a view names by digest; what was erased is missing.
pub type Texts = BTreeMap<Digest, Value>;
