//! Calendars of countries: how they are written, and what is said when their days end.

use expect_test::expect;

use super::{changed, check_changed, load};
use crate::definition::{Checked, check_on, holidays::Country};

const WEEKEND: &str = "weekend: [sat, sun]";

#[test]
fn a_country_is_short_for_a_list_of_one() {
    let digest = |calendar: &str| load(&changed(WEEKEND, calendar)).unwrap().digest;
    assert_eq!(digest("country: KR"), digest("countries: [KR]"));
    assert_eq!(digest("countries: [KR, US]"), digest("countries: [US, KR]"));
    assert_ne!(digest("country: KR"), digest("country: US"));
    assert_ne!(digest("country: KR"), digest("country: KR\n  per: market"));
}

#[test]
fn the_holidays_are_those_of_the_country() {
    let definition = load(&changed(WEEKEND, "countries: [KR, DE]")).unwrap();
    let calendar = &definition.calendar;
    assert_eq!(calendar.countries(), &[Country::Germany, Country::Korea].into());
    for day in ["2026-02-17", "2026-10-05", "2026-04-06", "2026-12-25", "2027-01-01"] {
        assert!(!calendar.is_business_day(day.parse().unwrap()), "{day}");
    }
    assert!(calendar.is_business_day("2026-11-26".parse().unwrap()));
}

#[test]
fn a_country_of_unknown_holidays_is_refused() {
    check_changed(
        WEEKEND,
        "country: CN",
        expect![[r#"
        error[bad_value] 6:12 `CN`: expected a country whose holidays are known: DE, FR, GB, JP, KR or US, found `CN`
    "#]],
    );
    check_changed(
        WEEKEND,
        "countries: [KR, kr]",
        expect![[r#"
        error[bad_value] 6:19 `kr`: expected a country whose holidays are known: DE, FR, GB, JP, KR or US, found `kr`
          help: did you mean `KR`?
    "#]],
    );
    check_changed(
        WEEKEND,
        "countries: [KR, US, KR]",
        expect![[r#"
        error[repeated] 6:23 `KR`: `KR` stands here twice
    "#]],
    );
    check_changed(
        WEEKEND,
        "country: KR\n  countries: [US]",
        expect![[r#"
        error[either_or] 7:14 `[US]`: `country` and `countries` say the same thing
          6:12 `KR`: the country is here
          help: write all of them in `countries`
    "#]],
    );
    check_changed(
        WEEKEND,
        "country: KR\n  per: country",
        expect![[r#"
        error[bad_value] 7:8 `country`: expected `market`, found `country`
    "#]],
    );
}

#[test]
fn the_end_of_what_is_known_is_said_two_years_ahead() {
    let source = changed(WEEKEND, "countries: [KR, US]");
    let said = |today: &str| {
        let Checked { definition, diagnostics } = check_on(&source, today.parse().unwrap());
        assert!(definition.is_some());
        diagnostics.into_iter().map(|found| (found.code, found.message)).collect::<Vec<_>>()
    };
    assert_eq!(said("2028-12-31"), []);
    let found = said("2029-01-01");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "holidays_end");
    assert!(found[0].1.contains("KR are known from 2020 to 2030"), "{}", found[0].1);
    assert_eq!(said("2034-01-01").len(), 2);
}
