//! How long a product stood where, and who was waited for: a pure function of its events.
//!
//! Time is cut into *segments* that neither overlap nor leave a gap: at every moment the product
//! stands at one place and waits for one party. Where several could act, the nearest counts: the
//! team as long as it owes something that it can hand in, then reviewers, then receivers, and a
//! regulator only when nobody in the company has anything to do. Beside the segments stand the
//! single *waits*, which may overlap: each review, each offer, each question to a regulator.
//!
//! Times are whole seconds, so sums add up to the last one.

mod passage;
mod statistics;
mod walk;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    key::{ExitKey, GateKey, MarketKey, StageKey},
    product::DeliverableRef,
};

pub use passage::{Ended, Passage};
pub use statistics::{Passed, Quantiles, nearest_rank, statistics};
pub use walk::clocks;

/// Who has to act before the product can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Waited {
    /// Who drafts, hands in and submits, and who does the duties of an exit.
    Team,
    /// Who must accept what is handed in, or approve that it is not applicable.
    Reviewer,
    /// The panel of a gate, and its chair.
    Gatekeeper,
    /// Who was offered a market.
    Receiver,
    /// See [`WaitsFor::Regulator`](crate::definition::WaitsFor::Regulator).
    Regulator,
    /// Nobody: the product is held.
    Hold,
    /// Nobody: the product was closed, and was reopened later.
    Closed,
}

impl Waited {
    pub const ALL: [Self; 7] = [
        Self::Team,
        Self::Reviewer,
        Self::Gatekeeper,
        Self::Receiver,
        Self::Regulator,
        Self::Hold,
        Self::Closed,
    ];

    /// The wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Reviewer => "reviewer",
            Self::Gatekeeper => "gatekeeper",
            Self::Receiver => "receiver",
            Self::Regulator => "regulator",
            Self::Hold => "hold",
            Self::Closed => "closed",
        }
    }
}

/// Where a product stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// At work in a stage; from 1, the how-many-eth time.
    Stage { stage: StageKey, visit: u32 },
    /// Submitted.
    Gate { gate: GateKey, submission: u32 },
    /// On the way out.
    Exit { exit: ExitKey },
    /// Closed.
    Closed,
}

/// A piece of time in which place and party stayed the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    pub spot: Spot,
    pub waits_for: Waited,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Segment {
    pub fn seconds(&self) -> u64 {
        seconds(self.from, self.until)
    }
}

/// What somebody outside the team was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Deliverable(DeliverableRef),
    Market(MarketKey),
}

/// One question and how long its answer took; none for `until`: it is still open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wait {
    pub waits_for: Waited,
    pub about: About,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// Seconds by who was waited for.
pub type Spent = BTreeMap<Waited, u64>;

/// The whole life of a product so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clocks {
    pub from: DateTime<Utc>,
    /// Now, or when the product was closed.
    pub until: DateTime<Utc>,
    /// In their order; each begins where the one before ends.
    pub segments: Vec<Segment>,
    /// By when they began.
    pub waits: Vec<Wait>,
    /// Each visit of a stage and each submission to a gate, by when it began.
    pub passages: Vec<Passage>,
}

impl Clocks {
    pub fn spent(&self) -> Spent {
        spent(&self.segments)
    }

    pub fn seconds(&self) -> u64 {
        seconds(self.from, self.until)
    }
}

fn spent<'s>(segments: impl IntoIterator<Item = &'s Segment>) -> Spent {
    let mut spent = Spent::new();
    for segment in segments {
        *spent.entry(segment.waits_for).or_default() += segment.seconds();
    }
    spent
}

fn seconds(from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    u64::try_from((until - from).num_seconds()).unwrap_or_default()
}
