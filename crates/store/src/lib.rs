//! The store: the only crate that speaks SQL. Events, states, lists, inboxes, drafts, attachments.
//!
//! Everything that is decided goes through a [`Writer`]; everything else reads, or writes beside
//! the log. Both databases run the same code and, but for the parts in `dialect`, the same SQL.

mod access;
mod attachment;
mod cache;
mod checkpoint;
mod codec;
mod db;
mod dialect;
mod draft;
mod erase;
mod error;
mod facet;
mod guard;
mod health;
mod job;
mod listing;
mod migrate;
mod passage;
mod read;
mod rebuild;
mod record;
mod saved_view;
mod search;
mod sql;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod time;
mod together;
mod tree;
mod write;

pub use access::*;
pub use attachment::*;
pub use checkpoint::{Cosigned, NewCheckpoint, StoredCheckpoint};
pub use draft::*;
pub use erase::Traces;
pub use error::{Result, StoreError};
pub use facet::{Facet, Holder};
pub use health::{DUE_SOON, Health};
pub use job::*;
pub use listing::{
    Addressee, AddresseeError, InboxEntry, InboxSubject, Listed, Projection, Standing, Task,
    condition_due_at, entry_tasks, outcome, spaced_words,
};
pub use passage::*;
pub use read::*;
pub use record::{Fact, Leaf, Stored, Stream};
pub use saved_view::{SavedView, ViewKey};
pub use search::{Found, Hit, IndexedText, Matter, SearchFilter};
pub use sluicegate_core::rules::Contents;
pub use store::{Database, Options, Stats, Store};
pub use time::Clock;
pub use tree::Tree;
pub use write::Writer;
