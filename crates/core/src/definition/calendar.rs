//! Business days: which days count, and what time it is so many of them later.

use std::{borrow::Cow, collections::BTreeSet, ops::RangeInclusive};

use chrono::{
    DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday,
};
use serde::{Serialize, Serializer};

use super::{
    holidays::Country,
    span::{Span, Unit},
};
use crate::key::MarketKey;

/// The days on which nobody works, in UTC. Times that it computes keep the hour of the day.
///
/// Only `decide` computes dates with it, and puts them into events. `evolve` sees no calendar, so a
/// replay gives the dates that were told at the time, whatever later editions of the data say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calendar {
    #[serde(serialize_with = "weekday_names")]
    weekend: Vec<Weekday>,
    holidays: BTreeSet<NaiveDate>,
    /// A holiday of any of them is no business day. What belongs to the definition is their names;
    /// their days come from the edition of the data that the program has.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    countries: BTreeSet<Country>,
    /// What runs for one market counts the business days of the market's own country.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    per_market: bool,
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
        let holidays = holidays.into_iter().collect();
        Ok(Self { weekend, holidays, countries: BTreeSet::new(), per_market: false })
    }

    /// With the holidays of these countries instead of those it had.
    #[must_use]
    pub fn in_countries(mut self, countries: impl IntoIterator<Item = Country>) -> Self {
        self.countries = countries.into_iter().collect();
        self
    }

    /// See [`Calendar::of_market`].
    #[must_use]
    pub const fn per_market(mut self, per_market: bool) -> Self {
        self.per_market = per_market;
        self
    }

    pub const fn countries(&self) -> &BTreeSet<Country> {
        &self.countries
    }

    /// The calendar of what runs for one market. Where the definition says `per: market` and the
    /// market's key is the code of a country whose holidays are known, that country's holidays
    /// take the place of the workflow's countries; its weekend and its own days stay.
    pub fn of_market(&self, market: &MarketKey) -> Cow<'_, Self> {
        match Country::of(market.as_str()) {
            Some(country) if self.per_market => Cow::Owned(self.clone().in_countries([country])),
            _ => Cow::Borrowed(self),
        }
    }

    /// The years whose holidays are known of every country; none when no country is named.
    pub fn known_years(&self) -> Option<RangeInclusive<i32>> {
        let years = self.countries.iter().map(|country| country.known_years());
        years.reduce(|a, b| *a.start().max(b.start())..=*a.end().min(b.end()))
    }

    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(&day.weekday())
            && !self.holidays.contains(&day)
            && !self.countries.iter().any(|country| country.is_holiday(day))
    }

    /// How much of the time between two moments lies in business days; each has 24 hours. From a
    /// moment in a business day to the same hour one business day later it is one whole day.
    pub fn business_time(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let mut time = TimeDelta::zero();
        let mut from = from;
        while from < to {
            let day = from.date_naive();
            let midnight = day.succ_opt().map(|next| next.and_time(NaiveTime::MIN).and_utc());
            let until = midnight.map_or(to, |midnight| midnight.min(to));
            if self.is_business_day(day) {
                time += until - from;
            }
            from = until;
        }
        time
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
        let weekend = vec![Weekday::Sat, Weekday::Sun];
        Self { weekend, holidays: BTreeSet::new(), countries: BTreeSet::new(), per_market: false }
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

    #[test]
    fn the_holidays_of_every_country_count() {
        let calendar = Calendar::default().in_countries([Country::Korea, Country::Germany]);
        let later = |from: &str, span: &str| {
            let from: DateTime<Utc> = format!("{from}T09:30:00Z").parse().unwrap();
            calendar.add(from, &span.parse().unwrap()).date_naive().to_string()
        };
        // Chuseok of 2026: Thursday to Saturday. Unity Day and National Foundation Day are one
        // Saturday, for which only Korea has a substitute.
        assert_eq!(later("2026-09-23", "1bd"), "2026-09-28");
        assert_eq!(later("2026-10-02", "1bd"), "2026-10-06");
        assert_eq!(later("2026-04-02", "1bd"), "2026-04-07");
        assert_eq!(calendar.known_years(), Some(2020..=2030));
        assert_eq!(Calendar::default().known_years(), None);
    }

    #[test]
    fn a_market_has_the_calendar_of_its_country() {
        let korean = Calendar::default().in_countries([Country::Korea]);
        let market = |key: &str| key.parse::<MarketKey>().unwrap();
        let chuseok = day("2026-09-25");
        assert!(!korean.of_market(&market("US")).is_business_day(chuseok));
        let own = korean.per_market(true);
        assert!(own.of_market(&market("US")).is_business_day(chuseok));
        assert!(!own.of_market(&market("US")).is_business_day(day("2026-11-26")));
        for other in ["KR", "EU-WEST", "CN"] {
            assert!(!own.of_market(&market(other)).is_business_day(chuseok), "{other}");
        }
    }

    #[test]
    fn business_time_is_what_lies_in_business_days() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let hours = |from, to| calendar().business_time(at(from), at(to)).num_hours();
        assert_eq!(hours("2026-12-24T12:00:00Z", "2026-12-28T12:00:00Z"), 24);
        assert_eq!(hours("2026-12-25T00:00:00Z", "2026-12-28T00:00:00Z"), 0);
        assert_eq!(hours("2026-12-26T10:00:00Z", "2026-12-28T10:00:00Z"), 10);
        assert_eq!(hours("2026-12-21T08:00:00Z", "2026-12-21T10:00:00Z"), 2);
        assert_eq!(hours("2026-12-22T08:00:00Z", "2026-12-21T10:00:00Z"), 0);
    }

    proptest! {
        #[test]
        fn business_time_adds_up(start in 0_i64..2_000_000_000, parts in proptest::collection::vec(0_i64..3_000_000, 1..6)) {
            let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            let mut end = start;
            let mut sum = TimeDelta::zero();
            for part in parts {
                sum += calendar().business_time(at(end), at(end + part));
                end += part;
            }
            prop_assert_eq!(sum, calendar().business_time(at(start), at(end)));
        }

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
