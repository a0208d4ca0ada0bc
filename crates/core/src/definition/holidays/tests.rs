//! The days of our lists beside published ones.

use chrono::{NaiveDate, Weekday};

use super::*;
use crate::definition::calendar::Calendar;

fn days(country: Country, year: i32) -> Vec<NaiveDate> {
    let all = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
    all.take_while(|day| day.year() == year).filter(|day| country.is_holiday(*day)).collect()
}

/// The weekdays among the holidays, as `0101 0403 ...`.
fn weekdays(country: Country, year: i32) -> String {
    let weekend = [Weekday::Sat, Weekday::Sun];
    let days = days(country, year).into_iter().filter(|day| !weekend.contains(&day.weekday()));
    days.map(|day| day.format("%m%d").to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_day_of_the_data_is_a_day() {
    for country in Country::ALL {
        for (year, listed) in country.known_years().zip(country.years()) {
            assert!(listed.is_sorted() && listed.len() >= 8, "{country:?} {year}");
            assert_eq!(days(country, year).len(), listed.len(), "{country:?} {year}");
        }
        assert!(country.known_years().contains(&2030), "{country:?}");
        assert_eq!(Country::of(country.code()), Some(country));
    }
    assert_eq!(Country::of("EU"), None);
}

/// gov.uk/bank-holidays, England and Wales.
#[test]
fn england_and_wales_rest_on_their_bank_holidays() {
    let said = |year| weekdays(Country::Britain, year);
    assert_eq!(said(2025), "0101 0418 0421 0505 0526 0825 1225 1226");
    assert_eq!(said(2026), "0101 0403 0406 0504 0525 0831 1225 1228");
    assert_eq!(said(2027), "0101 0326 0329 0503 0531 0830 1227 1228");
}

/// opm.gov, Federal Holidays. The day in lieu of a Saturday is the Friday before.
#[test]
fn the_united_states_rest_on_their_federal_holidays() {
    let said = |year| weekdays(Country::UnitedStates, year);
    assert_eq!(said(2023), "0102 0116 0220 0529 0619 0704 0904 1009 1110 1123 1225");
    assert_eq!(said(2026), "0101 0119 0216 0525 0619 0703 0907 1012 1111 1126 1225");
    assert_eq!(said(2027), "0101 0118 0215 0531 0618 0705 0906 1011 1111 1125 1224 1231");
}

/// 内閣府「国民の祝日」について: 令和8年 (2026), with the citizens' holiday of 22 September.
#[test]
fn japan_rests_on_its_national_holidays() {
    assert_eq!(days(Country::Japan, 2026).len(), 18);
    assert_eq!(
        weekdays(Country::Japan, 2026),
        "0101 0112 0211 0223 0320 0429 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123"
    );
}

/// Code du travail, L3133-1, and the nine days of all German states; Easter of 2026 is 5 April.
#[test]
fn germany_and_france_rest_around_easter() {
    assert_eq!(weekdays(Country::Germany, 2026), "0101 0403 0406 0501 0514 0525 1225");
    assert_eq!(weekdays(Country::France, 2026), "0101 0406 0501 0508 0514 0525 0714 1111 1225");
}

/// The yearly 월력요항 says how many days off a week of five days has: 2021: 113 (published in
/// June 2020), 2022: 118, 2023: 116 (July 2022), 2024 and 2025: 119, 2026: 118 (June 2025). What
/// was added after it was published stands in the second column.
#[test]
fn korea_rests_as_its_calendar_says() {
    for (year, published, added) in [
        // Substitutes for 15 August, 3 and 9 October (Act on Public Holidays, July 2021).
        (2021, 113, 3),
        (2022, 118, 0),
        // Substitute for Buddha's birthday (May 2023), and 2 October by decree.
        (2023, 116, 2),
        // 1 October by decree.
        (2024, 119, 1),
        // 27 January by decree, and the presidential election of 3 June.
        (2025, 119, 2),
        // 1 May and 17 July became public holidays in 2026.
        (2026, 118, 2),
    ] {
        let calendar = Calendar::default().in_countries([Country::Korea]);
        let all = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
        let off = all.take_while(|day| day.year() == year);
        let off = off.filter(|day| !calendar.is_business_day(*day)).count();
        assert_eq!(off, published + added, "{year}");
    }
    // Seollal 17 February, Buddha's birthday 24 May (a Sunday), Chuseok 25 September.
    assert_eq!(
        weekdays(Country::Korea, 2026),
        "0101 0216 0217 0218 0302 0501 0505 0525 0603 0717 0817 0924 0925 1005 1009 1225"
    );
}
