//! The log as a history of one product, and as a feed of everything.

use sluicegate_core::id::ProductId;

use super::limit;
use crate::{
    db::{Arg, Row},
    error::{Result, StoreError},
    record::{Stored, Stream},
    sql::log,
    store::Store,
    write::read_frontier,
};

/// A feed of one kind looks at most at so many events of the log at once.
const STRETCH: u64 = 10_000;

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
        count: u32,
    ) -> Result<Vec<Stored>> {
        let stream = id.to_string();
        let args = [Arg::Text(&stream), Arg::I64(after_version.into()), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::STREAM_AFTER, &args).await?;
        rows.iter().map(Stored::read).collect()
    }

    /// The log after this position. With a filter, at most a bounded stretch of the log is looked
    /// at, so there may be no events and still a `next` to go on from.
    pub async fn events(&self, after: u64, filter: &EventFilter, count: u32) -> Result<Feed> {
        // The head is read first: what is found is then complete up to it.
        let head = self.shared.readers.fetch_optional(&log::HEAD, &[]).await?;
        let head = read_frontier(&head.ok_or(StoreError::Missing("log_head"))?)?.size();
        let (rows, looked_at) = self.feed(after, head, filter, count).await?;
        let events: Vec<Stored> = rows.iter().map(Stored::read).collect::<Result<_>>()?;
        let full = i64::try_from(events.len()).is_ok_and(|found| found >= limit(count));
        let last = events.last().map(|last| last.position);
        let next = if full || looked_at.is_none() { last } else { last.max(looked_at) };
        Ok(Feed { events, next: next.unwrap_or(after).max(after) })
    }

    /// Rows, and up to which position none is missing.
    async fn feed(
        &self,
        after: u64,
        head: u64,
        filter: &EventFilter,
        count: u32,
    ) -> Result<(Vec<Row>, Option<u64>)> {
        let position = Arg::I64(i64::try_from(after).unwrap_or(i64::MAX));
        let kind = filter.kind.as_deref();
        let limit = Arg::I64(limit(count));
        let readers = &self.shared.readers;
        Ok(match (filter.stream, kind) {
            (Some(stream), kind) => {
                let stream = stream.to_string();
                let args = [Arg::Text(&stream), position, Arg::OptText(kind), limit];
                (readers.fetch_all(&log::STREAM_AFTER_POSITION, &args).await?, Some(head))
            }
            (None, Some(kind)) => {
                let end = after.saturating_add(STRETCH).min(head);
                let until = Arg::I64(i64::try_from(end).unwrap_or(i64::MAX));
                let args = [position, until, Arg::Text(kind), limit];
                (readers.fetch_all(&log::EVENTS_OF_KIND, &args).await?, Some(end))
            }
            (None, None) => {
                (readers.fetch_all(&log::EVENTS_AFTER, &[position, limit]).await?, None)
            }
        })
    }
}
