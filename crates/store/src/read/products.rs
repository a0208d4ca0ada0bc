//! One product, and lists of products.

use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    id::{PersonId, ProductId},
    key::{GateKey, PortfolioKey, StageKey, WorkflowKey},
    product::{Product, evolve},
};

use super::{Page, cursor, limit};
use crate::{
    codec::{self, json},
    db::{Arg, Row, Sql},
    error::{Result, StoreError},
    job::Done,
    listing::{Listed, Standing, name_key},
    record::{Stored, Stream},
    sql::{
        lists::{self, LISTS, List},
        log,
    },
    store::Store,
    time::{NEVER, from_micros, micros},
    write::KeyRow,
};

/// Which products; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only these portfolios; none means all, an empty set means no product.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    pub stage: Option<StageKey>,
    pub gate: Option<GateKey>,
    /// As in [`Projection::side`](crate::Projection).
    pub side: Option<String>,
    pub standing: Option<Standing>,
    pub owner: Option<PersonId>,
    pub workflow: Option<WorkflowKey>,
    /// The name starts so, in upper or lower case.
    pub name_prefix: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Those without a due date come last (first when descending).
    #[default]
    Due,
    /// Without regard to upper and lower case.
    Name,
    Changed,
    Started,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

/// Up to so many portfolios are each asked for a page; more are sifted out of the whole list.
const PORTFOLIOS_APART: usize = 8;
/// How many events are read at once to make a state again.
const CHUNK: i64 = 1000;
/// Sorts behind every name, and every id.
const LAST: &str = "\u{10ffff}\u{10ffff}";

/// As of when a product is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    Version(u32),
    Time(DateTime<Utc>),
}

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
    /// The product as it is.
    pub async fn product(&self, id: ProductId) -> Result<Option<Arc<Product>>> {
        let id = id.to_string();
        let row = self.shared.readers.fetch_optional(&log::PRODUCT, &[Arg::Text(&id)]).await?;
        row.as_ref().map(state).transpose().map(|product| product.map(Arc::new))
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

    /// A page of products; stable while others are added. `cursor` is the last page's `next`.
    pub async fn products(
        &self,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<Listed>> {
        let query = Query::new(filter, sort, cursor, limit(count))?;
        let mut lines: Vec<(Place, Listed)> = Vec::new();
        let mut connection = self.shared.readers.acquire().await?;
        // The first lines of several lists hold the first lines of their union.
        for lead in &query.leads {
            let args = query.args(lead.as_deref());
            let rows = connection.conn().fetch_all(query.statement, &args).await?;
            for row in &rows {
                lines.push((place(row, sort.by)?, listed(row)?));
            }
        }
        let order = |a: &Place, b: &Place| if sort.descending { b.cmp(a) } else { a.cmp(b) };
        lines.sort_by(|(a, _), (b, _)| -> Ordering { order(a, b) });
        let page = cursor::page(lines, limit(count), |(place, _)| cursor::write(place))?;
        Ok(Page { items: page.items.into_iter().map(|(_, line)| line).collect(), next: page.next })
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
            Stream::Directory => {}
        }
        Ok(Done { product, entry, events, replayed: true })
    }
}

/// A list, ready to be asked for.
struct Query {
    statement: &'static Sql,
    /// What leads; several are asked one by one.
    leads: Vec<Option<String>>,
    after: Place,
    limit: i64,
    portfolios: Option<String>,
    stage: Option<String>,
    gate: Option<String>,
    side: Option<String>,
    standing: Option<&'static str>,
    owner: Option<String>,
    workflow: Option<String>,
    names: (String, String),
}

impl Query {
    fn new(filter: &ProductFilter, sort: Sort, cursor: Option<&str>, limit: i64) -> Result<Self> {
        let (list, leads) = leads(filter, sort.by);
        let (_, up, down) = &LISTS[list as usize];
        let prefix = filter.name_prefix.as_deref().map(name_key).unwrap_or_default();
        let until = format!("{prefix}{LAST}");
        let after = match cursor {
            Some(cursor) => cursor::read::<Place>(cursor)?,
            None => first(sort, &prefix, &until),
        };
        if matches!(after.0, SortValue::Text(_)) != (sort.by == SortBy::Name) {
            return Err(StoreError::BadCursor);
        }
        let text = |value: Option<&str>| value.map(str::to_owned);
        Ok(Self {
            statement: if sort.descending { down } else { up },
            leads,
            after,
            limit,
            portfolios: filter.portfolios.as_ref().map(json).transpose()?,
            stage: text(filter.stage.as_ref().map(StageKey::as_str)),
            gate: text(filter.gate.as_ref().map(GateKey::as_str)),
            side: filter.side.clone(),
            standing: filter.standing.map(Standing::code),
            owner: filter.owner.map(|owner| owner.to_string()),
            workflow: text(filter.workflow.as_ref().map(WorkflowKey::as_str)),
            names: (prefix, until),
        })
    }

    fn args<'a>(&'a self, lead: Option<&'a str>) -> [Arg<'a>; 13] {
        [
            Arg::OptText(lead),
            self.after.0.arg(),
            Arg::Text(&self.after.1),
            Arg::I64(self.limit),
            Arg::OptText(self.portfolios.as_deref()),
            Arg::OptText(self.stage.as_deref()),
            Arg::OptText(self.gate.as_deref()),
            Arg::OptText(self.side.as_deref()),
            Arg::OptText(self.standing),
            Arg::OptText(self.owner.as_deref()),
            Arg::OptText(self.workflow.as_deref()),
            Arg::Text(&self.names.0),
            Arg::Text(&self.names.1),
        ]
    }
}

/// The list whose index fits the filter best, and the values to look up in it.
fn leads(filter: &ProductFilter, by: SortBy) -> (List, Vec<Option<String>>) {
    let pick = |lists: [List; 4]| match by {
        SortBy::Due => lists[0],
        SortBy::Name => lists[1],
        SortBy::Started => lists[2],
        SortBy::Changed => lists[3],
    };
    if let Some(owner) = filter.owner {
        let lists = [List::OwnerDue, List::OwnerName, List::OwnerStarted, List::OwnerChanged];
        return (pick(lists), vec![Some(owner.to_string())]);
    }
    if let Some(stage) = &filter.stage {
        let lists = [List::StageDue, List::StageName, List::StageStarted, List::StageChanged];
        return (pick(lists), vec![Some(stage.to_string())]);
    }
    match &filter.portfolios {
        Some(portfolios) if portfolios.len() <= PORTFOLIOS_APART => {
            let lists = [
                List::PortfolioDue,
                List::PortfolioName,
                List::PortfolioStarted,
                List::PortfolioChanged,
            ];
            (pick(lists), portfolios.iter().map(|key| Some(key.to_string())).collect())
        }
        _ => (pick([List::AnyDue, List::AnyName, List::AnyStarted, List::AnyChanged]), vec![None]),
    }
}

/// The place before the first line.
fn first(sort: Sort, prefix: &str, until: &str) -> Place {
    match (sort.by, sort.descending) {
        (SortBy::Name, false) => (SortValue::Text(prefix.to_owned()), String::new()),
        (SortBy::Name, true) => (SortValue::Text(until.to_owned()), LAST.to_owned()),
        (_, false) => (SortValue::Number(i64::MIN), String::new()),
        (_, true) => (SortValue::Number(i64::MAX), LAST.to_owned()),
    }
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

/// Reads a row of `product`.
pub(super) fn state(row: &Row) -> Result<Product> {
    codec::decode_state(
        row.text("product.id")?,
        row.i64("product.version")?,
        row.bytes("product.state")?,
    )
}

fn listed(row: &Row) -> Result<Listed> {
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
        owner: parsed!("listing.owner"),
        due_at: if due == NEVER { None } else { Some(time("listing.due_at")?) },
        started_at: time("listing.started_at")?,
        changed_at: time("product.changed_at")?,
    })
}
