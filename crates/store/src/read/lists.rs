//! Lists of products: which, in which order, from where on.

use std::{cmp::Ordering, collections::BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    id::PersonId,
    key::{GateKey, MarketKey, PortfolioKey, StageKey, WorkflowKey},
    text,
};

use super::{
    Page, cursor,
    gather::{FEW, few},
    limit,
    products::listed,
};
use crate::{
    codec::json,
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    facet::{Holder, Range},
    health::{DUE_SOON, Health},
    listing::{Listed, Standing},
    sql::lists::{self, AMONG, LINES, LISTS, List},
    store::Store,
    time::{NEVER, micros, micros_or_never},
};

/// Which products; everything that is set must hold, and of several values one. An empty set is
/// not set, but for the portfolios.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only these portfolios; none means all, an empty set means no product.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    pub stages: BTreeSet<StageKey>,
    pub gates: BTreeSet<GateKey>,
    /// As in [`Projection::side`](crate::Projection).
    pub sides: BTreeSet<String>,
    pub standings: BTreeSet<Standing>,
    /// As in [`Listed::outcome`].
    pub outcomes: BTreeSet<String>,
    pub owners: BTreeSet<PersonId>,
    /// Somebody of these is on the product.
    pub holders: BTreeSet<Holder>,
    pub markets: BTreeSet<MarketKey>,
    pub workflows: BTreeSet<WorkflowKey>,
    pub workflow_versions: BTreeSet<u32>,
    pub health: BTreeSet<Health>,
    /// As of when `health` is meant.
    pub now: DateTime<Utc>,
    /// Due at this time or later.
    pub due_from: Option<DateTime<Utc>>,
    /// Due before this time.
    pub due_until: Option<DateTime<Utc>>,
    /// The name starts so; case, width and composition make no difference.
    pub name_prefix: Option<String>,
    /// Each word of this begins a word of the name.
    pub words: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// Those without a due date come last (first when descending).
    #[default]
    Due,
    /// As [`sort_key`](sluicegate_core::text::sort_key) says.
    Name,
    Changed,
    Started,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

/// Up to so many values are each asked for a page; more are sifted out of the whole list.
const APART: usize = 8;
/// Lines that the first stretch of a walk has; where it holds too few that fit, the next is
/// [`LONGER`] times as long.
const FIRST: i64 = 500;
const LONGER: i64 = 4;
/// After so many lines a page ends as it is: those who want more go on from there.
pub(crate) const LOOKED_AT: i64 = 10_000;
/// Before every time; both databases can write it as a literal.
pub(super) const EVER: i64 = -i64::MAX;
/// Sorts behind every name, and every id.
const LAST: &str = "\u{10ffff}\u{10ffff}";

/// A value that lists are sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum SortValue {
    Number(i64),
    Text(String),
}

impl SortValue {
    fn arg(&self) -> Arg<'_> {
        match self {
            Self::Number(number) => Arg::I64(*number),
            Self::Text(text) => Arg::Text(text),
        }
    }
}

/// Place of a line in a list: sort value, then id.
type Place = (SortValue, String);

impl Store {
    /// A page of products; stable while others are added. `cursor` is the last page's `next`.
    ///
    /// A page looks at a bounded number of products. Where what is asked for is frequent, but seldom
    /// together, it may be short or even empty, and still have a `next`.
    pub async fn products(
        &self,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<Listed>> {
        self.list(filter, sort, cursor, count, Bounds::USUAL).await
    }

    /// The same, with other bounds.
    pub(crate) async fn list(
        &self,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        count: u32,
        bounds: Bounds,
    ) -> Result<Page<Listed>> {
        let after = cursor.map(cursor::read::<Place>).transpose()?;
        let text = |place: &Place| matches!(place.0, SortValue::Text(_));
        if after.as_ref().is_some_and(|place| text(place) != (sort.by == SortBy::Name)) {
            return Err(StoreError::BadCursor);
        }
        let sieve = Sieve::new(filter)?;
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        let limit = limit(count);
        let page = if let Some(ids) = few(&mut conn, filter, &sieve, bounds.few).await? {
            let rows = conn.fetch_all(&AMONG, &sieve.among(&json(&ids)?)).await?;
            gathered(&mut conn, &rows, sort, after, limit).await?
        } else {
            let (list, leads) = leads(filter, sort.by);
            let after = after.unwrap_or_else(|| sieve.first(sort));
            let walk = Walk { list: &LISTS[list as usize], leads, sieve: &sieve, sort, limit };
            if sifts(filter, list) {
                walk.by_stretches(&mut conn, after, bounds).await?
            } else {
                walk.at_once(&mut conn, &after).await?
            }
        };
        Ok(Page { items: page.items.into_iter().map(|(_, line)| line).collect(), next: page.next })
    }
}

/// A page of those that were gathered: only its own lines are read whole.
async fn gathered(
    conn: &mut Conn<'_>,
    rows: &[Row],
    sort: Sort,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<(Place, Listed)>> {
    let mut places: Vec<Place> =
        rows.iter().map(|row| place(row, sort.by)).collect::<Result<_>>()?;
    places.retain(|place| after.as_ref().is_none_or(|after| order(sort, place, after).is_gt()));
    places.sort_by(|a, b| order(sort, a, b));
    // One more than fits shows that there is a next page.
    let more = i64::try_from(places.len()).is_ok_and(|found| found > limit);
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = places.last().filter(|_| more).map(cursor::write).transpose()?;
    let ids: Vec<&str> = places.iter().map(|(_, id)| id.as_str()).collect();
    let rows = conn.fetch_all(&LINES, &[Arg::Text(&json(&ids)?)]).await?;
    Ok(Page { items: lines(&rows, sort)?, next })
}

/// How much work a page may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// So many products are gathered and sorted.
    pub(crate) few: usize,
    /// Lines of the first stretch of a walk.
    pub(crate) first: i64,
    /// Lines after which a page ends.
    pub(crate) looked_at: i64,
}

impl Bounds {
    const USUAL: Self = Self { few: FEW, first: FIRST, looked_at: LOOKED_AT };
}

/// A list that is read in its order, for each of the leads.
struct Walk<'a> {
    list: &'static lists::Walk,
    leads: Vec<Option<String>>,
    sieve: &'a Sieve,
    sort: Sort,
    limit: i64,
}

impl Walk<'_> {
    /// Where nothing is sifted, each line that is read is one of the page.
    async fn at_once(&self, conn: &mut Conn<'_>, after: &Place) -> Result<Page<(Place, Listed)>> {
        let found = self.lines(conn, after, &self.sieve.last(self.sort)).await?;
        cursor::page(found, self.limit, |(place, _)| cursor::write(place))
    }

    /// What fits may be far apart, so one stretch after the other is looked at, each longer than
    /// the one before, until the page is full or enough was looked at.
    async fn by_stretches(
        &self,
        conn: &mut Conn<'_>,
        mut after: Place,
        bounds: Bounds,
    ) -> Result<Page<(Place, Listed)>> {
        let (mut found, mut stretch, mut looked_at) = (Vec::new(), bounds.first, 0);
        let leads = i64::try_from(self.leads.len()).unwrap_or(i64::MAX);
        loop {
            let end = self.end(conn, &after, stretch).await?;
            let last = end.clone().unwrap_or_else(|| self.sieve.last(self.sort));
            found.extend(self.lines(conn, &after, &last).await?);
            let full = i64::try_from(found.len()).is_ok_and(|found| found >= self.limit);
            let Some(end) = end.filter(|_| !full) else {
                return cursor::page(found, self.limit, |(place, _)| cursor::write(place));
            };
            looked_at += stretch * leads;
            if looked_at >= bounds.looked_at {
                return Ok(Page { next: Some(cursor::write(&end)?), items: found });
            }
            (after, stretch) = (end, stretch * LONGER);
        }
    }

    /// The first lines of several lists hold the first lines of their union.
    async fn lines(
        &self,
        conn: &mut Conn<'_>,
        after: &Place,
        last: &Place,
    ) -> Result<Vec<(Place, Listed)>> {
        let sql = if self.sort.descending { &self.list.down } else { &self.list.up };
        let mut found = Vec::new();
        for lead in &self.leads {
            let args = self.sieve.walk(lead.as_deref(), after, last, self.limit);
            found.extend(lines(&conn.fetch_all(sql, &args).await?, self.sort)?);
        }
        found.sort_by(|(a, _), (b, _)| order(self.sort, a, b));
        Ok(found)
    }

    /// Where the stretch ends: at the nearest end of those of all leads. None where the lists end
    /// before.
    async fn end(&self, conn: &mut Conn<'_>, after: &Place, stretch: i64) -> Result<Option<Place>> {
        let Walk { list, sort, .. } = self;
        let sql = if sort.descending { &list.stretch_down } else { &list.stretch_up };
        let mut nearest: Option<Place> = None;
        for lead in &self.leads {
            let lead = Arg::OptText(lead.as_deref());
            let args = [lead, after.0.arg(), Arg::Text(&after.1), Arg::I64(stretch)];
            let Some(row) = conn.fetch_optional(sql, &args).await? else { continue };
            let end = place(&row, self.sort.by)?;
            let nearer = |it: &Place| order(self.sort, it, &end).is_le();
            nearest = Some(nearest.filter(nearer).unwrap_or(end));
        }
        let behind = self.sieve.last(self.sort);
        Ok(nearest.filter(|end| order(self.sort, end, &behind).is_lt()))
    }
}

fn order(sort: Sort, a: &Place, b: &Place) -> Ordering {
    if sort.descending { b.cmp(a) } else { a.cmp(b) }
}

fn lines(rows: &[Row], sort: Sort) -> Result<Vec<(Place, Listed)>> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push((place(row, sort.by)?, listed(row)?));
    }
    lines.sort_by(|(a, _), (b, _)| order(sort, a, b));
    Ok(lines)
}

/// The list whose index fits the filter best, and the values to look up in it.
fn leads(filter: &ProductFilter, by: SortBy) -> (List, Vec<Option<String>>) {
    fn texts<T: ToString>(values: &BTreeSet<T>) -> Vec<Option<String>> {
        values.iter().map(|value| Some(value.to_string())).collect()
    }
    let apart = |count: usize| (1..=APART).contains(&count);
    let portfolios = filter.portfolios.as_ref().filter(|keys| keys.len() <= APART);
    let standings = filter.standings.iter().map(|standing| Some(standing.code().to_owned()));
    match by {
        SortBy::Changed => (List::AnyChanged, vec![None]),
        _ if let Some(keys) = portfolios => {
            let lists = [List::PortfolioDue, List::PortfolioName, List::PortfolioStarted];
            (lists[column(by)], texts(keys))
        }
        SortBy::Due if apart(filter.owners.len()) => (List::OwnerDue, texts(&filter.owners)),
        _ if apart(filter.stages.len()) => {
            let lists = [List::StageDue, List::StageName, List::StageStarted];
            (lists[column(by)], texts(&filter.stages))
        }
        SortBy::Due if apart(filter.standings.len()) => (List::StandingDue, standings.collect()),
        SortBy::Started if apart(filter.standings.len()) => {
            (List::StandingStarted, standings.collect())
        }
        _ => ([List::AnyDue, List::AnyName, List::AnyStarted][column(by)], vec![None]),
    }
}

/// Does a list hold more than the filter lets pass? Ranges of names and due dates are not asked for
/// here: in their own order they are where a walk begins and ends.
fn sifts(filter: &ProductFilter, list: List) -> bool {
    let ProductFilter { portfolios, stages, gates, sides, standings, outcomes, owners, .. } =
        filter;
    let ProductFilter { holders, markets, workflows, workflow_versions, health, .. } = filter;
    let ranges = filter.due_from.is_some()
        || filter.due_until.is_some()
        || filter.name_prefix.is_some()
        || filter.words.is_some();
    let (by_portfolio, by_stage, by_standing) = (
        matches!(list, List::PortfolioDue | List::PortfolioName | List::PortfolioStarted),
        matches!(list, List::StageDue | List::StageName | List::StageStarted),
        matches!(list, List::StandingDue | List::StandingStarted),
    );
    ranges
        || (portfolios.is_some() && !by_portfolio)
        || !(stages.is_empty() || by_stage)
        || !(standings.is_empty() || by_standing)
        || !(owners.is_empty() || list == List::OwnerDue)
        || !(gates.is_empty() && sides.is_empty() && outcomes.is_empty() && health.is_empty())
        || !(holders.is_empty() && markets.is_empty())
        || !(workflows.is_empty() && workflow_versions.is_empty())
}

fn column(by: SortBy) -> usize {
    match by {
        SortBy::Due => 0,
        SortBy::Name => 1,
        SortBy::Started | SortBy::Changed => 2,
    }
}

/// A filter as the statements take it.
pub(super) struct Sieve {
    /// Parameters 5 to 11, 14 to 16 and 21 to 23.
    lists: [Option<String>; 13],
    pub(super) names: (String, String),
    now: i64,
    soon: i64,
    /// Both are within it.
    pub(super) due: (i64, i64),
}

impl Sieve {
    fn new(filter: &ProductFilter) -> Result<Self> {
        fn list<T: Serialize + Ord>(values: &BTreeSet<T>) -> Result<Option<String>> {
            Some(values).filter(|values| !values.is_empty()).map(json).transpose()
        }
        let versions: BTreeSet<String> =
            filter.workflow_versions.iter().map(ToString::to_string).collect();
        let standings = filter.standings.iter().map(|standing| standing.code()).collect();
        let health = filter.health.iter().map(|health| health.code()).collect();
        let ranges: Vec<Range> = filter.holders.iter().map(Range::holder).collect();
        let ranges = Some(ranges).filter(|ranges| !ranges.is_empty());
        let prefix = filter.name_prefix.as_deref().map(text::sort_key).unwrap_or_default();
        Ok(Self {
            lists: [
                filter.portfolios.as_ref().map(json).transpose()?,
                list(&filter.stages)?,
                list(&filter.gates)?,
                list(&filter.sides)?,
                list::<&str>(&standings)?,
                list(&filter.owners)?,
                list(&filter.workflows)?,
                list(&versions)?,
                list(&filter.outcomes)?,
                list::<&str>(&health)?,
                list(&filter.markets)?,
                ranges.map(|ranges| json(&ranges)).transpose()?,
                filter.words.as_deref().map(beginnings).transpose()?,
            ],
            names: (prefix.clone(), format!("{prefix}{LAST}")),
            now: micros(filter.now),
            soon: micros(filter.now + DUE_SOON),
            due: due(filter),
        })
    }

    fn walk<'a>(
        &'a self,
        lead: Option<&'a str>,
        after: &'a Place,
        last: &'a Place,
        limit: i64,
    ) -> Vec<Arg<'a>> {
        let from = [Arg::OptText(lead), after.0.arg(), Arg::Text(&after.1), Arg::I64(limit)];
        let mut args = self.args(from).to_vec();
        args.extend([last.0.arg(), Arg::Text(&last.1)]);
        args
    }

    fn among<'a>(&'a self, ids: &'a str) -> [Arg<'a>; 23] {
        let none = Arg::OptText(None);
        self.args([Arg::Text(ids), none, none, none])
    }

    fn args<'a>(&'a self, [a, b, c, d]: [Arg<'a>; 4]) -> [Arg<'a>; 23] {
        let list = |at: usize| Arg::OptText(self.lists[at].as_deref());
        [
            a,
            b,
            c,
            d,
            list(0),
            list(1),
            list(2),
            list(3),
            list(4),
            list(5),
            list(6),
            Arg::Text(&self.names.0),
            Arg::Text(&self.names.1),
            list(7),
            list(8),
            list(9),
            Arg::I64(self.now),
            Arg::I64(self.soon),
            Arg::I64(self.due.0),
            Arg::I64(self.due.1),
            list(10),
            list(11),
            list(12),
        ]
    }

    /// The place behind the last line.
    fn last(&self, sort: Sort) -> Place {
        self.first(Sort { descending: !sort.descending, ..sort })
    }

    /// The place before the first line.
    fn first(&self, sort: Sort) -> Place {
        let number = |up: i64, down: i64| {
            let at = if sort.descending { down } else { up };
            SortValue::Number(at)
        };
        let value = match (sort.by, sort.descending) {
            (SortBy::Name, false) => SortValue::Text(self.names.0.clone()),
            (SortBy::Name, true) => SortValue::Text(self.names.1.clone()),
            (SortBy::Due, _) => number(self.due.0, self.due.1),
            (SortBy::Changed | SortBy::Started, _) => number(i64::MIN, i64::MAX),
        };
        (value, if sort.descending { LAST.to_owned() } else { String::new() })
    }
}

/// The due dates that fit, also by the health that is asked for: that is where a walk begins and ends.
fn due(filter: &ProductFilter) -> (i64, i64) {
    let mut from = filter.due_from.map_or(EVER, micros);
    let mut to = filter.due_until.map_or(NEVER, |until| micros(until) - 1);
    let dated = |health: &Health| matches!(health, Health::Overdue | Health::DueSoon);
    if !filter.health.is_empty() && filter.health.iter().all(dated) {
        let soon = filter.health.contains(&Health::DueSoon);
        let end = if soon { filter.now + DUE_SOON } else { filter.now };
        to = to.min(micros(end) - 1);
        if !filter.health.contains(&Health::Overdue) {
            from = from.max(micros(filter.now));
        }
    }
    (from, to)
}

/// The words that are looked for, each after a space, as they stand in lines.
fn beginnings(words: &str) -> Result<String> {
    #[derive(Serialize)]
    struct Word {
        beginning: String,
    }
    let words = text::words(words).into_iter().map(|word| Word { beginning: format!(" {word}") });
    json(&words.collect::<Vec<_>>())
}

/// The cursor of what follows a product in a list, as a page that ended with it would have given.
pub fn cursor_after(listed: &Listed, sort: Sort) -> Result<String> {
    let value = match sort.by {
        SortBy::Due => SortValue::Number(micros_or_never(listed.due_at)),
        SortBy::Name => SortValue::Text(text::sort_key(&listed.name)),
        SortBy::Changed => SortValue::Number(micros(listed.changed_at)),
        SortBy::Started => SortValue::Number(micros(listed.started_at)),
    };
    cursor::write::<Place>(&(value, listed.id.to_string()))
}

fn place(row: &Row, by: SortBy) -> Result<Place> {
    let value = match by {
        SortBy::Due => SortValue::Number(row.i64("listing.due_at")?),
        SortBy::Name => SortValue::Text(row.text("listing.name_key")?.to_owned()),
        SortBy::Changed => SortValue::Number(row.i64("product.changed_at")?),
        SortBy::Started => SortValue::Number(row.i64("listing.started_at")?),
    };
    Ok((value, row.text("listing.product")?.to_owned()))
}
