//! Times are stored as whole microseconds since 1970, UTC.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, Utc};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Stands for "at no time" in sorted columns, so that it comes last.
pub(crate) const NEVER: i64 = i64::MAX;

pub(crate) fn truncate(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn micros_or_never(at: Option<DateTime<Utc>>) -> i64 {
    at.map_or(NEVER, micros)
}

/// None when the number is no time that chrono knows; callers turn that into a corrupt column.
pub(crate) fn from_micros(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
}
