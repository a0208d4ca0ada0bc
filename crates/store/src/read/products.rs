//! One product, as it is and as it was.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sluicegate_core::{
    id::ProductId,
    product::{Product, evolve},
};

use super::limit;
use crate::{
    codec,
    db::{Arg, Row},
    error::{Result, StoreError},
    job::Done,
    listing::Listed,
    record::{Stored, Stream},
    sql::{lists, log},
    store::Store,
    time::{NEVER, from_micros, micros},
    write::KeyRow,
};

/// How many events are read at once to make a state again.
const CHUNK: i64 = 1000;
/// As of when a product is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    Version(u32),
    Time(DateTime<Utc>),
}

impl Store {
    /// The product as it is.
    pub async fn product(&self, id: ProductId) -> Result<Option<Arc<Product>>> {
        let name = id.to_string();
        let known = self.shared.known().get(&id);
        let (version, changed_at) =
            known.as_ref().map_or((0, 0), |known| (known.product.version, known.changed_at));
        let args = [Arg::Text(&name), Arg::I64(version.into()), Arg::I64(changed_at)];
        let row = self.shared.readers.fetch_optional(&log::PRODUCT, &args).await?;
        let Some(row) = row else { return Ok(None) };
        match (row.opt_bytes("product.state")?, known) {
            (None, Some(known)) => Ok(Some(known.product.clone())),
            _ => state(&row).map(Arc::new).map(Some),
        }
    }

    /// The product as it was, made again from its events. None before it was started.
    pub async fn product_as_of(&self, id: ProductId, as_of: AsOf) -> Result<Option<Product>> {
        let (version, time) = match as_of {
            AsOf::Version(version) => (version, i64::MAX),
            AsOf::Time(time) => (u32::MAX, micros(time)),
        };
        let stream = id.to_string();
        let mut product: Option<Product> = None;
        let mut connection = self.shared.readers.acquire().await?;
        loop {
            let known = product.as_ref().map_or(0, |product| product.version);
            let count = CHUNK.min(i64::from(version) - i64::from(known));
            if count == 0 {
                return Ok(product);
            }
            let args =
                [Arg::Text(&stream), Arg::I64(known.into()), Arg::I64(time), Arg::I64(count)];
            let rows = connection.conn().fetch_all(&log::STREAM_UNTIL, &args).await?;
            for row in &rows {
                let recorded = Stored::read(row)?.recorded();
                let recorded = recorded.ok_or_else(|| {
                    StoreError::corrupt("event.record", &stream, "an event of another stream")
                })?;
                product = evolve(product, &recorded);
            }
            if rows.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX) {
                return Ok(product);
            }
        }
    }

    /// The line of one product in lists.
    pub async fn listed(&self, id: ProductId) -> Result<Option<Listed>> {
        let id = id.to_string();
        let row = self.shared.readers.fetch_optional(&lists::LISTED, &[Arg::Text(&id)]).await?;
        row.as_ref().map(listed).transpose()
    }

    /// Products for which the clock has something to do, the longest waiting first.
    pub async fn due_products(&self, now: DateTime<Utc>, count: u32) -> Result<Vec<ProductId>> {
        let args = [Arg::I64(micros(now)), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&lists::DUE_PRODUCTS, &args).await?;
        let id = |row: &Row| {
            let id = row.text("listing.product")?;
            codec::parse("listing.product", id, id)
        };
        rows.iter().map(id).collect()
    }

    /// The answer that was given when a key was first used, made again from the log.
    pub(crate) async fn first_answer(&self, key: &KeyRow) -> Result<Done> {
        let first = i64::try_from(key.first_position).map_err(codec::internal)?;
        let count = i64::try_from(key.event_count).map_err(codec::internal)?;
        let args = [Arg::I64(first), Arg::I64(first + count)];
        let rows = self.shared.readers.fetch_all(&log::EVENTS_OF_COMMAND, &args).await?;
        let events: Vec<Stored> = rows.iter().map(Stored::read).collect::<Result<_>>()?;
        let version = u32::try_from(key.version).map_err(codec::internal);
        let (mut product, mut entry) = (None, None);
        match key.stream {
            Stream::Product(id) => {
                product = self.product_as_of(id, AsOf::Version(version?)).await?.map(Arc::new);
            }
            Stream::Entry(id) => entry = self.entry_as_of(id, version?).await?.map(Arc::new),
            Stream::Directory | Stream::Access => {}
        }
        Ok(Done { product, entry, events, replayed: true })
    }
}

/// Reads a row of `product`.
pub(super) fn state(row: &Row) -> Result<Product> {
    codec::decode_state(
        row.text("product.id")?,
        row.i64("product.version")?,
        row.bytes("product.state")?,
    )
}

pub(super) fn listed(row: &Row) -> Result<Listed> {
    let id = row.text("listing.product")?;
    let time = |column: &'static str| {
        let at = row.i64(column)?;
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, id, at))
    };
    let number = |column: &'static str| {
        u32::try_from(row.i64(column)?).map_err(|error| StoreError::corrupt(column, id, error))
    };
    macro_rules! parsed {
        ($column:literal) => {
            codec::parse($column, id, row.text($column)?)?
        };
    }
    let gate = row.opt_text("listing.gate")?;
    let due = row.i64("listing.due_at")?;
    let condition = row.opt_i64("listing.condition_due_at")?;
    let condition = condition.map(|_| time("listing.condition_due_at"));
    Ok(Listed {
        id: parsed!("listing.product"),
        version: number("product.version")?,
        name: row.text("listing.name")?.to_owned(),
        portfolio: parsed!("listing.portfolio"),
        workflow: parsed!("listing.workflow"),
        workflow_version: number("listing.workflow_version")?,
        stage: parsed!("listing.stage"),
        gate: gate.map(|gate| codec::parse("listing.gate", id, gate)).transpose()?,
        side: row.text("listing.side")?.to_owned(),
        standing: parsed!("listing.standing"),
        outcome: row.opt_text("listing.outcome")?.map(str::to_owned),
        owner: parsed!("listing.owner"),
        due_at: if due == NEVER { None } else { Some(time("listing.due_at")?) },
        condition_due_at: condition.transpose()?,
        started_at: time("listing.started_at")?,
        changed_at: time("product.changed_at")?,
    })
}
