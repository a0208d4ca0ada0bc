//! Countries and the days on which they rest, as far as these are known.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

mod data;

/// The edition of the data, which answers that were computed with it name.
pub const EDITION: &str = "2026-11";

/// The year with which every list of the data begins.
const FIRST_YEAR: i32 = 2020;

/// A country whose public holidays are known, by its ISO 3166 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Country {
    /// Germany: the holidays of all sixteen states.
    #[serde(rename = "DE")]
    Germany,
    #[serde(rename = "FR")]
    France,
    /// The bank holidays of England and Wales.
    #[serde(rename = "GB")]
    Britain,
    #[serde(rename = "JP")]
    Japan,
    #[serde(rename = "KR")]
    Korea,
    /// The federal holidays.
    #[serde(rename = "US")]
    UnitedStates,
}

impl Country {
    pub const ALL: [Self; 6] =
        [Self::Germany, Self::France, Self::Britain, Self::Japan, Self::Korea, Self::UnitedStates];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Germany => "DE",
            Self::France => "FR",
            Self::Britain => "GB",
            Self::Japan => "JP",
            Self::Korea => "KR",
            Self::UnitedStates => "US",
        }
    }

    /// None for a code that no country has, and for a country whose holidays are not known.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|country| country.code() == code)
    }

    const fn years(self) -> &'static [&'static [u16]] {
        match self {
            Self::Germany => data::DE,
            Self::France => data::FR,
            Self::Britain => data::GB,
            Self::Japan => data::JP,
            Self::Korea => data::KR,
            Self::UnitedStates => data::US,
        }
    }

    /// The years whose holidays are known. Of other years nothing is known, which is not the same
    /// as a year without holidays: whoever counts there says so.
    pub fn known_years(self) -> RangeInclusive<i32> {
        let count = i32::try_from(self.years().len()).unwrap_or(i32::MAX);
        FIRST_YEAR..=FIRST_YEAR + count - 1
    }

    pub fn is_holiday(self, day: NaiveDate) -> bool {
        let year = usize::try_from(day.year() - FIRST_YEAR).ok();
        let days = year.and_then(|year| self.years().get(year));
        let wanted = u16::try_from(day.month() * 100 + day.day());
        days.is_some_and(|days| wanted.is_ok_and(|day| days.binary_search(&day).is_ok()))
    }
}

#[cfg(test)]
mod tests;
