//! Feedback in numbers.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    id::ProductId,
    key::{MarketKey, PortfolioKey},
};

use crate::{
    codec,
    db::{Arg, Conn, Row, Sql},
    error::{Result, StoreError},
    sql::intake as sql,
    store::Store,
    time::{from_micros, micros},
};

/// Numbers are made of at most so many.
const COUNTED: i64 = 5_000;
/// How feedback ends.
const ANSWERED: [&str; 3] = ["new_idea", "obligation", "declined"];

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

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackCounts {
    /// By product, kind, market and state.
    pub counts: Vec<FeedbackCount>,
    /// False: there is more than is counted at once.
    pub complete: bool,
}

impl Store {
    /// The newest feedback of a product, counted.
    pub async fn feedback_of_product(
        &self,
        product: ProductId,
        now: DateTime<Utc>,
    ) -> Result<FeedbackCounts> {
        let mut sum = Sum::new(COUNTED);
        let mut connection = self.shared.readers.acquire().await?;
        let of = product.to_string();
        sum.add(&mut connection.conn(), &sql::COUNTS_OF_PRODUCT, &of, now, None).await?;
        Ok(sum.counts())
    }

    /// The feedback of these portfolios, counted one by one, and of each what is open first, then
    /// what may be an incident, then the newest of the rest: each is a stretch of one index.
    pub async fn feedback_of_portfolios(
        &self,
        portfolios: &BTreeSet<PortfolioKey>,
        now: DateTime<Utc>,
    ) -> Result<FeedbackCounts> {
        let mut all = Sum::new(0);
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        for (place, portfolio) in portfolios.iter().enumerate() {
            // What one portfolio leaves is there for those that follow.
            let left = i64::try_from(portfolios.len() - place).unwrap_or(i64::MAX);
            let of = portfolio.as_str();
            let mut sum = Sum::new((COUNTED - all.number) / left);
            sum.add(&mut conn, &sql::COUNTS_OF_STATUS, of, now, Some("open")).await?;
            sum.add(&mut conn, &sql::COUNTS_OF_FLAGGED, of, now, None).await?;
            for status in ANSWERED {
                sum.add(&mut conn, &sql::COUNTS_OF_STATUS, of, now, Some(status)).await?;
            }
            all.join(sum);
        }
        Ok(all.counts())
    }
}

/// Feedback that is counted, up to a bound.
struct Sum {
    counts: BTreeMap<(ProductId, String, Option<MarketKey>, String), FeedbackCount>,
    number: i64,
    most: i64,
    complete: bool,
}

impl Sum {
    const fn new(most: i64) -> Self {
        Self { counts: BTreeMap::new(), number: 0, most, complete: true }
    }

    async fn add(
        &mut self,
        conn: &mut Conn<'_>,
        statement: &'static Sql,
        of: &str,
        now: DateTime<Utc>,
        status: Option<&str>,
    ) -> Result<()> {
        // One more than is left would show that there is more.
        let left = self.most - self.number;
        let mut args = vec![Arg::Text(of), Arg::I64(micros(now)), Arg::I64(left + 1)];
        args.extend(status.map(Arg::Text));
        let mut found = 0;
        for row in &conn.fetch_all(statement, &args).await? {
            let count = counted(row)?;
            found += i64::try_from(count.number).unwrap_or(i64::MAX);
            self.put(count);
        }
        self.complete &= found <= left;
        self.number = self.most.min(self.number + found);
        Ok(())
    }

    fn put(&mut self, count: FeedbackCount) {
        let key = (count.product, count.topic.clone(), count.market.clone(), count.status.clone());
        match self.counts.entry(key) {
            Entry::Vacant(place) => drop(place.insert(count)),
            Entry::Occupied(mut known) => known.get_mut().join(&count),
        }
    }

    fn join(&mut self, other: Self) {
        self.complete &= other.complete;
        self.number += other.number;
        for count in other.counts.into_values() {
            self.put(count);
        }
    }

    fn counts(self) -> FeedbackCounts {
        FeedbackCounts { counts: self.counts.into_values().collect(), complete: self.complete }
    }
}

impl FeedbackCount {
    /// Takes in the same of other feedback.
    fn join(&mut self, other: &Self) {
        let all = i128::from(self.number) + i128::from(other.number);
        let sum = |it: &Self| i128::from(micros(it.mean)) * i128::from(it.number);
        let mean = (sum(self) + sum(other)).checked_div(all).and_then(|it| i64::try_from(it).ok());
        self.mean = mean.and_then(from_micros).unwrap_or(self.mean);
        self.oldest = self.oldest.min(other.oldest);
        self.number += other.number;
        self.late += other.late;
        self.flagged += other.flagged;
    }
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
