//! How far the development clock is shifted, written like `+90d`, `+12h` or `-2w`.

use std::{fmt, str::FromStr};

use chrono::TimeDelta;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset(pub(crate) TimeDelta);

impl FromStr for Offset {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write it like +90d, +12h or -2w".to_owned();
        if text == "0" {
            return Ok(Self::default());
        }
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => (1, text),
        };
        let at = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
        let (count, unit) = rest.split_at(at);
        let count: i64 = count.parse().map_err(|_| wrong())?;
        let minutes = match unit {
            "m" => 1,
            "h" => 60,
            "d" => 60 * 24,
            "w" => 60 * 24 * 7,
            _ => return Err(wrong()),
        };
        // A thousand years are more than any test needs, and less than chrono can hold.
        let minutes = count.checked_mul(minutes).filter(|minutes| *minutes < 60 * 24 * 365_000);
        let minutes = minutes.ok_or_else(|| "that is too far away".to_owned())?;
        Ok(Self(TimeDelta::minutes(sign * minutes)))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.num_minutes() {
            0 => f.write_str("0"),
            minutes if minutes % (60 * 24) == 0 => write!(f, "{:+}d", minutes / (60 * 24)),
            minutes if minutes % 60 == 0 => write!(f, "{:+}h", minutes / 60),
            minutes => write!(f, "{minutes:+}m"),
        }
    }
}
