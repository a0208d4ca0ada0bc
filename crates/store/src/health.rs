//! How a product fares, from columns of its line and the time of the question: the clock moves on
//! without a write.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::listing::{Listed, Standing};

/// What falls due within this time is due soon.
pub const DUE_SOON: TimeDelta = TimeDelta::days(7);

/// The first that fits counts, in this order. `sql::lists` says the same to the databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// The product is closed.
    Ended,
    /// It is held, or an open condition is past its date.
    Blocked,
    /// The next date that people work towards is past.
    Overdue,
    /// That date comes within [`DUE_SOON`].
    DueSoon,
    /// It comes later, or there is none.
    OnTrack,
}

impl Health {
    pub const ALL: [Self; 5] =
        [Self::Ended, Self::Blocked, Self::Overdue, Self::DueSoon, Self::OnTrack];

    pub fn of(line: &Listed, now: DateTime<Utc>) -> Self {
        let before = |at: Option<DateTime<Utc>>, then| at.is_some_and(|at| at < then);
        match line.standing {
            Standing::Closed => Self::Ended,
            Standing::Held => Self::Blocked,
            _ if before(line.condition_due_at, now) => Self::Blocked,
            _ if before(line.due_at, now) => Self::Overdue,
            _ if before(line.due_at, now + DUE_SOON) => Self::DueSoon,
            _ => Self::OnTrack,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Blocked => "blocked",
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::OnTrack => "on_track",
        }
    }
}

impl FromStr for Health {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|health| health.code() == text).ok_or(())
    }
}
