//! The log as a history of one product, and as a feed of everything.

use chrono::{DateTime, Utc};
use sluicegate_core::{access::AccessEvent, audit::Before, id::ProductId, product::Actor};

use super::limit;
use crate::{
    codec,
    db::{Arg, Row},
    error::{Result, StoreError},
    record::{Fact, Stored, Stream},
    sql::log,
    store::Store,
    time::{micros, micros_or_never},
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

/// Which events an auditor wants to see; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who it was: see [`Stored::is_of`].
    pub actor: Option<Actor>,
    /// As in the stored event's tag, for example `gate_decided`.
    pub kind: Option<String>,
    pub stream: Option<Stream>,
    /// Only requests that were refused and that name this product.
    pub asked_of: Option<ProductId>,
    /// From this time on.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
}

impl AuditFilter {
    /// What the record of each event that fits has in it.
    fn named(&self) -> Option<String> {
        let product = self.asked_of.map(|product| product.to_string());
        product.or_else(|| match self.actor? {
            Actor::Person(person) => Some(person.to_string()),
            other => Some(format!("\"actor\":\"{other}\"")),
        })
    }

    fn fits(&self, event: &Stored) -> bool {
        let asked = |product: ProductId| match &event.fact {
            Fact::Access(AccessEvent::RequestRefused { request, .. }) => {
                request.contains(&product.to_string())
            }
            _ => false,
        };
        self.actor.is_none_or(|actor| event.is_of(actor)) && self.asked_of.is_none_or(asked)
    }
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

    /// Events before a position, the newest first, and down to which position all were looked at.
    /// Of one stream all are; else a bounded stretch.
    pub async fn audited(
        &self,
        before: u64,
        filter: &AuditFilter,
        count: u32,
    ) -> Result<(Vec<Stored>, u64)> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let stream = filter.stream.map(|stream| stream.to_string());
        let down = if stream.is_some() { 1 } else { before.saturating_sub(STRETCH).max(1) };
        let part = filter.named();
        let mut args = vec![
            Arg::I64(number(before)),
            Arg::I64(number(down)),
            Arg::OptText(filter.kind.as_deref()),
            Arg::I64(filter.from.map_or(i64::MIN, micros)),
            Arg::I64(micros_or_never(filter.until)),
            Arg::OptText(part.as_deref()),
            Arg::I64(limit(count)),
        ];
        args.extend(stream.as_deref().map(Arg::Text));
        let sql = if stream.is_some() { &log::AUDITED_STREAM } else { &log::AUDITED };
        let rows = self.shared.readers.fetch_all(sql, &args).await?;
        let mut events: Vec<Stored> = rows.iter().map(Stored::read).collect::<Result<_>>()?;
        let full = i64::try_from(events.len()).is_ok_and(|found| found >= limit(count));
        let down = events.last().filter(|_| full).map_or(down, |last| last.position);
        // What is looked for may stand in the record for another reason.
        events.retain(|event| filter.fits(event));
        Ok((events, down))
    }

    /// The event that set the value before: the last one of its stream and before a version.
    pub async fn earlier(
        &self,
        stream: Stream,
        version: u64,
        before: &Before,
    ) -> Result<Option<Stored>> {
        let (stream, kinds) = (stream.to_string(), codec::json(before.kinds)?);
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let args =
            [Arg::Text(&stream), Arg::I64(version), Arg::Text(&kinds), Arg::Text(&before.naming)];
        let row = self.shared.readers.fetch_optional(&log::EARLIER, &args).await?;
        row.as_ref().map(Stored::read).transpose()
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
