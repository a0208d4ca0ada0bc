//! The audit log as it is hashed, and everything that verification walks over.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{id::ProductId, product::Product};

use super::limit;
use crate::{
    codec,
    db::Arg,
    error::{Result, StoreError},
    record::{Leaf, Stream},
    sql::{audit, log},
    store::Store,
    time::{from_micros, micros, micros_or_never},
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
        rows.iter().map(leaf).collect()
    }

    /// The same of one stream only.
    pub async fn leaves_of(&self, stream: Stream, after: u64, count: u32) -> Result<Vec<Leaf>> {
        let (stream, after) = (stream.to_string(), i64::try_from(after).unwrap_or(i64::MAX));
        let args = [Arg::Text(&stream), Arg::I64(after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&audit::LEAVES_OF_STREAM, &args).await?;
        rows.iter().map(leaf).collect()
    }

    /// The same at these positions; none where there is no event.
    pub async fn leaves_at(&self, positions: &[u64]) -> Result<Vec<Leaf>> {
        #[derive(Serialize)]
        struct At {
            position: u64,
        }
        let at: Vec<At> = positions.iter().map(|&position| At { position }).collect();
        let wanted = codec::json(&at)?;
        let rows = self.shared.readers.fetch_all(&audit::LEAVES_AT, &[Arg::Text(&wanted)]).await?;
        rows.iter().map(leaf).collect()
    }

    /// The positions of the first and the last event from a time on and before another; none when
    /// there is no such event. Looks at the whole log.
    pub async fn positions_between(
        &self,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Option<(u64, u64)>> {
        let args = [Arg::I64(from.map_or(i64::MIN, micros)), Arg::I64(micros_or_never(until))];
        let row = self.shared.readers.fetch_optional(&audit::POSITIONS_BETWEEN, &args).await?;
        let row = row.ok_or(StoreError::Missing("event"))?;
        let position = |column: &'static str| {
            let found = row.i64(column)?;
            u64::try_from(found).map_err(|error| StoreError::corrupt(column, found, error))
        };
        let (first, last) = (position("event.first")?, position("event.last")?);
        Ok((first > 0).then_some((first, last)))
    }

    /// Stored states in the order of their ids, after this one.
    pub async fn states(&self, after: Option<ProductId>, count: u32) -> Result<Vec<Product>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let args = [Arg::Text(&after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::STATES_AFTER, &args).await?;
        rows.iter().map(super::products::state).collect()
    }
}

fn leaf(row: &crate::db::Row) -> Result<Leaf> {
    let position = row.i64("event.position")?;
    let hash = codec::digest("event.leaf", &position.to_string(), row.bytes("event.leaf")?)?;
    let position = u64::try_from(position)
        .map_err(|error| StoreError::corrupt("event.position", position, error))?;
    let at = row.i64("event.at")?;
    let at = from_micros(at).ok_or_else(|| StoreError::corrupt("event.at", position, at))?;
    let (kind, record) = (row.text("event.kind")?.to_owned(), row.text("event.record")?.to_owned());
    Ok(Leaf { position, kind, at, record, hash: *hash.bytes() })
}
