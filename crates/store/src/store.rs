//! The store: one database, opened, checked and migrated, with its readers.

use std::{path::PathBuf, sync::Arc};

use crate::{error::Result, job::Rules, time::Clock, write::Writer};

/// Which database, and how much of it to use.
#[derive(Clone, Debug)]
pub struct Options {
    pub database: Database,
    /// The folder of the attachments.
    pub attachments: PathBuf,
    /// The largest attachment in bytes.
    pub attachment_limit: u64,
    /// Connections for reading.
    pub readers: u32,
    /// Writer tasks; SQLite always has one.
    pub writers: u32,
    /// Commands that may wait for a writer.
    pub queue: usize,
    /// Commands in one transaction.
    pub batch: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file; created when missing.
    Sqlite(PathBuf),
    /// `postgres://...`
    Postgres(String),
}

impl Options {
    pub fn new(database: Database, attachments: PathBuf) -> Self {
        Self {
            database,
            attachments,
            attachment_limit: 100 * 1024 * 1024,
            readers: 8,
            writers: 2,
            queue: 1024,
            batch: 128,
        }
    }
}

/// A handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
}

/// Counters since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Transactions of the writers that were committed.
    pub batches: u64,
    /// Commands that were answered, in whatever way.
    pub jobs: u64,
    /// Batches that had to be tried again.
    pub retries: u64,
    /// Events that were appended.
    pub events: u64,
    /// Commands refused because the queue was full.
    pub busy: u64,
}

impl Store {
    /// Opens the database, creates or migrates its tables and checks that it can be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](crate::StoreError::Unavailable) when there is no connection,
    /// [`StoreError::Unusable`](crate::StoreError::Unusable) when the database is too old or was
    /// migrated by a newer or another program.
    pub async fn open(options: Options) -> Result<Self> {
        unimplemented!("{options:?}")
    }

    /// Starts the writer tasks. Call it once for each set of rules.
    pub fn writer<R: Rules>(&self, rules: Arc<R>, clock: Clock) -> Writer<R> {
        Writer::start(self.clone(), rules, clock)
    }

    pub fn stats(&self) -> Stats {
        Stats::default()
    }

    /// Closes the readers, after they have finished. Shut the writers down first.
    pub async fn close(&self) {}
}
