//! Is what is stored what was decided? Walks the log and compares everything that was made of it.
//!
//! The server may run meanwhile: what is compared belongs to one version of a product, and the log
//! is walked up to the head that was there at the beginning.

mod beside;
mod directory;
mod entry;
mod log;
mod passage;
mod product;
mod signed;

use std::sync::Arc;

use serde::Serialize;
use sluicegate_core::{definition::Definition, digest::Digest};
use sluicegate_store::{Store, StoreError};

use crate::{app::App, definitions::Definitions, error::Result};

/// Rows that are read at once.
const PART: u32 = 500;
/// After so many differences nobody reads on.
const MOST: usize = 20;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    pub events: u64,
    pub products: u64,
    /// Intake links, ideas, feedback and field days.
    pub entries: u64,
    pub contents: u64,
    pub attachments: u64,
    /// The root of the log's Merkle tree, RFC 6962.
    pub root: Digest,
    /// Empty: all is as it was decided. At most the first twenty.
    pub differences: Vec<Difference>,
}

impl VerifyReport {
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Something that is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{table}, row {row}: {what}")]
pub struct Difference {
    pub table: &'static str,
    pub row: String,
    pub what: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub what: &'static str,
    pub done: u64,
    /// Zero: not known.
    pub of: u64,
}

impl App {
    /// Compares everything that is stored with the log.
    pub async fn verify(&self, progress: impl FnMut(Progress) + Send) -> Result<VerifyReport> {
        verify(self.store(), progress).await
    }
}

/// Compares everything that is stored with the log.
///
/// # Errors
/// The database cannot be read. What is corrupt is a difference, not an error.
pub async fn verify(
    store: &Store,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<VerifyReport> {
    let mut walk = Walk {
        store,
        definitions: Definitions::default(),
        progress: &mut progress,
        differences: Vec::new(),
    };
    walk.file().await?;
    let head = match store.log_head().await {
        Ok(head) => head,
        Err(error) => {
            walk.corrupt(error)?;
            sluicegate_store::LogHead { position: 0, root: sluicegate_core::merkle::empty_root() }
        }
    };
    let told = walk.log(head).await?;
    walk.directory(&told).await?;
    walk.refused(&told).await?;
    let products = walk.products(&told).await?;
    let entries = walk.entries(&told).await?;
    walk.passages(&told).await?;
    let contents = walk.contents(&told).await?;
    let attachments = walk.attachments(&told).await?;
    Ok(VerifyReport {
        events: told.events,
        products,
        entries,
        contents,
        attachments,
        root: Digest::new(head.root),
        differences: walk.differences,
    })
}

/// The walk so far.
struct Walk<'a> {
    store: &'a Store,
    definitions: Definitions,
    progress: &'a mut (dyn FnMut(Progress) + Send),
    differences: Vec<Difference>,
}

impl Walk<'_> {
    fn differs(
        &mut self,
        table: &'static str,
        row: impl std::fmt::Display,
        what: impl Into<String>,
    ) {
        if self.differences.len() < MOST {
            self.differences.push(Difference { table, row: row.to_string(), what: what.into() });
        }
    }

    /// An index that does not say what its table says would hide rows from everything that follows.
    async fn file(&mut self) -> Result<()> {
        match self.store.damage().await {
            Ok(damage) => {
                for what in damage {
                    self.differs("database", "file", what);
                }
                Ok(())
            }
            Err(error) => self.corrupt(error),
        }
    }

    /// A published workflow; none when it is missing or cannot be read.
    async fn definition(&mut self, digest: Digest) -> Result<Option<Arc<Definition>>> {
        if !self.definitions.knows(&digest) {
            let source = self.store.workflow_source(&digest).await?;
            source.and_then(|source| self.definitions.learn(digest, &source));
        }
        Ok(self.definitions.get(&digest))
    }

    fn full(&self) -> bool {
        self.differences.len() >= MOST
    }

    /// Corrupt data is what is looked for; only a database that does not answer is an error.
    fn corrupt(&mut self, error: StoreError) -> Result<()> {
        match error {
            StoreError::Corrupt { column, row, why } => {
                let table = column.split_once('.').map_or(column, |(table, _)| table);
                self.differs(table, row, format!("{column}: {why}"));
                Ok(())
            }
            StoreError::Missing(what) => {
                self.differs(what, "?", "it is missing");
                Ok(())
            }
            error => Err(error.into()),
        }
    }

    fn tell(&mut self, what: &'static str, done: u64, of: u64) {
        (self.progress)(Progress { what, done, of });
    }
}
