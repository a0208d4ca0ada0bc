//! Passages: each visit of a stage and each submission to a gate, from its beginning to its end.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Segment, Spent, Spot, spent, walk::whole};
use crate::{
    definition::Place,
    product::{Event, Outcome, Recorded},
};

/// How a passage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Go,
    ConditionalGo,
    Hold,
    Recycle,
    Kill,
    Reopen,
    StayClosed,
    /// A submission that was taken back, so nobody decided it.
    Withdrawn,
}

impl Ended {
    pub const ALL: [Self; 8] = [
        Self::Go,
        Self::ConditionalGo,
        Self::Hold,
        Self::Recycle,
        Self::Kill,
        Self::Reopen,
        Self::StayClosed,
        Self::Withdrawn,
    ];

    /// The wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::ConditionalGo => "conditional_go",
            Self::Hold => "hold",
            Self::Recycle => "recycle",
            Self::Kill => "kill",
            Self::Reopen => "reopen",
            Self::StayClosed => "stay_closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    const fn by(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Go { .. } => Self::Go,
            Outcome::ConditionalGo { .. } => Self::ConditionalGo,
            Outcome::Hold { .. } => Self::Hold,
            Outcome::Recycle { .. } => Self::Recycle,
            Outcome::Kill => Self::Kill,
            Outcome::Reopen => Self::Reopen,
            Outcome::StayClosed => Self::StayClosed,
        }
    }
}

/// A word that ends no passage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no end of a passage")]
pub struct UnknownEnd(String);

impl FromStr for Ended {
    type Err = UnknownEnd;
    fn from_str(text: &str) -> Result<Self, UnknownEnd> {
        let found = Self::ALL.into_iter().find(|ended| ended.name() == text);
        found.ok_or_else(|| UnknownEnd(text.to_owned()))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A visit of a stage, or a submission to a gate.
///
/// A finished one depends on the events up to its end alone: later ones leave it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    pub place: Place,
    /// The visit of the stage, or the submission; from 1.
    pub number: u32,
    pub entered: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
    pub ended: Option<Ended>,
    /// When the gate's decision was due.
    pub due: Option<DateTime<Utc>>,
    /// A stage's time without that at its gate, and a gate's time.
    pub spent: Spent,
    /// The version of the product that ended it.
    #[serde(skip)]
    pub ended_by: Option<u32>,
}

impl Passage {
    pub fn seconds(&self) -> u64 {
        self.spent.values().sum()
    }

    /// Was a decision that was due taken in time? None: nothing was due, or nobody decided.
    pub fn in_time(&self) -> Option<bool> {
        let decided = self.ended.is_some_and(|ended| ended != Ended::Withdrawn);
        self.due.zip(self.left).filter(|_| decided).map(|(due, left)| left <= due)
    }

    fn begin(place: Place, number: u32, at: DateTime<Utc>, due: Option<DateTime<Utc>>) -> Self {
        let (entered, due) = (whole(at), due.map(whole));
        let (left, ended, ended_by, spent) = (None, None, None, Spent::new());
        Self { place, number, entered, left, ended, due, spent, ended_by }
    }

    fn is_at(&self, spot: &Spot) -> bool {
        match (&self.place, spot) {
            (Place::Stage(place), Spot::Stage { stage, visit }) => {
                place == stage && self.number == *visit
            }
            (Place::Gate(place), Spot::Gate { gate, submission }) => {
                place == gate && self.number == *submission
            }
            _ => false,
        }
    }
}

/// The passages that are not over: at most one of each kind.
#[derive(Default)]
struct Passages {
    all: Vec<Passage>,
    stage: Option<usize>,
    gate: Option<usize>,
    decided: Option<Ended>,
}

impl Passages {
    fn end(&mut self, open: Option<usize>, ended: Option<Ended>, at: DateTime<Utc>, version: u32) {
        if let Some(passage) = open.and_then(|open| self.all.get_mut(open)) {
            passage.left = Some(whole(at));
            passage.ended = ended;
            passage.ended_by = Some(version);
        }
    }

    fn leave_stage(&mut self, at: DateTime<Utc>, version: u32) {
        let (open, ended) = (self.stage.take(), self.decided);
        self.end(open, ended, at, version);
    }

    fn leave_gate(&mut self, ended: Ended, at: DateTime<Utc>, version: u32) {
        self.decided = Some(ended);
        let open = self.gate.take();
        self.end(open, Some(ended), at, version);
    }

    fn take(&mut self, recorded: &Recorded, version: u32) {
        let at = recorded.at;
        match &recorded.event {
            Event::StageEntered { stage, visit, .. } => {
                self.leave_stage(at, version);
                self.stage = Some(self.all.len());
                self.all.push(Passage::begin(Place::Stage(stage.clone()), *visit, at, None));
            }
            Event::GateSubmitted { gate, submission, due, .. } => {
                self.gate = Some(self.all.len());
                self.all.push(Passage::begin(Place::Gate(gate.clone()), *submission, at, *due));
            }
            Event::GateDecided { outcome, .. } => self.leave_gate(Ended::by(outcome), at, version),
            Event::GateWithdrawn { .. } => self.leave_gate(Ended::Withdrawn, at, version),
            Event::ExitBegun { .. } | Event::ProductClosed { .. } => self.leave_stage(at, version),
            _ => {}
        }
    }
}

/// By when they began.
pub(super) fn passages(history: &[Recorded], segments: &[Segment]) -> Vec<Passage> {
    let mut passages = Passages::default();
    for (version, recorded) in (1..).zip(history) {
        passages.take(recorded, version);
    }
    for passage in &mut passages.all {
        // Segments are in their order, so those of a passage lie between its ends.
        let first = segments.partition_point(|segment| segment.until <= passage.entered);
        let inside = segments[first..].iter();
        let inside =
            inside.take_while(|segment| passage.left.is_none_or(|left| segment.from < left));
        passage.spent = spent(inside.filter(|segment| passage.is_at(&segment.spot)));
    }
    passages.all
}
