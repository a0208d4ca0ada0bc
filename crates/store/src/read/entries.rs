//! Entries: one, lists of them, their counts, and what they are found by.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    intake::{Entry, EntryId, EntryKind, evolve},
    key::{MarketKey, PortfolioKey},
};

use super::{Page, cursor, limit};
use crate::{
    codec::{self, json},
    db::{Arg, Row, Sql},
    error::{Result, StoreError},
    listing::Task,
    record::Stored,
    sql::{
        intake::{self as sql, LISTS, Lead},
        log,
    },
    store::Store,
    time::{NEVER, from_micros, micros},
    write::read_task,
};

/// How many events are read at once to make a state again.
const CHUNK: i64 = 1000;
/// Sorts behind every id.
const LAST: &str = "\u{10ffff}";
/// How many look at the same piece of a text before the older ones are left out.
const SHARERS: i64 = 200;

/// Which entries; everything that is set must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFilter {
    pub kind: EntryKind,
    /// Only these portfolios; none means all, which needs a product, a sender or an owner.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    /// Of these portfolios also what nobody has let in.
    pub moderated: BTreeSet<PortfolioKey>,
    pub status: Option<String>,
    pub product: Option<ProductId>,
    pub topic: Option<String>,
    pub market: Option<MarketKey>,
    pub sender: Option<PersonId>,
    pub owner: Option<PersonId>,
    /// Only what may be an incident and is not assessed.
    pub flagged: bool,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl EntryFilter {
    /// All entries of a kind.
    pub const fn of(kind: EntryKind) -> Self {
        Self {
            kind,
            portfolios: None,
            moderated: BTreeSet::new(),
            status: None,
            product: None,
            topic: None,
            market: None,
            sender: None,
            owner: None,
            flagged: false,
            from: None,
            until: None,
        }
    }
}

/// Feedback of one product, kind, market and state, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackCount {
    pub product: ProductId,
    pub topic: String,
    pub market: Option<MarketKey>,
    pub status: String,
    pub number: u64,
    /// Not answered in time.
    pub late: u64,
    /// May be an incident, and is not assessed.
    pub flagged: u64,
    pub oldest: DateTime<Utc>,
    /// The mean of the moments at which they came.
    pub mean: DateTime<Utc>,
}

/// Everything that lists and inboxes hold of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRows {
    /// As the columns say it, in their order.
    pub columns: Vec<(&'static str, Option<String>)>,
    /// In the order of their keys and addressees.
    pub tasks: Vec<Task>,
}

/// A place in a list.
#[derive(Serialize, Deserialize)]
struct Place(i64, String);

impl Store {
    pub async fn entry(&self, id: EntryId) -> Result<Option<Arc<Entry>>> {
        let id = id.to_string();
        let row = self.shared.readers.fetch_optional(&sql::ENTRY, &[Arg::Text(&id)]).await?;
        row.as_ref().map(codec::entry).transpose().map(|entry| entry.map(Arc::new))
    }

    /// The entry that a visitor's secret opens.
    pub async fn entry_by_secret(&self, hash: &Digest) -> Result<Option<Entry>> {
        let args = [Arg::Bytes(hash.bytes())];
        let row = self.shared.readers.fetch_optional(&sql::ENTRY_BY_SECRET, &args).await?;
        row.as_ref().map(codec::entry).transpose()
    }

    /// The entry as it was, made again from its events.
    pub async fn entry_as_of(&self, id: EntryId, version: u32) -> Result<Option<Entry>> {
        let stream = id.to_string();
        let mut entry: Option<Entry> = None;
        loop {
            let known = entry.as_ref().map_or(0, Entry::version);
            let count = CHUNK.min(i64::from(version) - i64::from(known));
            if count <= 0 {
                return Ok(entry);
            }
            let args = [Arg::Text(&stream), Arg::I64(known.into()), Arg::I64(count)];
            let rows = self.shared.readers.fetch_all(&log::STREAM_AFTER, &args).await?;
            for row in &rows {
                let corrupt = || {
                    let why = "an event of another stream";
                    StoreError::corrupt("event.record", &stream, why)
                };
                let recorded = Stored::read(row)?.recorded_entry().ok_or_else(corrupt)?;
                entry = evolve(entry, &recorded);
            }
            if entry.as_ref().map_or(0, Entry::version) == known {
                return Ok(entry);
            }
        }
    }

    /// An entry's events, oldest first.
    pub async fn entry_history(&self, id: EntryId, count: u32) -> Result<Vec<Stored>> {
        let stream = id.to_string();
        let args = [Arg::Text(&stream), Arg::I64(0), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::STREAM_AFTER, &args).await?;
        rows.iter().map(Stored::read).collect()
    }

    /// A page of entries, the newest first; `cursor` is the last page's `next`.
    pub async fn entries(
        &self,
        filter: &EntryFilter,
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<Entry>> {
        let until = filter.until.map_or(i64::MAX, micros);
        let after = match cursor {
            Some(cursor) => cursor::read::<Place>(cursor)?,
            None => Place(until, LAST.to_owned()),
        };
        let limit = limit(count);
        let mut entries: Vec<Entry> = Vec::new();
        let mut connection = self.shared.readers.acquire().await?;
        for (statement, lead, hidden) in leads(filter) {
            let asked = Asked::new(filter, &lead, &after, hidden)?;
            let rows = connection.conn().fetch_all(statement, &asked.args(limit)).await?;
            for row in &rows {
                entries.push(codec::entry(row)?);
            }
        }
        let place = |entry: &Entry| Place(micros(entry.opened_at()), entry.id().to_string());
        entries.sort_by_cached_key(|entry| {
            let Place(at, id) = place(entry);
            std::cmp::Reverse((at, id))
        });
        cursor::page(entries, limit, |entry| cursor::write(&place(entry)))
    }

    /// The feedback of a product, counted.
    pub async fn feedback_of_product(
        &self,
        product: ProductId,
        now: DateTime<Utc>,
    ) -> Result<Vec<FeedbackCount>> {
        self.feedback_counts(&sql::COUNTS_OF_PRODUCT, &product.to_string(), now).await
    }

    /// The feedback of these portfolios, counted one by one: each is a stretch of one index.
    pub async fn feedback_of_portfolios(
        &self,
        portfolios: &BTreeSet<PortfolioKey>,
        now: DateTime<Utc>,
    ) -> Result<Vec<FeedbackCount>> {
        let mut counts = Vec::new();
        for portfolio in portfolios {
            let of = portfolio.as_str();
            counts.extend(self.feedback_counts(&sql::COUNTS_OF_PORTFOLIO, of, now).await?);
        }
        Ok(counts)
    }

    async fn feedback_counts(
        &self,
        statement: &'static Sql,
        of: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<FeedbackCount>> {
        let args = [Arg::Text(of), Arg::I64(micros(now))];
        let rows = self.shared.readers.fetch_all(statement, &args).await?;
        rows.iter().map(counted).collect()
    }

    /// Entries for which the clock has something to do, the longest waiting first.
    pub async fn due_entries(&self, now: DateTime<Utc>, count: u32) -> Result<Vec<EntryId>> {
        let args = [Arg::I64(micros(now)), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&sql::DUE_ENTRIES, &args).await?;
        let id = |row: &Row| {
            let id = row.text("entry.id")?;
            codec::parse("entry.id", id, id)
        };
        rows.iter().map(id).collect()
    }

    /// Who shares pieces with a text, with the contents that do, by how many pieces: the most
    /// first. Each piece is looked up once, and gives its newest sharers only, so a piece that
    /// everybody uses costs no more than a rare one.
    pub async fn sharers(
        &self,
        portfolio: &PortfolioKey,
        pieces: &[i64],
        most: usize,
    ) -> Result<Vec<(String, Digest)>> {
        let mut found = std::collections::BTreeMap::<(String, Digest), u32>::new();
        let mut connection = self.shared.readers.acquire().await?;
        for piece in pieces {
            let args = [Arg::Text(portfolio.as_str()), Arg::I64(*piece), Arg::I64(SHARERS)];
            let rows = connection.conn().fetch_all(&sql::SKETCHED, &args).await?;
            for row in &rows {
                let subject = row.text("sketch.subject")?.to_owned();
                let content = row.bytes("sketch.content")?;
                let content = codec::digest("sketch.content", &subject, content)?;
                *found.entry((subject, content)).or_default() += 1;
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| b.cmp(a)));
        Ok(found.into_iter().map(|(one, _)| one).take(most).collect())
    }

    /// Stored entries in the order of their ids, after this one.
    pub async fn entries_after(&self, after: Option<EntryId>, count: u32) -> Result<Vec<Entry>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let args = [Arg::Text(&after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&sql::ENTRIES_AFTER, &args).await?;
        rows.iter().map(codec::entry).collect()
    }

    /// None when the entry has no row.
    pub async fn entry_rows(&self, id: EntryId) -> Result<Option<EntryRows>> {
        let name = id.to_string();
        let args = [Arg::Text(&name)];
        let Some(row) = self.shared.readers.fetch_optional(&sql::ENTRY_ROW, &args).await? else {
            return Ok(None);
        };
        let rows = self.shared.readers.fetch_all(&sql::TASKS_OF_ENTRY, &args).await?;
        let tasks = rows.iter().map(|row| read_task(row, "entry_task.entry").map(|(_, it)| it));
        Ok(Some(EntryRows { columns: columns(&row)?, tasks: tasks.collect::<Result<_>>()? }))
    }

    /// How many tasks entries have in all.
    pub async fn entry_task_count(&self) -> Result<u64> {
        let row = self.shared.readers.fetch_optional(&sql::ENTRY_TASK_COUNT, &[]).await?;
        let found = row.ok_or(StoreError::Missing("count"))?.i64("rows.tasks")?;
        u64::try_from(found).map_err(|error| StoreError::corrupt("rows.tasks", 1, error))
    }
}

fn columns(row: &Row) -> Result<Vec<(&'static str, Option<String>)>> {
    let text = |column| Ok::<_, StoreError>(row.opt_text(column)?.map(str::to_owned));
    let time = |column| {
        let at = row.i64(column)?;
        Ok::<_, StoreError>((at != NEVER).then(|| at.to_string()))
    };
    Ok(vec![
        ("version", Some(row.i64("entry.version")?.to_string())),
        ("kind", text("entry.kind")?),
        ("portfolio", text("entry.portfolio")?),
        ("status", text("entry.status")?),
        ("product", text("entry.product")?),
        ("topic", text("entry.topic")?),
        ("market", text("entry.market")?),
        ("sender", text("entry.sender")?),
        ("owner", text("entry.owner")?),
        ("flagged", Some(row.i64("entry.flagged")?.to_string())),
        ("secret", row.opt_bytes("entry.secret")?.map(codec::hex)),
        ("opened_at", time("entry.opened_at")?),
        ("due_at", time("entry.due_at")?),
        ("next_tick", time("entry.next_tick")?),
    ])
}

fn counted(row: &Row) -> Result<FeedbackCount> {
    let name = row.text("entry.product")?;
    let number = |column: &'static str| {
        u64::try_from(row.i64(column)?).map_err(|error| StoreError::corrupt(column, name, error))
    };
    let time = |column: &'static str| {
        let at = row.i64(column)?;
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, name, at))
    };
    let market = row.opt_text("entry.market")?;
    Ok(FeedbackCount {
        product: codec::parse("entry.product", name, name)?,
        topic: row.text("entry.topic")?.to_owned(),
        market: market.map(|key| codec::parse("entry.market", name, key)).transpose()?,
        status: row.text("entry.status")?.to_owned(),
        number: number("entry.number")?,
        late: number("entry.late")?,
        flagged: number("entry.flagged")?,
        oldest: time("entry.oldest")?,
        mean: time("entry.mean")?,
    })
}

/// The lists that are asked one by one: the statement, what leads, and whether what nobody has let
/// in is left out.
fn leads(filter: &EntryFilter) -> Vec<(&'static Sql, String, bool)> {
    let list = |lead: Lead| &LISTS[lead as usize].1;
    if let Some(product) = filter.product {
        return vec![(list(Lead::Product), product.to_string(), true)];
    }
    if let Some(sender) = filter.sender {
        return vec![(list(Lead::Sender), sender.to_string(), false)];
    }
    if let Some(owner) = filter.owner {
        return vec![(list(Lead::Owner), owner.to_string(), true)];
    }
    let lead = if filter.status.is_some() { Lead::Status } else { Lead::Portfolio };
    let portfolios = filter.portfolios.iter().flatten();
    let of = |key: &PortfolioKey| (list(lead), key.to_string(), !filter.moderated.contains(key));
    portfolios.map(of).collect()
}

/// The values of one list's parameters.
struct Asked<'a> {
    filter: &'a EntryFilter,
    lead: &'a str,
    after: &'a Place,
    product: Option<String>,
    sender: Option<String>,
    owner: Option<String>,
    portfolios: Option<String>,
    hidden: bool,
}

impl<'a> Asked<'a> {
    fn new(filter: &'a EntryFilter, lead: &'a str, after: &'a Place, hidden: bool) -> Result<Self> {
        Ok(Self {
            filter,
            lead,
            after,
            product: filter.product.map(|id| id.to_string()),
            sender: filter.sender.map(|id| id.to_string()),
            owner: filter.owner.map(|id| id.to_string()),
            portfolios: filter.portfolios.as_ref().map(json).transpose()?,
            hidden,
        })
    }

    fn args(&self, limit: i64) -> [Arg<'_>; 15] {
        let filter = self.filter;
        [
            Arg::Text(self.lead),
            Arg::I64(self.after.0),
            Arg::Text(&self.after.1),
            Arg::I64(limit),
            Arg::Text(filter.kind.name()),
            Arg::OptText(filter.status.as_deref()),
            Arg::OptText(self.product.as_deref()),
            Arg::OptText(filter.topic.as_deref()),
            Arg::OptText(filter.market.as_ref().map(MarketKey::as_str)),
            Arg::OptText(self.sender.as_deref()),
            Arg::OptText(self.owner.as_deref()),
            Arg::I64(filter.from.map_or(i64::MIN, micros)),
            Arg::I64(self.hidden.into()),
            Arg::I64(filter.flagged.into()),
            Arg::OptText(self.portfolios.as_deref()),
        ]
    }
}
