//! Types that are written as one text: keys, ids, digests, times, names.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use sluicegate_core::{
    digest::Digest,
    id::{
        DelegationId, FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId, SessionId,
        SigningId, TokenId, ViewId,
    },
    key::*,
    product::{DeliverableRef, RoleRef},
};
use utoipa::openapi::{KnownFormat, Object, ObjectBuilder, SchemaFormat, schema::Type};

use super::slip::SlipKind;

/// A value written as a text, in a body, in a path or in a query.
pub(crate) trait Text: Sized {
    fn from_text(text: &str) -> Result<Self, SlipKind>;
    fn describe(string: ObjectBuilder) -> ObjectBuilder;

    fn text_schema() -> Object {
        Self::describe(ObjectBuilder::new().schema_type(Type::String)).build()
    }
}

macro_rules! parsed {
    ($($type:ty: $pattern:expr, $example:literal;)+) => {$(
        impl Text for $type {
            fn from_text(text: &str) -> Result<Self, SlipKind> {
                text.parse().map_err(SlipKind::format)
            }
            fn describe(string: ObjectBuilder) -> ObjectBuilder {
                string.pattern(Some($pattern)).examples([$example])
            }
        }
    )+};
}

const KEY: &str = "^[a-z][a-z0-9_-]{0,63}$";

parsed! {
    ProductId: "^prd_[0-9a-f]{32}$", "prd_0198c0de00007000800000000000002a";
    PersonId: "^psn_[0-9a-f]{32}$", "psn_0198c0de000070008000000000000007";
    IntakeLinkId: "^lnk_[0-9a-f]{32}$", "lnk_0198c0de00007000800000000000002b";
    IdeaId: "^ida_[0-9a-f]{32}$", "ida_0198c0de00007000800000000000002c";
    FeedbackId: "^fbk_[0-9a-f]{32}$", "fbk_0198c0de00007000800000000000002d";
    FieldDayId: "^fdy_[0-9a-f]{32}$", "fdy_0198c0de00007000800000000000002e";
    DelegationId: "^dlg_[0-9a-f]{32}$", "dlg_0198c0de000070008000000000000005";
    TokenId: "^tok_[0-9a-f]{32}$", "tok_0198c0de000070008000000000000009";
    SigningId: "^sgn_[0-9a-f]{32}$", "sgn_0198c0de00007000800000000000000e";
    SessionId: "^ssn_[0-9a-f]{32}$", "ssn_0198c0de00007000800000000000000d";
    ViewId: "^viw_[0-9a-f]{32}$", "viw_0198c0de00007000800000000000000c";
    Digest: "^[0-9a-f]{64}$", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    MarketKey: "^[A-Z][A-Z0-9-]{0,63}$", "KR";
    WorkflowKey: KEY, "npi-medtech";
    StageKey: KEY, "market_definition";
    GateKey: KEY, "business_case";
    ExitKey: KEY, "licence_out";
    RoleKey: KEY, "product_manager";
    FormKey: KEY, "market_size";
    CriterionKey: KEY, "strategic_fit";
    FactorKey: KEY, "advantage";
    SeatKey: KEY, "leadership";
    PathKey: KEY, "go";
    DutyKey: KEY, "last_time_buy";
    MeasureKey: KEY, "open_trace_gaps";
    SignalKey: KEY, "orphan";
    ItemKey: KEY, "price_list";
    PortfolioKey: KEY, "main";
    DeliverableKey: KEY, "market_size";
    ReviewKey: KEY, "post_launch";
    DeliverableRef: "^[a-z][a-z0-9_-]{0,63}(@[A-Z][A-Z0-9-]{0,63})?$", "regulatory_clearance@US";
    RoleRef: "^[a-z][a-z0-9_-]{0,63}(@[A-Z][A-Z0-9-]{0,63})?$", "field_marketing_manager@KR";
}

impl Text for DateTime<Utc> {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        // In a query an unescaped `+` of an offset arrives as a space.
        let parsed = DateTime::parse_from_rfc3339(&text.replacen(' ', "+", 1));
        let rule = "a time is written like 2026-12-24T09:00:00Z (RFC 3339)";
        let time = parsed.map_err(|_| SlipKind::format(rule))?.to_utc();
        // As a database keeps it, or an event and its table would differ: whole microseconds, and
        // a leap second is the second after it. An offset can lead out of the years of RFC 3339.
        let kept = DateTime::from_timestamp_micros(time.timestamp_micros());
        kept.filter(|time| (0..=9999).contains(&time.year())).ok_or_else(|| SlipKind::format(rule))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        string.format(Some(format)).examples(["2026-12-24T09:00:00Z"])
    }
}

impl Text for NaiveDate {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let rule = "a date is written like 2026-12-24";
        let date = text.parse::<Self>().map_err(|_| SlipKind::format(rule))?;
        let kept = Some(date).filter(|date| (0..=9999).contains(&date.year()));
        kept.filter(|date| date.to_string() == text).ok_or_else(|| SlipKind::format(rule))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        string.format(Some(format)).examples(["2026-12-24"])
    }
}

/// A name or a label: one line, something in it, at most 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line(pub(crate) String);

impl Line {
    const MAX: usize = 200;
}

impl Text for Line {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let text = text.trim();
        bounded(text, Self::MAX)?;
        if text.chars().any(char::is_control) {
            return Err(SlipKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(Self::MAX)).pattern(Some(r"\S"))
    }
}

/// A reason, an evidence, a comment: something in it, at most 20,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prose(pub(crate) String);

impl Prose {
    const MAX: usize = 20_000;
}

impl Text for Prose {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let text = text.trim();
        bounded(text, Self::MAX)?;
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(SlipKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(Self::MAX)).pattern(Some(r"\S"))
    }
}

/// What somebody outside writes: something in it, at most 5,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paragraph(pub(crate) String);

impl Paragraph {
    const MAX: usize = 5_000;
}

impl Text for Paragraph {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let Prose(text) = Prose::from_text(text)?;
        bounded(&text, Self::MAX)?;
        Ok(Self(text))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(Self::MAX)).pattern(Some(r"\S"))
    }
}

/// What is typed to prove who one is, to the letter. Nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) String);

impl Hidden {
    const MAX: usize = 1_000;
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

impl Text for Hidden {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        bounded(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(Self::MAX))
    }
}

/// The address of a document that is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link(pub(crate) String);

impl Link {
    const MAX: usize = 2_000;
}

impl Text for Link {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        bounded(text, Self::MAX)?;
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let strange = |c: char| c.is_whitespace() || c.is_control();
        if host.is_none_or(str::is_empty) || text.contains(strange) {
            let rule = "a link starts with https:// or http:// and has no spaces";
            return Err(SlipKind::format(rule));
        }
        Ok(Self(text.to_owned()))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        let string = string.max_length(Some(Self::MAX)).pattern(Some(r"^https?://\S+$"));
        string.examples(["https://documents.example.com/dhf/1042"])
    }
}

fn bounded(text: &str, max: usize) -> Result<(), SlipKind> {
    match text.chars().count() {
        0 => Err(SlipKind::TooShort { min: 1 }),
        found if found > max => Err(SlipKind::TooLong { max }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(Line::from_text("  Pump 2 "), Ok(Line("Pump 2".into())));
        assert_eq!(Line::from_text(" "), Err(SlipKind::TooShort { min: 1 }));
        assert_eq!(Line::from_text("a\nb"), Err(SlipKind::ControlCharacter));
        assert_eq!(Line::from_text("a\0b"), Err(SlipKind::ControlCharacter));
        assert_eq!(Line::from_text(&"펌".repeat(201)), Err(SlipKind::TooLong { max: 200 }));
        assert!(Line::from_text(&"펌".repeat(200)).is_ok());
    }

    #[test]
    fn prose_has_lines_and_no_other_control() {
        assert!(Prose::from_text("a\n\tb\r\nc").is_ok());
        assert_eq!(Prose::from_text("a\u{1b}b"), Err(SlipKind::ControlCharacter));
    }

    #[test]
    fn a_time_may_have_lost_its_plus_sign() {
        let expected = DateTime::<Utc>::from_text("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(DateTime::<Utc>::from_text("2026-01-01T09:00:00+09:00"), Ok(expected));
        assert_eq!(DateTime::<Utc>::from_text("2026-01-01T09:00:00 09:00"), Ok(expected));
        assert!(DateTime::<Utc>::from_text("2026-01-01").is_err());
    }

    #[test]
    fn a_time_is_read_as_it_can_be_kept() {
        let read = |text| DateTime::<Utc>::from_text(text).map(|time| time.to_rfc3339());
        let kept = |text: &str| Ok(text.to_owned());
        assert_eq!(
            read("2027-01-01T00:00:00.123456789Z"),
            kept("2027-01-01T00:00:00.123456+00:00")
        );
        assert_eq!(read("2026-12-31T23:59:60Z"), kept("2027-01-01T00:00:00+00:00"));
        assert!(read("9999-12-31T23:59:59-23:59").is_err(), "the year 10000");
        assert!(read("0000-01-01T00:00:00+23:59").is_err(), "the year before 0");
    }

    #[test]
    fn a_link_is_of_the_web() {
        assert!(Link::from_text("https://example.com/a").is_ok());
        for bad in ["javascript:alert(1)", "https://", "https://a b", "", "//example.com"] {
            assert!(Link::from_text(bad).is_err(), "{bad}");
        }
    }
}
