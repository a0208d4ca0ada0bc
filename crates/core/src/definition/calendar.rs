//! Business days: which days count, and what time it is so many of them later.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Serialize, Serializer};

use super::span::{Span, Unit};

/// The days on which nobody works, in UTC. Times that it computes keep the hour of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calendar {
    #[serde(serialize_with = "weekday_names")]
    weekend: Vec<Weekday>,
    holidays: BTreeSet<NaiveDate>,
}

/// A calendar whose weekend is the whole week has no business day to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a week has at least one business day")]
pub struct NoBusinessDay;

/// Computed times stay in the years that every database and RFC 3339 can hold.
const FIRST_YEAR: i32 = 1;
const LAST_YEAR: i32 = 9999;

impl Calendar {
    /// # Errors
    /// Every day of the week is weekend.
    pub fn new(
        weekend: impl IntoIterator<Item = Weekday>,
        holidays: impl IntoIterator<Item = NaiveDate>,
    ) -> Result<Self, NoBusinessDay> {
        let mut weekend: Vec<Weekday> = weekend.into_iter().collect();
        weekend.sort_by_key(Weekday::num_days_from_monday);
        weekend.dedup();
        if weekend.len() == 7 {
            return Err(NoBusinessDay);
        }
        Ok(Self { weekend, holidays: holidays.into_iter().collect() })
    }

    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// The time `span` after `from`. Business days are counted from the next day on, so one
    /// business day after a Friday or a Saturday is the Monday; the 31st plus a month is the
    /// last day of that month. Stops at the end of the year 9999.
    pub fn add(&self, from: DateTime<Utc>, span: &Span) -> DateTime<Utc> {
        self.moved(from, *span, Way::Forward)
    }

    /// The time `span` before `from`; stops at the beginning of the year 1.
    pub fn subtract(&self, from: DateTime<Utc>, span: &Span) -> DateTime<Utc> {
        self.moved(from, *span, Way::Back)
    }

    fn moved(&self, from: DateTime<Utc>, span: Span, way: Way) -> DateTime<Utc> {
        let (date, time) = (from.date_naive(), from.time());
        let count = span.count();
        let moved = match span.unit() {
            Unit::Day => way.days(date, u64::from(count)),
            Unit::Week => way.days(date, u64::from(count) * 7),
            Unit::Month => way.months(date, count),
            Unit::Year => way.months(date, count.saturating_mul(12)),
            Unit::BusinessDay => self.business_days(date, count, way),
        };
        match moved.filter(|date| (FIRST_YEAR..=LAST_YEAR).contains(&date.year())) {
            Some(date) => date.and_time(time).and_utc(),
            None => way.end(from),
        }
    }

    fn business_days(&self, from: NaiveDate, count: u32, way: Way) -> Option<NaiveDate> {
        let mut date = from;
        let mut left = count;
        while left > 0 {
            date = way.days(date, 1)?;
            left -= u32::from(self.is_business_day(date));
        }
        Some(date)
    }
}

impl Default for Calendar {
    /// Saturday and Sunday, no holidays.
    fn default() -> Self {
        Self { weekend: vec![Weekday::Sat, Weekday::Sun], holidays: BTreeSet::new() }
    }
}

#[derive(Clone, Copy)]
enum Way {
    Forward,
    Back,
}

impl Way {
    fn days(self, date: NaiveDate, count: u64) -> Option<NaiveDate> {
        match self {
            Self::Forward => date.checked_add_days(Days::new(count)),
            Self::Back => date.checked_sub_days(Days::new(count)),
        }
    }

    fn months(self, date: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self {
            Self::Forward => date.checked_add_months(Months::new(count)),
            Self::Back => date.checked_sub_months(Months::new(count)),
        }
    }

    /// Where counting stops; a time that is already beyond stays where it is.
    fn end(self, from: DateTime<Utc>) -> DateTime<Utc> {
        let year_end = |year, month, day, time: NaiveTime| {
            NaiveDate::from_ymd_opt(year, month, day).map(|date| date.and_time(time).and_utc())
        };
        let end = match self {
            Self::Forward => year_end(LAST_YEAR, 12, 31, from.time()),
            Self::Back => year_end(FIRST_YEAR, 1, 1, from.time()),
        };
        match (self, end) {
            (Self::Forward, Some(end)) => end.max(from),
            (Self::Back, Some(end)) => end.min(from),
            (_, None) => from,
        }
    }
}

/// The three letters by which the language names a day of the week.
pub(super) const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

fn weekday_names<S: Serializer>(days: &[Weekday], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(|day| weekday_name(*day)))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        Calendar::new([Weekday::Sun, Weekday::Sat], [day("2026-12-25"), day("2027-01-01")]).unwrap()
    }

    #[track_caller]
    fn check(from: &str, span: &str, later: &str) {
        let from: DateTime<Utc> = format!("{from}T09:30:00Z").parse().unwrap();
        let found = calendar().add(from, &span.parse().unwrap());
        assert_eq!(found.to_rfc3339(), format!("{later}T09:30:00+00:00"));
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        check("2026-12-23", "1bd", "2026-12-24");
        check("2026-12-24", "1bd", "2026-12-28");
        check("2026-12-26", "1bd", "2026-12-28");
        check("2026-12-24", "6bd", "2027-01-05");
    }

    #[test]
    fn other_units_count_every_day() {
        check("2026-12-24", "1d", "2026-12-25");
        check("2026-12-24", "2w", "2027-01-07");
        check("2027-01-31", "1mo", "2027-02-28");
        check("2028-02-29", "1y", "2029-02-28");
    }

    #[test]
    fn subtracting_counts_back() {
        let from = Utc.with_ymd_and_hms(2026, 12, 28, 8, 0, 0).unwrap();
        let found = calendar().subtract(from, &"1bd".parse().unwrap());
        assert_eq!(found, Utc.with_ymd_and_hms(2026, 12, 24, 8, 0, 0).unwrap());
    }

    #[test]
    fn a_week_without_business_days_is_refused() {
        let week = [0, 1, 2, 3, 4, 5, 6].map(|day| Weekday::try_from(day).unwrap());
        assert_eq!(Calendar::new(week, []), Err(NoBusinessDay));
    }

    proptest! {
        #[test]
        fn counting_is_total_and_never_turns_back(
            seconds in any::<i64>(),
            (count, unit) in prop_oneof![
                (1..=36_525_u32, Just(Unit::Day)),
                (1..=26_089_u32, Just(Unit::BusinessDay)),
                (1..=5_217_u32, Just(Unit::Week)),
                (1..=1_200_u32, Just(Unit::Month)),
                (1..=100_u32, Just(Unit::Year)),
            ],
        ) {
            let span = Span::new(count, unit).unwrap();
            let from = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
            prop_assert!(calendar().add(from, &span) >= from);
            prop_assert!(calendar().subtract(from, &span) <= from);
        }
    }
}
