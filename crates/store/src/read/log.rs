//! The audit log as it is hashed, and everything that verification walks over.

use sluicegate_core::{id::ProductId, product::Product};

use super::limit;
use crate::{
    codec,
    db::Arg,
    error::{Result, StoreError},
    record::Leaf,
    sql::log,
    store::Store,
    write::read_frontier,
};

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
        let row = self.shared.readers.fetch_optional(&log::HEAD, &[]).await?;
        let row = row.ok_or(StoreError::Missing("log_head"))?;
        let frontier = read_frontier(&row)?;
        Ok(LogHead { position: frontier.size(), root: frontier.root() })
    }

    /// Leaves after this position, in order, exactly as stored.
    pub async fn leaves(&self, after: u64, count: u32) -> Result<Vec<Leaf>> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let args = [Arg::I64(after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::LEAVES_AFTER, &args).await?;
        let leaf = |row: &crate::db::Row| {
            let position = row.i64("event.position")?;
            let hash =
                codec::digest("event.leaf", &position.to_string(), row.bytes("event.leaf")?)?;
            let position = u64::try_from(position)
                .map_err(|error| StoreError::corrupt("event.position", position, error))?;
            let record = row.text("event.record")?.to_owned();
            Ok(Leaf { position, record, hash: *hash.bytes() })
        };
        rows.iter().map(leaf).collect()
    }

    /// Stored states in the order of their ids, after this one.
    pub async fn states(&self, after: Option<ProductId>, count: u32) -> Result<Vec<Product>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let args = [Arg::Text(&after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::STATES_AFTER, &args).await?;
        rows.iter().map(super::products::state).collect()
    }
}
