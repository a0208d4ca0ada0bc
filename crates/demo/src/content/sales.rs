//! What is sold, month by month: the plan of the business case, and what the sheet says of its result.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::{
    Writer,
    figures::{Figures, part, tenth},
};
use crate::dice::Dice;

/// Of the business case, where a sheet says nothing: from, to.
const USUAL: (i64, i64) = (74, 116);

/// A month of a market, in US dollars.
#[derive(Clone, Debug)]
pub(super) struct Month {
    pub(super) first_day: NaiveDate,
    /// As the business case has it.
    pub(super) planned: f64,
    /// What marketing expected when the year began, and what sales committed to.
    pub(super) forecast: f64,
    pub(super) committed: f64,
    pub(super) actual: f64,
}

impl Writer<'_> {
    /// The first month in which this market is sold, before the launch the one it is planned for.
    pub(super) fn first_month(&self, market: &str) -> NaiveDate {
        let late = self.sheet.later.get(market).copied().unwrap_or(0).unsigned_abs();
        let launch = self.launched.map_or_else(
            || self.today.checked_add_days(Days::new(30)).unwrap_or(self.today),
            |launched| launched.date_naive(),
        );
        let begun = launch.checked_add_days(Days::new(late)).unwrap_or(launch);
        let first = begun.with_day(1).unwrap_or(begun);
        first.checked_add_months(Months::new(1)).unwrap_or(first)
    }

    /// So many months of a market from its first one on, as the business case has them.
    pub(super) fn planned(&self, market: &str, count: usize) -> Vec<(NaiveDate, f64)> {
        let figures = Figures::of(self);
        let first = self.first_month(market);
        (0..count)
            .filter_map(|month| {
                let on = first.checked_add_months(Months::new(u32::try_from(month).ok()?))?;
                let year = figures.in_market(market, month / 12);
                Some((on, year * self.weight(month)))
            })
            .collect()
    }

    /// A month's part of its year; a new product begins slowly.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn weight(&self, month: usize) -> f64 {
        let in_year = (month % 12) as f64;
        match (month / 12, self.sheet.quick) {
            (0, false) => (in_year + 3.0) / 102.0,
            (0, true) => (0.7 + 0.6 * in_year / 11.0) / 12.0,
            _ => (0.85 + 0.3 * in_year / 11.0) / 12.0,
        }
    }

    /// Sales against the business case, as a share.
    fn of_plan(&self, year: usize) -> f64 {
        if let Some(sold) = &self.sheet.sold {
            return sold.plan.get(year).or(sold.plan.last()).map_or(1.0, |percent| part(*percent));
        }
        let mut dice = Dice::of(self.seed, &format!("{}/sold", self.sheet.key));
        let first = dice.between(USUAL.0, USUAL.1);
        // Who began badly mends half of it.
        part(if year == 0 { first } else { i64::midpoint(first, 100) })
    }

    /// The same in a month: no market changes from one day to the next at the turn of a year.
    fn in_month(&self, month: usize) -> f64 {
        let year = month / 12;
        let now = self.of_plan(year);
        let towards = |other: usize| 0.7 * now + 0.3 * self.of_plan(other);
        match month % 12 {
            11 => towards(year + 1),
            0 if year > 0 => towards(year - 1),
            _ => now,
        }
    }

    /// The months of a year of a market as they came out, so that the year comes to what the
    /// sheet says of it.
    fn year_sold(&self, market: &str, year: usize, planned: &[(NaiveDate, f64)]) -> Vec<f64> {
        let months = planned.iter().enumerate().skip(12 * year).take(12);
        let raw: Vec<f64> = months
            .map(|(month, (first_day, planned))| {
                let name = format!("{}/{market}/{first_day}", self.sheet.key);
                let mut dice = Dice::of(self.seed, &format!("{name}/actual"));
                let actual = planned * self.in_month(month) * season(market, *first_day);
                actual * part(dice.between(89, 111))
            })
            .collect();
        let due: f64 = planned.iter().skip(12 * year).take(12).map(|(_, planned)| planned).sum();
        let factor =
            due * self.of_plan(year) * self.better(market) / raw.iter().sum::<f64>().max(1.0);
        raw.iter().map(|actual| actual * factor).collect()
    }

    /// How a market does against the others; all of them together do as the sheet says.
    fn better(&self, market: &str) -> f64 {
        let figures = Figures::of(self);
        let own = |market: &str| {
            part(Dice::of(self.seed, &format!("{}/{market}/sold", self.sheet.key)).between(93, 107))
        };
        let of = |weigh: &dyn Fn(&str) -> f64| -> f64 {
            self.sheet.markets.iter().map(|key| figures.in_market(key, 0) * weigh(key)).sum()
        };
        own(market) * of(&|_| 1.0) / of(&own).max(1.0)
    }

    /// The whole months that a market was sold until today.
    pub(super) fn sales(&self, market: &str) -> Vec<Month> {
        let Some(_) = self.launched else { return Vec::new() };
        let this_month = self.today.with_day(1).unwrap_or(self.today);
        let all = self.planned(market, 60);
        let years = (0..5).flat_map(|year| self.year_sold(market, year, &all));
        let sold: Vec<f64> = years.collect();
        let planned = all.into_iter().enumerate();
        planned
            .take_while(|(_, (first_day, _))| *first_day < this_month)
            .map(|(month, (first_day, planned))| {
                let name = format!("{}/{market}/{first_day}", self.sheet.key);
                let mut dice = Dice::of(self.seed, &name);
                let year = month / 12;
                let expected = match year {
                    0 => planned,
                    _ => planned * f64::midpoint(self.of_plan(year - 1), self.of_plan(year)),
                };
                let forecast = expected * part(dice.between(97, 103));
                let committed = forecast * part(dice.between(86, 101));
                let actual = sold.get(month).copied().unwrap_or_default();
                Month { first_day, planned, forecast, committed, actual }
            })
            .collect()
    }

    /// The sales of the last twelve whole months in all markets.
    pub(super) fn last_year(&self) -> f64 {
        let of = |market: &String| -> f64 {
            self.sales(market).iter().rev().take(12).map(|month| month.actual).sum()
        };
        self.sheet.markets.iter().map(of).sum()
    }

    /// The first year's sales against the promise, in percent; of the months that have passed.
    pub(super) fn attained(&self) -> f64 {
        let (mut planned, mut actual) = (0.0, 0.0);
        for market in &self.sheet.markets {
            for month in self.sales(market).iter().take(12) {
                planned += month.planned;
                actual += month.actual;
            }
        }
        if planned > 0.0 { tenth(100.0 * actual / planned) } else { 100.0 }
    }

    /// Growth from the year before to this one, in percent.
    pub(super) fn grown(&self) -> f64 {
        let figures = Figures::of(self);
        let months = self.sheet.markets.iter().map(|market| self.sales(market).len()).max();
        let year = (months.unwrap_or(0) / 12).max(1);
        let sold = |year: usize| {
            let planned = figures.years.get(year).or(figures.years.last());
            planned.map_or(0.0, |(_, revenue, _)| revenue * self.of_plan(year))
        };
        tenth(100.0 * (sold(year) / sold(year - 1).max(1.0) - 1.0))
    }

    /// Our share of what we serve, in percent; of one market or of all.
    pub(super) fn share(&self, market: Option<&str>) -> f64 {
        let figures = Figures::of(self);
        let ours = figures.markets.iter().filter(|row| market.is_none_or(|key| row.0 == key));
        let served: f64 = ours.map(|row| row.2).sum();
        let months = |key: &str| -> f64 {
            let sold = self.sales(key);
            let last: Vec<f64> = sold.iter().rev().take(12).map(|month| month.actual).collect();
            let count = u32::try_from(last.len().max(1)).unwrap_or(1);
            last.iter().sum::<f64>() * 12.0 / f64::from(count)
        };
        let sold: f64 = match market {
            Some(key) => months(key),
            None => self.sheet.markets.iter().map(|key| months(key)).sum(),
        };
        tenth(100.0 * sold / served.max(1.0))
    }
}

/// What the calendar does to a month: holidays, budgets that end.
fn season(market: &str, month: NaiveDate) -> f64 {
    match (market, month.month()) {
        ("KR", 2) => 0.88,
        ("DE" | "FR", 8) => 0.82,
        ("JP", 3) => 1.15,
        ("JP", 5) => 0.9,
        ("US", 12) => 1.12,
        (_, 12) => 1.06,
        (_, 1) => 0.93,
        _ => 1.0,
    }
}
