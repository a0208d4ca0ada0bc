//! The checked, immutable definition of a workflow: what `load` makes of a YAML file.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{calendar::Calendar, form::Form, span::Span};
use crate::{
    digest::Digest,
    expr::Expr,
    key::{
        CriterionKey, DeliverableKey, DutyKey, ExitKey, FactorKey, FormKey, GateKey, ItemKey,
        MeasureKey, PathKey, ReviewKey, RoleKey, SeatKey, SignalKey, StageKey, WorkflowKey,
    },
};

/// A text that people read, in English and, where given, in Korean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ko: Option<String>,
}

/// A workflow that can be evaluated: every structural check has passed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    pub key: WorkflowKey,
    /// SHA-256 of the canonical bytes; two files that mean the same have the same digest.
    pub digest: Digest,
    pub title: Text,
    pub help: Option<Text>,
    pub calendar: Calendar,
    pub roles: IndexMap<RoleKey, Role>,
    /// The role whose holder owns a product until its markets are handed over.
    pub owner: RoleKey,
    /// Who may start a product.
    pub start_by: Vec<RoleKey>,
    /// May one person own a product upstream and receive one of its markets?
    pub both_sides: bool,
    /// The product's card: the fields that every product has from its first day.
    pub card: Arc<Form>,
    pub forms: IndexMap<FormKey, Arc<Form>>,
    /// In the order in which a product passes them; the first is where it starts.
    pub stages: IndexMap<StageKey, Stage>,
    pub deliverables: IndexMap<DeliverableKey, Deliverable>,
    pub gates: IndexMap<GateKey, Gate>,
    pub handover: Option<Handover>,
    pub reviews: IndexMap<ReviewKey, Review>,
    pub exits: IndexMap<ExitKey, Exit>,
    pub guarantees: Vec<Guarantee>,
    /// The data points of every product of this workflow, in the order in which people see them.
    pub measures: IndexMap<MeasureKey, Measure>,
    pub signals: IndexMap<SignalKey, Signal>,
    /// Which products it is for; none: any.
    pub suits: Option<Suits>,
    /// Which segments a product wants covered, or covers; none: it says nothing of segments.
    pub segments: Option<Segments>,
    /// Which technologies a product needs; none: it says nothing of technologies.
    pub technologies: Option<Technologies>,
    /// Which skills a product lacks; none: it says nothing of skills.
    pub skills: Option<Skills>,
}

/// On which side of the launch a role or a stage stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Upstream,
    Downstream,
    Both,
    Outside,
}

impl Side {
    /// As in the definition.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Downstream => "downstream",
            Self::Both => "both",
            Self::Outside => "outside",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Role {
    pub title: Text,
    pub side: Side,
    /// Held for one market at a time.
    pub per_market: bool,
    /// Held by machines only; a machine never votes, signs or accepts a hand-over.
    pub machine: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    pub title: Text,
    pub help: Option<Text>,
    pub side: Side,
    /// Three-point estimate of how long the stage takes.
    pub takes: Option<Takes>,
    /// Prior probability of passing the stage, 0 to 1.
    pub passes: Option<Decimal>,
    pub deliverables: Vec<DeliverableKey>,
    pub gate: GateKey,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Takes {
    pub likely: Span,
    pub from: Span,
    pub to: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deliverable {
    pub title: Text,
    pub help: Option<Text>,
    pub stage: StageKey,
    pub owner: RoleKey,
    /// Typed content; without a form the deliverable is attachments or a link.
    pub form: Option<FormKey>,
    pub required: Required,
    /// These must be accepted or waived before this one can be submitted.
    pub after: Vec<DeliverableKey>,
    /// Due so long after its stage was entered.
    pub due: Option<Span>,
    /// One person of each role must accept; none: accepted when submitted.
    pub reviewers: Vec<RoleKey>,
    /// Who may approve that it is not applicable; none: it cannot be waived.
    pub waive: Option<RoleKey>,
    /// A waiver holds so long after its approval; none: for good.
    pub waive_at_most: Option<Span>,
    /// One for each market of the product.
    pub per_market: bool,
    /// Needed anew each time the stage is entered.
    pub each_visit: bool,
    /// At least so many attachments.
    pub attachments: u32,
    /// Who outside the company has the ball from its `after` to its hand-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
}

/// Somebody outside the company who lets a deliverable wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// An authority or a notified body, which has been asked and has not answered.
    Regulator,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    Always,
    /// Required when the guard is true; while it is unknown the gate stays shut.
    When(Expr),
    Never,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    pub title: Text,
    pub help: Option<Text>,
    pub stage: StageKey,
    /// Decides when the votes cannot.
    pub chair: RoleKey,
    /// What the chair's signature means; none: the chair's decision is not signed.
    pub chair_signs: Option<Text>,
    /// Who may submit.
    pub submit_by: Vec<RoleKey>,
    pub must: IndexMap<CriterionKey, MustMeet>,
    pub score: Option<Scorecard>,
    pub seats: IndexMap<SeatKey, Seat>,
    /// Seats vote one after the other, in the order of the file.
    pub sequential: bool,
    pub separation: Vec<Separation>,
    pub clock: Option<Clock>,
    pub outcomes: Outcomes,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MustMeet {
    Expr { expr: Expr, otherwise: Text },
    Question { ask: Text, by: RoleKey },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scorecard {
    /// 0 to 100: the weighted mean of all scores, times ten.
    pub hurdle: u32,
    pub factors: IndexMap<FactorKey, Factor>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Factor {
    pub title: Text,
    /// 1 to 100.
    pub weight: u32,
    /// What a score means, for some of 0 to 10.
    pub anchors: BTreeMap<u8, Text>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seat {
    pub role: RoleKey,
    /// So many must vote go or conditional go; at least 1.
    pub need: u32,
    /// At most so many people sit; none: everyone who holds the role and may sit.
    pub of: Option<u32>,
    /// What the signature means; none: the vote is not signed.
    pub sign: Option<Text>,
    /// One vote that is not go or conditional go sends the decision to the chair.
    pub veto: bool,
}

/// A pair of duties that one person may not hold at one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Separation {
    pub who: Party,
    pub may_not_sit: SeatKey,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Whoever submitted the accepted revision of the deliverable, in any market.
    AuthorOf(DeliverableKey),
    /// Whoever reviewed it.
    ReviewerOf(DeliverableKey),
    /// Whoever holds the role for this product.
    HolderOf(RoleKey),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clock {
    pub decide_within: Span,
    /// Reminders so long before the decision is due.
    pub remind: Vec<Span>,
    pub escalate_to: RoleKey,
}

/// Which answers a gate can give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcomes {
    /// The submission names one of these.
    pub go: IndexMap<PathKey, Path>,
    /// Conditional go: a condition is due at most so long after the decision.
    pub conditional: Option<Span>,
    pub hold: Option<HoldRule>,
    pub recycle: Option<RecycleRule>,
    pub kill: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Path {
    pub title: Text,
    pub to: Target,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Stage(StageKey),
    Exit(ExitKey),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HoldRule {
    pub at_most: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecycleRule {
    pub to: Vec<StageKey>,
    /// So many times from this gate in the life of a product.
    pub at_most: u32,
}

/// What changes hands, market by market, when the gate `at` says go.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Handover {
    pub at: GateKey,
    pub from: RoleKey,
    pub to: RoleKey,
    pub duties: IndexMap<DutyKey, Text>,
    /// The receiver confirms each item, or declines it with a reason.
    pub checklist: IndexMap<ItemKey, Text>,
    /// What makes a market sellable; each reads the documents of that market.
    pub sellable: IndexMap<CriterionKey, Sellable>,
    /// How long a receiver may take.
    pub answer_within: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sellable {
    pub expr: Expr,
    pub otherwise: Text,
}

/// A review that falls due by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    pub title: Text,
    pub after: Span,
    pub from: Start,
    pub done: DoneBy,
    /// This gate cannot be submitted while the review is due and not done.
    pub before: Option<GateKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The gate's go.
    Gate(GateKey),
    /// Each entry of the stage, so a stage that is entered again is reviewed again.
    Stage(StageKey),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DoneBy {
    /// A person of the role files the form.
    Form { owner: RoleKey, form: FormKey },
    /// The gate's decision.
    Gate(GateKey),
}

/// A way to end a product's life, with what must still be done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exit {
    pub title: Text,
    pub duties: IndexMap<DutyKey, ExitDuty>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExitDuty {
    pub title: Text,
    pub owner: RoleKey,
    pub due: Option<Span>,
}

/// A promise of the author about every run of the workflow; resolved now, proved by the checker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guarantee {
    /// "STAGE-OR-GATE needs go at GATE"
    NeedsGo { place: Place, gate: GateKey },
    /// "sellable(market) needs accepted DELIVERABLE(market)"
    SellableNeeds { deliverable: DeliverableKey },
    /// "STAGE-OR-GATE needs accepted DELIVERABLE"
    NeedsAccepted { place: Place, deliverable: DeliverableKey },
    /// "every product can reach an end"
    CanEnd,
    /// "no one approves what they submitted"
    NoSelfApproval,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Stage(StageKey),
    Gate(GateKey),
}

/// One value that every product of the workflow has. No expression reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    pub title: Text,
    pub help: Option<Text>,
    pub value: Expr,
    /// What a number counts.
    pub unit: Option<Text>,
}

/// A condition which says that somebody should look at the product. It stops nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signal {
    pub title: Text,
    pub help: Option<Text>,
    pub when: Expr,
    pub propose: Option<ExitKey>,
    /// Asked in these stages; none: in all.
    pub stages: Vec<StageKey>,
}

/// Which products the workflow is for, told from their card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suits {
    pub when: Expr,
    pub otherwise: Text,
}

/// What is said of market segments, so that those that are wanted can be held against those that
/// products serve. Segments are the same when their names are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segments {
    /// A list of names: a plan wants them covered.
    pub wants: Option<Expr>,
    /// A list of names: the product serves them.
    pub serves: Option<Expr>,
    /// The day on which the product is expected on the market.
    pub launch: Option<Expr>,
}

/// Where the technologies that a product needs are written, so that those of all products can be
/// held side by side. They are the same when their names are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Technologies {
    /// The rows. The other expressions read each as `row`.
    pub each: Expr,
    pub name: Expr,
    /// A day, or a year.
    pub by: Option<Expr>,
    /// How mature it is, as a whole number.
    pub readiness: Option<Expr>,
    /// How mature it has to be.
    pub needed: Option<Expr>,
    /// Make, hire, buy, merge, or whatever the choices of the form are.
    pub way: Option<Expr>,
}

/// Where the skills are written that a product needs and the company has too little of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Skills {
    /// The rows. The other expressions read each as `row`.
    pub each: Expr,
    pub name: Expr,
    /// How much is missing, in people or whatever the form counts.
    pub missing: Expr,
    /// A day, or a year.
    pub by: Option<Expr>,
    pub way: Option<Expr>,
}

impl Definition {
    /// The stage where a product starts.
    ///
    /// # Panics
    /// Never: a definition without stages is not loaded.
    #[expect(clippy::expect_used, reason = "`load` refuses a definition without stages")]
    pub fn first_stage(&self) -> &StageKey {
        self.stages.keys().next().expect("a definition has a stage")
    }

    /// The stage where a product's life ends.
    pub fn last_stage(&self) -> &StageKey {
        self.stages.keys().next_back().unwrap_or_else(|| self.first_stage())
    }

    /// The gate at the end of a stage; none when the stage is not of this definition.
    pub fn gate_of(&self, stage: &StageKey) -> Option<(&GateKey, &Gate)> {
        self.gates.get_key_value(&self.stages.get(stage)?.gate)
    }

    pub fn form_of(&self, deliverable: &Deliverable) -> Option<&Arc<Form>> {
        self.forms.get(deliverable.form.as_ref()?)
    }

    /// Where a stage stands in the order of the file, from 0.
    pub fn order(&self, stage: &StageKey) -> usize {
        self.stages.get_index_of(stage).unwrap_or(usize::MAX)
    }
}
