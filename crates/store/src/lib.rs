//! The store: the only crate that speaks SQL. Events, states, lists, inboxes, drafts, attachments.
//!
//! Everything that is decided goes through a [`Writer`]; everything else reads, or writes beside
//! the log. Both databases run the same code and, but for the parts in `dialect`, the same SQL.

mod attachment;
mod cache;
mod codec;
mod db;
mod dialect;
mod draft;
mod error;
mod job;
mod listing;
mod migrate;
mod read;
mod record;
mod sql;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod time;
mod together;
mod write;

pub use attachment::*;
pub use draft::*;
pub use error::{Result, StoreError};
pub use job::*;
pub use listing::{
    Addressee, AddresseeError, InboxEntry, InboxSubject, Listed, Projection, Standing, Task,
    entry_tasks,
};
pub use read::*;
pub use record::{Fact, Leaf, Stored, Stream};
pub use sluicegate_core::rules::Contents;
pub use store::{Database, Options, Stats, Store};
pub use time::Clock;
pub use write::Writer;
