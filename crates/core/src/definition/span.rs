//! A length of time as an author writes it: `20bd`, `10d`, `4w`, `3mo`, `1y`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// So many days, business days, weeks, months or years; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Day,
    /// A day that is neither at the weekend nor a holiday of the workflow's calendar.
    BusinessDay,
    Week,
    Month,
    Year,
}

/// Why a text is not a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("a length of time is a number and a unit: 20bd (business days), 10d, 4w, 3mo or 1y")]
    Shape,
    #[error("a length of time is at least 1")]
    Zero,
    #[error("a length of time is at most {} years", Span::MAX_YEARS)]
    TooLong,
}

impl Span {
    /// Longer than any process; what is longer is a slip.
    pub const MAX_YEARS: u32 = 100;
    /// Few enough to count day by day.
    const MAX_COUNT: u32 = 36_525;

    /// # Errors
    /// The count is zero, or too high to be counted.
    pub const fn new(count: u32, unit: Unit) -> Result<Self, SpanError> {
        match count {
            0 => Err(SpanError::Zero),
            1..=Self::MAX_COUNT => Ok(Self { count, unit }),
            _ => Err(SpanError::TooLong),
        }
    }

    /// Can it be counted, but is longer than [`Span::MAX_YEARS`]?
    pub fn is_too_long(self) -> bool {
        let longest = Self { count: Self::MAX_YEARS, unit: Unit::Year };
        self.usual_minutes() > longest.usual_minutes()
    }

    /// What a person meant who wrote it as it is said: `20 bd`, `3 months`, `2W`.
    pub fn meant(text: &str) -> Option<Self> {
        let text: String = text.to_lowercase().split_whitespace().collect();
        let (count, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
        let unit = match unit {
            "d" | "day" | "days" => "d",
            "bd" | "b.d." | "businessday" | "businessdays" | "workingdays" => "bd",
            "w" | "wk" | "week" | "weeks" => "w",
            "mo" | "mon" | "month" | "months" => "mo",
            "y" | "yr" | "year" | "years" => "y",
            _ => return None,
        };
        format!("{count}{unit}").parse().ok()
    }

    pub const fn count(self) -> u32 {
        self.count
    }

    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// The usual length in minutes, to compare spans of different units before any date is
    /// known: a business day counts as a fifth of a week, a month as a twelfth of a year.
    pub fn usual_minutes(self) -> u64 {
        let minutes = match self.unit {
            Unit::Day => 1_440,
            Unit::BusinessDay => 2_016,
            Unit::Week => 10_080,
            Unit::Month => 43_830,
            Unit::Year => 525_960,
        };
        u64::from(self.count) * minutes
    }
}

impl Unit {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Day => "d",
            Self::BusinessDay => "bd",
            Self::Week => "w",
            Self::Month => "mo",
            Self::Year => "y",
        }
    }
}

impl FromStr for Span {
    type Err = SpanError;
    fn from_str(text: &str) -> Result<Self, SpanError> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let unit = match unit {
            "d" => Unit::Day,
            "bd" => Unit::BusinessDay,
            "w" => Unit::Week,
            "mo" => Unit::Month,
            "y" => Unit::Year,
            _ => return Err(SpanError::Shape),
        };
        if count.is_empty() {
            return Err(SpanError::Shape);
        }
        let count = count.parse().map_err(|_| SpanError::TooLong)?;
        Self::new(count, unit)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.suffix())
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;
    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back() {
        for text in ["20bd", "10d", "4w", "3mo", "1y", "36525d", "100y"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(serde_json::to_value(span).unwrap(), text);
        }
    }

    #[test]
    fn a_span_has_a_count_and_a_known_unit() {
        for bad in ["", "d", "10", "10m", "-1d", "1.5d", " 1d", "1 d", "1d ", "d1", "1D", "１d"] {
            assert_eq!(bad.parse::<Span>(), Err(SpanError::Shape), "{bad}");
        }
        assert_eq!("0d".parse::<Span>(), Err(SpanError::Zero));
        for long in ["36526d", "36526y", "4294967296d", "99999999999999999999y"] {
            assert_eq!(long.parse::<Span>(), Err(SpanError::TooLong), "{long}");
        }
        for (text, too_long) in [("100y", false), ("101y", true), ("1201mo", true)] {
            assert_eq!(text.parse::<Span>().unwrap().is_too_long(), too_long, "{text}");
        }
    }

    #[test]
    fn a_span_is_recognised_as_it_is_said() {
        let meant = |text: &str| Span::meant(text).map(|span| span.to_string());
        for (said, span) in [("20 bd", "20bd"), ("3 months", "3mo"), ("2W", "2w"), ("1 Year", "1y")]
        {
            assert_eq!(meant(said).as_deref(), Some(span), "{said}");
        }
        // `10m` may be minutes or months.
        assert_eq!(meant("10m").or(meant("soon")).or(meant("0 d")), None);
    }

    #[test]
    fn spans_of_different_units_compare() {
        let minutes = |text: &str| text.parse::<Span>().unwrap().usual_minutes();
        assert_eq!(minutes("5bd"), minutes("1w"));
        assert_eq!(minutes("12mo"), minutes("1y"));
        assert!(minutes("2bd") > minutes("2d"));
    }
}
