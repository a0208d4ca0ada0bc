//! The calendar: which days count, and how long that is known.

use chrono::{Datelike as _, Months, NaiveDate};

use super::Resolver;
use crate::definition::{
    calendar::Calendar,
    diagnostic::{Diagnostic, Problems},
    holidays::Country,
    read::Record as _,
    source,
};

/// Dates are computed so far ahead, in months; when the holidays end before, it is time to say so.
const AHEAD: u32 = 24;

impl Resolver<'_, '_> {
    pub(super) fn calendar(&mut self) -> Option<Calendar> {
        let Some(source) = &self.source.calendar else { return Some(Calendar::default()) };
        let countries = self.countries(source);
        let holidays = source.holidays.iter().flat_map(|list| &list.value).map(|day| day.value);
        let usual = [chrono::Weekday::Sat, chrono::Weekday::Sun];
        let written = source.weekend.as_ref();
        let weekend = written.map(|list| list.value.iter().map(|day| day.value).collect());
        match Calendar::new(weekend.unwrap_or_else(|| usual.to_vec()), holidays) {
            Ok(calendar) => Some(calendar.in_countries(countries).per_market(source.per.is_some())),
            Err(error) => {
                let at = written.map_or_else(|| source.mark(), |weekend| weekend.at);
                self.error(Diagnostic::error("no_business_day", at, error.to_string()));
                None
            }
        }
    }

    fn countries(&mut self, source: &source::Calendar) -> Vec<Country> {
        if let (Some(country), Some(countries)) = (&source.country, &source.countries) {
            let message = "`country` and `countries` say the same thing";
            self.error(
                Diagnostic::error("either_or", countries.at, message)
                    .related(country.at, "the country is here")
                    .help("write all of them in `countries`"),
            );
        }
        let mut found: Vec<Country> = source.country.iter().map(|country| country.value).collect();
        for country in source.countries.iter().flat_map(|list| &list.value) {
            if source.country.is_none() && found.contains(&country.value) {
                let message = format!("`{}` stands here twice", country.value.code());
                self.error(Diagnostic::error("repeated", country.at, message));
            }
            found.push(country.value);
        }
        found
    }
}

/// Where the holidays are not known far enough, dates would be computed as if there were none.
pub(in crate::definition) fn warn_of_end(
    source: &source::Calendar,
    calendar: &Calendar,
    today: NaiveDate,
    problems: &mut Problems,
) {
    let ahead = today.checked_add_months(Months::new(AHEAD)).unwrap_or(today);
    let countries = source.country.iter();
    let countries = countries.chain(source.countries.iter().flat_map(|list| &list.value));
    for country in countries {
        let (known, code) = (country.value.known_years(), country.value.code());
        if calendar.countries().contains(&country.value) && ahead.year() > *known.end() {
            let (first, last) = (known.start(), known.end());
            let message = format!(
                "the holidays of {code} are known from {first} to {last}; in later years every \
                 weekday counts as a business day"
            );
            problems.push(
                Diagnostic::warning("holidays_end", country.at, message)
                    .help("upgrade, or write the later days in `holidays`"),
            );
        }
    }
}
