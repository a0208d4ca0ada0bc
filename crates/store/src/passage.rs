//! Finished passages of all products: followed from the log, and read for figures.
//!
//! They are no part of the write path: a command would have to read its product's events to know
//! what was waited for. What ends a passage fixes it for ever, so the rows are a function of the
//! log, whoever writes them and however often.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    clocks::{Passage, Waited},
    definition::Place,
    id::ProductId,
    key::{PortfolioKey, WorkflowKey},
};

use crate::{
    codec::{self, json},
    db::{Arg, Conn, Row, Sql},
    error::{Result, StoreError},
    record::Stream,
    sql::passage as sql,
    store::Store,
    time::{NEVER, from_micros, micros, micros_or_never},
    write::read_frontier,
};

/// So many positions of the log are followed at once.
const STRETCH: u64 = 10_000;
/// Figures are made of at most so many passages, of each portfolio that is looked up as many.
const MOST: usize = 10_000;
/// Up to so many portfolios are each looked up; more are sifted out of the whole table.
const PORTFOLIOS_APART: usize = 8;

/// A finished passage of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageRow {
    pub product: ProductId,
    pub workflow: WorkflowKey,
    pub portfolio: PortfolioKey,
    pub passage: Passage,
}

/// Which passages; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassageFilter {
    /// Only these portfolios; none means all.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    pub workflow: Option<WorkflowKey>,
    /// Any of these; all when empty.
    pub places: BTreeSet<Place>,
    /// Ended at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Ended before this time.
    pub until: Option<DateTime<Utc>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passages {
    pub rows: Vec<PassageRow>,
    /// False: there are more than are looked at; these are the last ones.
    pub complete: bool,
}

/// A stretch of the log in which passages may have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageStretch {
    pub after: u64,
    pub until: u64,
    pub products: Vec<ProductId>,
}

#[derive(Serialize)]
struct Put<'a> {
    product: ProductId,
    kind: &'static str,
    place: &'a str,
    number: u32,
    workflow: &'a str,
    portfolio: &'a str,
    entered_at: i64,
    left_at: i64,
    due_at: i64,
    ended: &'static str,
    ended_by: u32,
    team: u64,
    reviewer: u64,
    gatekeeper: u64,
    receiver: u64,
    regulator: u64,
    hold: u64,
}

impl<'a> Put<'a> {
    /// None for a passage that is not over.
    fn of(row: &'a PassageRow) -> Option<Self> {
        let passage = &row.passage;
        let (kind, place) = named(&passage.place);
        let spent = |waited| passage.spent.get(&waited).copied().unwrap_or_default();
        Some(Self {
            product: row.product,
            kind,
            place,
            number: passage.number,
            workflow: row.workflow.as_str(),
            portfolio: row.portfolio.as_str(),
            entered_at: micros(passage.entered),
            left_at: micros(passage.left?),
            due_at: micros_or_never(passage.due),
            ended: passage.ended?.name(),
            ended_by: passage.ended_by?,
            team: spent(Waited::Team),
            reviewer: spent(Waited::Reviewer),
            gatekeeper: spent(Waited::Gatekeeper),
            receiver: spent(Waited::Receiver),
            regulator: spent(Waited::Regulator),
            hold: spent(Waited::Hold),
        })
    }
}

fn named(place: &Place) -> (&'static str, &str) {
    match place {
        Place::Stage(stage) => ("stage", stage.as_str()),
        Place::Gate(gate) => ("gate", gate.as_str()),
    }
}

impl Store {
    /// Up to which position of the log the passages are complete.
    pub async fn passage_head(&self) -> Result<u64> {
        let row = self.shared.readers.fetch_optional(&sql::PASSAGE_HEAD, &[]).await?;
        let position = row.ok_or(StoreError::Missing("passage_head"))?.i64("passage_head.position");
        let corrupt = |error| StoreError::corrupt("passage_head.position", 1, error);
        u64::try_from(position?).map_err(corrupt)
    }

    /// What to look at next; none when the passages are complete up to the log's head.
    pub async fn passage_stretch(&self) -> Result<Option<PassageStretch>> {
        let after = self.passage_head().await?;
        let head = self.shared.readers.fetch_optional(&crate::sql::log::HEAD, &[]).await?;
        let head = read_frontier(&head.ok_or(StoreError::Missing("log_head"))?)?.size();
        if head <= after {
            return Ok(None);
        }
        let until = head.min(after.saturating_add(STRETCH));
        let args = [Arg::I64(position(after)), Arg::I64(position(until))];
        let rows = self.shared.readers.fetch_all(&sql::PASSED_STREAMS, &args).await?;
        let mut products = Vec::with_capacity(rows.len());
        for row in &rows {
            let stream = row.text("event.stream")?;
            if let Stream::Product(id) = codec::parse("event.stream", stream, stream)? {
                products.push(id);
            }
        }
        products.sort_unstable();
        Ok(Some(PassageStretch { after, until, products }))
    }

    /// Stores what ended in a stretch, and that it was looked at, in one transaction. False:
    /// another follower was first, and nothing was written.
    pub async fn put_passages(
        &self,
        stretch: &PassageStretch,
        passages: &[PassageRow],
    ) -> Result<bool> {
        let rows: Vec<Put<'_>> = passages.iter().filter_map(Put::of).collect();
        self.shared.follow(async |conn| put(conn, stretch, &rows).await).await
    }

    /// Forgets all passages, so that the log is followed from its beginning again.
    pub async fn forget_passages(&self) -> Result<()> {
        let forget = async |conn: &mut Conn<'_>| {
            conn.execute(&sql::RESET_PASSAGE_HEAD, &[]).await?;
            conn.execute(&sql::FORGET_PASSAGES, &[]).await?;
            Ok(true)
        };
        self.shared.follow(forget).await.map(drop)
    }

    /// The last passages that fit, and whether they are all of them.
    pub async fn passages(&self, filter: &PassageFilter) -> Result<Passages> {
        let (sql, leads) = leads(filter);
        let (from, until) = (filter.from.map_or(i64::MIN, micros), micros_or_never(filter.until));
        let mut found = Passages { rows: Vec::new(), complete: true };
        let mut connection = self.shared.readers.acquire().await?;
        let most = MOST / leads.len().max(1);
        for lead in leads {
            let limit = Arg::I64(i64::try_from(most).unwrap_or(i64::MAX));
            let args = [Arg::OptText(lead.as_deref()), Arg::I64(from), Arg::I64(until), limit];
            let rows = connection.conn().fetch_all(sql, &args).await?;
            found.complete &= rows.len() < most;
            for row in &rows {
                let row = read(row)?;
                if fits(filter, &row) {
                    found.rows.push(row);
                }
            }
        }
        Ok(found)
    }

    /// The passages of one product, by when they began.
    pub async fn passages_of(&self, product: ProductId) -> Result<Vec<PassageRow>> {
        let product = product.to_string();
        let args = [Arg::Text(&product)];
        let rows = self.shared.readers.fetch_all(&sql::PASSAGES_OF_PRODUCT, &args).await?;
        rows.iter().map(read).collect()
    }
}

fn position(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

async fn put(conn: &mut Conn<'_>, stretch: &PassageStretch, rows: &[Put<'_>]) -> Result<bool> {
    let args = [Arg::I64(position(stretch.after)), Arg::I64(position(stretch.until))];
    let first = conn.execute(&sql::MOVE_PASSAGE_HEAD, &args).await? > 0;
    if first && !rows.is_empty() {
        conn.execute(&sql::PUT_PASSAGES, &[Arg::Text(&json(rows)?)]).await?;
    }
    Ok(first)
}

/// The look-up that suits the filter best, and the values to look up.
fn leads(filter: &PassageFilter) -> (&'static Sql, Vec<Option<String>>) {
    let mut places = filter.places.iter();
    match (&filter.portfolios, (places.next(), places.next()), &filter.workflow) {
        (Some(portfolios), ..) if portfolios.len() <= PORTFOLIOS_APART => {
            let keys = portfolios.iter().map(|key| Some(key.to_string()));
            (&sql::PASSAGES_OF_PORTFOLIO, keys.collect())
        }
        (_, (Some(place), None), _) => {
            (&sql::PASSAGES_AT_PLACE, vec![Some(named(place).1.to_owned())])
        }
        (_, _, Some(workflow)) => (&sql::PASSAGES_OF_WORKFLOW, vec![Some(workflow.to_string())]),
        _ => (&sql::PASSAGES, vec![None]),
    }
}

fn fits(filter: &PassageFilter, row: &PassageRow) -> bool {
    filter.portfolios.as_ref().is_none_or(|keys| keys.contains(&row.portfolio))
        && filter.workflow.as_ref().is_none_or(|key| *key == row.workflow)
        && (filter.places.is_empty() || filter.places.contains(&row.passage.place))
}

fn read(row: &Row) -> Result<PassageRow> {
    let name = row.text("passage.product")?;
    macro_rules! parsed {
        ($column:literal) => {
            codec::parse($column, name, row.text($column)?)?
        };
    }
    macro_rules! number {
        ($column:literal) => {
            row.i64($column)?
                .try_into()
                .map_err(|error| StoreError::corrupt($column, name, error))?
        };
    }
    let time = |column: &'static str| {
        let at = row.i64(column)?;
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, name, at))
    };
    let place = match row.text("passage.kind")? {
        "stage" => Place::Stage(parsed!("passage.place")),
        "gate" => Place::Gate(parsed!("passage.place")),
        other => return Err(StoreError::corrupt("passage.kind", name, format!("`{other}`"))),
    };
    let spent: [(Waited, u64); 6] = [
        (Waited::Team, number!("passage.team")),
        (Waited::Reviewer, number!("passage.reviewer")),
        (Waited::Gatekeeper, number!("passage.gatekeeper")),
        (Waited::Receiver, number!("passage.receiver")),
        (Waited::Regulator, number!("passage.regulator")),
        (Waited::Hold, number!("passage.hold")),
    ];
    let due = row.i64("passage.due_at")?;
    Ok(PassageRow {
        product: parsed!("passage.product"),
        workflow: parsed!("passage.workflow"),
        portfolio: parsed!("passage.portfolio"),
        passage: Passage {
            place,
            number: number!("passage.number"),
            entered: time("passage.entered_at")?,
            left: Some(time("passage.left_at")?),
            ended: Some(parsed!("passage.ended")),
            due: if due == NEVER { None } else { Some(time("passage.due_at")?) },
            spent: spent.into_iter().filter(|(_, seconds)| *seconds > 0).collect(),
            ended_by: Some(number!("passage.ended_by")),
        },
    })
}
