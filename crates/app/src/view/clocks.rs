//! Time: of one product, and of many.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    clocks::{Ended, Quantiles, Waited},
    definition::{Text, holidays::Country},
    id::ProductId,
    key::WorkflowKey,
};

/// How long a product stood where, and who was waited for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClocksView {
    pub product: ProductId,
    pub from: DateTime<Utc>,
    /// Now, or when the product was closed.
    pub until: DateTime<Utc>,
    pub seconds: u64,
    pub business_seconds: u64,
    /// By who was waited for; adds up to the whole.
    pub spent: Vec<SpentView>,
    /// In their order, without gaps; adds up to the whole.
    pub segments: Vec<SegmentView>,
    /// Each visit of a stage and each submission to a gate.
    pub passages: Vec<PassageView>,
    /// Each single question to somebody outside the team; these may overlap.
    pub waits: Vec<WaitView>,
    pub calendar: CalendarView,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpentView {
    pub waits_for: Waited,
    pub seconds: u64,
    pub business_seconds: u64,
    pub sentence: String,
}

/// A stage or a gate with its visit or submission, an exit, or no place at all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpotView {
    /// `stage`, `gate`, `exit` or `closed`.
    pub kind: &'static str,
    pub key: Option<String>,
    pub number: Option<u32>,
    pub title: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SegmentView {
    pub place: SpotView,
    pub waits_for: Waited,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub seconds: u64,
    pub business_seconds: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PassageView {
    pub place: SpotView,
    pub from: DateTime<Utc>,
    /// None: it is not over.
    pub until: Option<DateTime<Utc>>,
    pub ended: Option<Ended>,
    pub due_at: Option<DateTime<Utc>>,
    /// None: nothing was due, or it is not decided.
    pub in_time: Option<bool>,
    /// Of a stage without the time at its gate.
    pub seconds: u64,
    pub spent: BTreeMap<Waited, u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaitView {
    pub waits_for: Waited,
    /// `deliverable` or `market`.
    pub kind: &'static str,
    pub key: String,
    pub from: DateTime<Utc>,
    /// None: it is not answered.
    pub until: Option<DateTime<Utc>>,
    pub seconds: u64,
    pub business_seconds: u64,
}

/// By which days business days were counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalendarView {
    pub countries: Vec<Country>,
    /// Of the holidays' data.
    pub edition: &'static str,
    /// Years of this product whose holidays are not known: every weekday counts in them.
    pub unknown_years: Vec<i32>,
}

/// Figures over many products.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FiguresView {
    /// Up to this position of the log they are complete.
    pub up_to: u64,
    /// False: there are more passages than are looked at; these are the last ones.
    pub complete: bool,
    /// How many passages were looked at.
    pub passages: usize,
    /// How percentiles are made.
    pub method: &'static str,
    pub stages: Vec<PlaceFigures>,
    pub gates: Vec<PlaceFigures>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceFigures {
    pub workflow: WorkflowKey,
    pub key: String,
    /// As in the latest version of the workflow; the key when it is not there any more.
    pub title: Text,
    /// The figures are made of so many passages.
    pub count: u32,
    /// Submissions that were taken back; in no other figure.
    pub withdrawn: u32,
    pub seconds: Option<Quantiles>,
    /// By who was waited for, over all passages.
    pub spent: BTreeMap<Waited, Share>,
    pub ended: BTreeMap<Ended, u32>,
    /// Decisions that had a due date.
    pub with_due: u32,
    /// Those of them that kept it.
    pub in_time: u32,
    /// From 0 to 1; none when nothing was due.
    pub in_time_share: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    pub seconds: u64,
    /// From 0 to 1, of all time that passed there.
    pub share: f64,
}
