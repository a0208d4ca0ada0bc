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
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    listing::Task,
    record::Stored,
    sql::{
        intake::{self as sql, LISTS, Lead, Walk},
        log,
    },
    store::Store,
    time::{NEVER, micros},
    write::read_task,
};

/// How many events are read at once to make a state again.
const CHUNK: i64 = 1000;
/// Sorts behind every id.
const LAST: &str = "\u{10ffff}";
/// Up to so many portfolios are each asked for a page; more are sifted out of the whole list.
const APART: usize = 8;
/// Entries that the first stretch of a list has; where it holds too few that fit, the next is
/// [`LONGER`] times as long.
const FIRST: i64 = 500;
const LONGER: i64 = 4;
/// After so many entries a page ends as it is: those who want more go on from there.
const LOOKED_AT: i64 = 10_000;
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

/// Everything that lists and inboxes hold of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRows {
    /// As the columns say it, in their order.
    pub columns: Vec<(&'static str, Option<String>)>,
    /// In the order of their keys and addressees.
    pub tasks: Vec<Task>,
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(i64, String);

impl Place {
    fn of(entry: &Entry) -> Self {
        Self(micros(entry.opened_at()), entry.id().to_string())
    }
}

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
    ///
    /// A page looks at a bounded number of entries. Where what is asked for is frequent, but seldom
    /// together, it may be short or even empty, and still have a `next`.
    pub async fn entries(
        &self,
        filter: &EntryFilter,
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<Entry>> {
        self.entries_within(filter, cursor, count, FIRST, LOOKED_AT).await
    }

    /// The same, with other bounds: how long the first stretch is, and after how many entries a
    /// page ends.
    pub(crate) async fn entries_within(
        &self,
        filter: &EntryFilter,
        cursor: Option<&str>,
        count: u32,
        first: i64,
        most: i64,
    ) -> Result<Page<Entry>> {
        let until = filter.until.map_or(i64::MAX, micros);
        let mut after = match cursor {
            Some(cursor) => cursor::read::<Place>(cursor)?,
            None => Place(until, LAST.to_owned()),
        };
        let asked = Asked::new(filter, limit(count))?;
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        let (mut found, mut stretch, mut looked_at) = (Vec::new(), first, 0);
        loop {
            let sifts = asked.sifts();
            let end = if sifts { asked.end(&mut conn, &after, stretch).await? } else { None };
            found.extend(asked.lines(&mut conn, &after, end.as_ref()).await?);
            let full = i64::try_from(found.len()).is_ok_and(|found| found >= asked.limit);
            let Some(end) = end.filter(|_| !full) else {
                return cursor::page(found, asked.limit, |entry| cursor::write(&Place::of(entry)));
            };
            looked_at += stretch * i64::try_from(asked.lists.len()).unwrap_or(i64::MAX);
            if looked_at >= most {
                return Ok(Page { next: Some(cursor::write(&end)?), items: found });
            }
            (after, stretch) = (end, stretch * LONGER);
        }
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

/// A list that is asked: which, what leads, and whether what nobody has let in is left out.
struct List {
    walk: &'static Walk,
    lead: Option<String>,
    hidden: bool,
}

/// The lists that are asked one by one.
fn lists(filter: &EntryFilter) -> Vec<List> {
    let list = |which: Lead, lead: String, hidden| List {
        walk: &LISTS[which as usize],
        lead: Some(lead),
        hidden,
    };
    if let Some(product) = filter.product {
        return vec![list(Lead::Product, product.to_string(), true)];
    }
    if let Some(sender) = filter.sender {
        return vec![list(Lead::Sender, sender.to_string(), false)];
    }
    if let Some(owner) = filter.owner {
        return vec![list(Lead::Owner, owner.to_string(), true)];
    }
    let (each, any) = match (&filter.status, filter.flagged) {
        (_, true) => (Lead::Flagged, Lead::AnyFlagged),
        (Some(_), false) => (Lead::Status, Lead::AnyStatus),
        (None, false) => (Lead::Portfolio, Lead::Any),
    };
    // Those of which somebody sees what was not let in, and the others.
    let all = filter.portfolios.iter().flatten();
    let hidden = |key: &&PortfolioKey| !filter.moderated.contains(*key);
    let one_rule = all.clone().all(|key| hidden(&key)) || !all.clone().any(|key| hidden(&key));
    if all.clone().count() > APART && one_rule {
        let hidden = all.clone().all(|key| hidden(&key));
        return vec![List { walk: &LISTS[any as usize], lead: None, hidden }];
    }
    all.map(|key| list(each, key.to_string(), hidden(&key))).collect()
}

/// A filter as the statements take it.
struct Asked<'a> {
    filter: &'a EntryFilter,
    lists: Vec<List>,
    limit: i64,
    product: Option<String>,
    sender: Option<String>,
    owner: Option<String>,
    portfolios: Option<String>,
}

impl<'a> Asked<'a> {
    fn new(filter: &'a EntryFilter, limit: i64) -> Result<Self> {
        Ok(Self {
            filter,
            lists: lists(filter),
            limit,
            product: filter.product.map(|id| id.to_string()),
            sender: filter.sender.map(|id| id.to_string()),
            owner: filter.owner.map(|id| id.to_string()),
            portfolios: filter.portfolios.as_ref().map(json).transpose()?,
        })
    }

    /// Where the stretch ends: at the nearest end of those of all lists. None where the lists end
    /// before.
    async fn end(&self, conn: &mut Conn<'_>, after: &Place, stretch: i64) -> Result<Option<Place>> {
        let mut nearest: Option<Place> = None;
        for list in &self.lists {
            let args = [
                Arg::OptText(list.lead.as_deref()),
                Arg::I64(after.0),
                Arg::Text(&after.1),
                Arg::I64(stretch),
                Arg::Text(self.filter.kind.name()),
                Arg::OptText(self.filter.status.as_deref()),
            ];
            let Some(row) = conn.fetch_optional(&list.walk.stretch, &args).await? else { continue };
            let end = Place(row.i64("entry.opened_at")?, row.text("entry.id")?.to_owned());
            nearest = nearest.max(Some(end));
        }
        let from = self.filter.from.map_or(i64::MIN, micros);
        Ok(nearest.filter(|end| end.0 >= from))
    }

    /// May the lists hold what does not fit? Where they do not, each line that is read is one of
    /// the page.
    fn sifts(&self) -> bool {
        let filter = self.filter;
        let led = [filter.product.is_some(), filter.sender.is_some(), filter.owner.is_some()];
        let led = led.into_iter().filter(|led| *led).count();
        let whole = self.lists.iter().any(|list| list.lead.is_none());
        let further = filter.status.is_some() || filter.flagged || filter.portfolios.is_some();
        filter.topic.is_some()
            || filter.market.is_some()
            || whole
            || led > 1
            || (led == 1 && further)
            || (filter.flagged && filter.status.is_some())
            || (filter.kind == EntryKind::Idea && self.lists.iter().any(|list| list.hidden))
    }

    /// What fits of a stretch, the newest first.
    async fn lines(
        &self,
        conn: &mut Conn<'_>,
        after: &Place,
        end: Option<&Place>,
    ) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let from = self.filter.from.map_or(i64::MIN, micros);
        let until = Place(from, String::new());
        let until = end.filter(|end| **end > until).cloned().unwrap_or(until);
        for list in &self.lists {
            let args = self.args(list, after, &until);
            for row in &conn.fetch_all(&list.walk.lines, &args).await? {
                entries.push(codec::entry(row)?);
            }
        }
        entries.sort_by_cached_key(|entry| std::cmp::Reverse(Place::of(entry)));
        Ok(entries)
    }

    fn args<'b>(&'b self, list: &'b List, after: &'b Place, until: &'b Place) -> [Arg<'b>; 16] {
        let filter = self.filter;
        [
            Arg::OptText(list.lead.as_deref()),
            Arg::I64(after.0),
            Arg::Text(&after.1),
            Arg::I64(self.limit),
            Arg::Text(filter.kind.name()),
            Arg::OptText(filter.status.as_deref()),
            Arg::OptText(self.product.as_deref()),
            Arg::OptText(filter.topic.as_deref()),
            Arg::OptText(filter.market.as_ref().map(MarketKey::as_str)),
            Arg::OptText(self.sender.as_deref()),
            Arg::OptText(self.owner.as_deref()),
            Arg::I64(until.0),
            Arg::I64(list.hidden.into()),
            Arg::I64(filter.flagged.into()),
            Arg::OptText(self.portfolios.as_deref()),
            Arg::Text(&until.1),
        ]
    }
}
