//! The log as a history of one product, and as a feed of everything.

use sluicegate_core::id::ProductId;

use crate::{
    error::Result,
    record::{Stored, Stream},
    store::Store,
};

/// Which events of the feed; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// As in the stored event's tag, for example `gate_decided`.
    pub kind: Option<String>,
    pub stream: Option<Stream>,
}

/// A part of the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub events: Vec<Stored>,
    /// Ask again after this position, whether or not anything was found.
    pub next: u64,
}

impl Store {
    /// A product's events after this version, oldest first.
    pub async fn history(
        &self,
        id: ProductId,
        after_version: u32,
        limit: u32,
    ) -> Result<Vec<Stored>> {
        unimplemented!("{id} {after_version} {limit}")
    }

    /// The log after this position. With a filter, at most a bounded stretch of the log is looked
    /// at, so there may be no events and still a `next` to go on from.
    pub async fn events(&self, after: u64, filter: &EventFilter, limit: u32) -> Result<Feed> {
        unimplemented!("{after} {filter:?} {limit}")
    }
}
