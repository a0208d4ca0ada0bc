//! What a product measures, what speaks for looking at it, and which workflow would suit one.

use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    expr::{Evidence, Outcome, Unknown},
    id::ProductId,
    key::{DeliverableKey, ExitKey, MeasureKey, SignalKey, StageKey, WorkflowKey},
};

/// The measures and signals of a product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasuresView {
    pub product: ProductId,
    pub version: u32,
    pub workflow: WorkflowKey,
    pub stage: StageKey,
    pub measures: Vec<MeasureView>,
    pub signals: Vec<SignalView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureView {
    pub key: MeasureKey,
    pub title: String,
    pub help: Option<String>,
    pub unit: Option<String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// None while it is unknown.
    pub value: Option<Value>,
    pub unknown: Option<UnknownView>,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnknownView {
    /// A code with its parameters.
    pub why: Unknown,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalView {
    pub key: SignalKey,
    pub title: String,
    pub help: Option<String>,
    /// The product stands in a stage in which the signal is asked.
    pub asked: bool,
    pub holds: Told,
    pub propose: Option<ProposedView>,
    /// The clauses that it is made of, with what they read.
    pub facts: Vec<FactView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProposedView {
    pub exit: ExitKey,
    pub title: String,
}

/// One clause of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactView {
    pub clause: String,
    pub holds: Told,
    pub evidence: Vec<Evidence>,
    pub unknown: Option<UnknownView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    Yes,
    No,
    Unknown,
}

impl From<Outcome> for Told {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Yes,
            Outcome::Fail => Self::No,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

/// Whether one workflow suits a product with certain answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TailoredView {
    pub workflow: WorkflowKey,
    pub version: u32,
    pub digest: Digest,
    pub title: String,
    pub suits: Told,
    /// Why not, or what the answers do not tell yet.
    pub reason: Option<String>,
    /// The deliverables that are required under a condition, in the order of the workflow.
    pub deliverables: Vec<GuardedView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuardedView {
    pub deliverable: DeliverableKey,
    pub title: String,
    pub stage: StageKey,
    pub required: Told,
    /// What cannot be told yet.
    pub reason: Option<String>,
}
