//! The log: positions without gaps, leaves that hash their records, and the root over them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sluicegate_core::{
    access::AccessEvent,
    directory::{Directory, DirectoryEvent},
    id::ProductId,
    intake::EntryId,
    merkle::{Frontier, leaf_hash},
};
use sluicegate_store::{Leaf, LogHead, Stream};

use super::{PART, Walk};
use crate::error::Result;

/// What the log says.
#[derive(Default)]
pub(super) struct Told {
    pub(super) events: u64,
    pub(super) directory: Directory,
    /// The last version of each product.
    pub(super) products: BTreeMap<ProductId, u64>,
    /// The same of each entry.
    pub(super) entries: BTreeMap<EntryId, u64>,
    /// The last version of the list of what was refused.
    pub(super) refused: u64,
}

/// The parts of a record that its row repeats.
#[derive(Deserialize)]
struct Record {
    stream: String,
    version: u64,
    at: DateTime<Utc>,
    event: serde_json::Value,
}

impl Walk<'_> {
    pub(super) async fn log(&mut self, head: LogHead) -> Result<Told> {
        let (mut told, mut frontier) = (Told::default(), Frontier::default());
        let mut broken = BTreeSet::new();
        let mut ahead = self.ahead(head.position).await?;
        while told.events < head.position && !self.full() {
            let part = match self.store.leaves(told.events, PART).await {
                Ok(part) => part,
                Err(error) => {
                    self.corrupt(error)?;
                    break;
                }
            };
            if part.is_empty() {
                let what = format!("the log ends here, and its head is at {}", head.position);
                self.differs("event", told.events, what);
                break;
            }
            for leaf in part.into_iter().take_while(|leaf| leaf.position <= head.position) {
                self.leaf(&leaf, &mut told, &mut broken);
                frontier.push(leaf.hash);
                self.pass(&mut ahead, &frontier, leaf.hash).await?;
            }
            self.tell("events", told.events, head.position);
        }
        if frontier.size() == head.position && frontier.root() != head.root {
            self.differs("log_head", 1, "the root is not the one over the leaves of the log");
        }
        self.behind(&ahead).await?;
        self.positions(&told).await?;
        Ok(told)
    }

    fn leaf(&mut self, leaf: &Leaf, told: &mut Told, broken: &mut BTreeSet<String>) {
        told.events += 1;
        if leaf.position != told.events {
            self.differs("event", leaf.position, format!("position {} is missing", told.events));
            told.events = leaf.position;
        }
        if leaf_hash(leaf.record.as_bytes()) != leaf.hash {
            self.differs("event", leaf.position, "the leaf is not the hash of the record");
        }
        let record: Record = match serde_json::from_str(&leaf.record) {
            Ok(record) => record,
            Err(error) => {
                self.differs("event", leaf.position, format!("the record: {error}"));
                return;
            }
        };
        if record.at != leaf.at || record.event["event"] != leaf.kind.as_str() {
            self.differs("event", leaf.position, "time or name is not the record's");
        }
        let before = if let Ok(id) = record.stream.parse::<ProductId>() {
            told.products.insert(id, record.version).unwrap_or(0)
        } else if let Ok(id) = record.stream.parse::<EntryId>() {
            told.entries.insert(id, record.version).unwrap_or(0)
        } else if record.stream == Stream::Access.to_string() {
            if let Err(error) = serde_json::from_value::<AccessEvent>(record.event) {
                self.differs("event", leaf.position, error.to_string());
            }
            std::mem::replace(&mut told.refused, record.version)
        } else {
            let before = told.directory.version;
            match serde_json::from_value::<DirectoryEvent>(record.event) {
                Ok(event) => told.directory.evolve(&event),
                Err(error) => self.differs("event", leaf.position, error.to_string()),
            }
            before
        };
        if before + 1 != record.version && broken.insert(record.stream.clone()) {
            let (stream, version) = (&record.stream, record.version);
            let what = format!("version {version} of {stream} follows version {before}");
            self.differs("event", leaf.position, what);
        }
    }

    /// The columns beside the record say the same as the record.
    async fn positions(&mut self, told: &Told) -> Result<()> {
        let mut after = 0;
        while after < told.events && !self.full() {
            let filter = sluicegate_store::EventFilter::default();
            let events = match self.store.events(after, &filter, PART).await {
                Ok(feed) => feed.events,
                Err(error) => return self.corrupt(error),
            };
            let leaves = match self.store.leaves(after, PART).await {
                Ok(leaves) => leaves,
                Err(error) => return self.corrupt(error),
            };
            for (stored, leaf) in events.iter().zip(&leaves) {
                let Ok(record) = serde_json::from_str::<Record>(&leaf.record) else { continue };
                let same =
                    record.stream == stored.stream.to_string() && record.version == stored.version;
                if !same {
                    self.differs("event", stored.position, "stream or version is not the record's");
                }
            }
            let Some(last) = events.last() else { break };
            after = last.position;
        }
        Ok(())
    }
}
