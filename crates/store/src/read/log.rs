//! The audit log as it is hashed, and everything that verification walks over.

use sluicegate_core::{id::ProductId, product::Product};

use crate::{error::Result, record::Leaf, store::Store};

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// The position of the last event, which is the size of the Merkle tree.
    pub position: u64,
    /// RFC 6962 root over all leaves.
    pub root: [u8; 32],
}

impl Store {
    pub async fn log_head(&self) -> Result<LogHead> {
        unimplemented!()
    }

    /// Leaves after this position, in order, exactly as stored.
    pub async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<Leaf>> {
        unimplemented!("{after} {limit}")
    }

    /// Stored states in the order of their ids, after this one.
    pub async fn states(&self, after: Option<ProductId>, limit: u32) -> Result<Vec<Product>> {
        unimplemented!("{after:?} {limit}")
    }
}
