//! Gates, submissions to them, and the packets that were decided over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    definition::{Outcomes, Scorecard, Text},
    digest::Digest,
    expr::{Outcome, Verdict},
    id::SigningId,
    key::{CriterionKey, FactorKey, GateKey, PathKey, RoleKey, SeatKey, StageKey},
    product::{Choice, Passed, Purpose, Shown},
    rules::Meeting,
};

use super::{PersonName, UnmetView};

/// One gate, as one product sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateView {
    pub key: GateKey,
    pub title: Text,
    pub help: Option<Text>,
    pub stage: StageKey,
    pub state: GateState,
    pub chair: RoleKey,
    pub submit_by: Vec<RoleKey>,
    pub seats: Vec<GateSeat>,
    pub sequential: bool,
    pub scorecard: Option<Scorecard>,
    pub outcomes: Outcomes,
    pub must: Vec<CriterionView>,
    /// For each way on, what still stands in its way; empty for gates that are not next.
    pub readiness: Vec<PathReadiness>,
    /// The last go.
    pub passed: Option<Passed>,
    /// How often it sent the product back.
    pub recycled: u32,
    /// The votes of the open submission, counted.
    pub meeting: Option<Meeting>,
    pub submission: Option<SubmissionView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateState {
    /// Of a later stage.
    Ahead,
    /// At the end of the product's stage.
    Next,
    /// The product stands here, and the gate decides.
    Open,
    /// It has said go.
    Passed,
    /// Of an earlier stage, without a go.
    Behind,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateSeat {
    pub key: SeatKey,
    pub role: RoleKey,
    pub need: u32,
    pub of: Option<u32>,
    /// What the signature means; none: the vote is not signed.
    pub sign: Option<Text>,
    pub veto: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionView {
    pub key: CriterionKey,
    /// The question, or what is wrong when the expression fails.
    pub title: Text,
    /// Who answers; none: an expression.
    pub by: Option<RoleKey>,
    pub outcome: Outcome,
    pub verdict: Option<Verdict>,
    pub answer: Option<AnswerView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerView {
    pub yes: bool,
    pub evidence: Option<String>,
    pub by: PersonName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathReadiness {
    pub path: PathKey,
    pub title: Text,
    pub ready: bool,
    pub unmet: Vec<UnmetView>,
}

/// One submission, from the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubmissionView {
    /// From 1, in the life of the product.
    pub number: u32,
    pub gate: GateKey,
    pub purpose: Purpose,
    pub by: PersonName,
    pub at: DateTime<Utc>,
    pub packet: Digest,
    pub panel: BTreeMap<SeatKey, Vec<PersonName>>,
    pub due_at: Option<DateTime<Utc>>,
    pub reminded: u32,
    pub escalated: bool,
    /// Everyone's scores when all are in; before that, only the asker's own.
    pub scores: Vec<ScoreView>,
    /// Who has scored.
    pub scored: Vec<PersonName>,
    pub votes: Vec<VoteView>,
    pub state: SubmissionState,
    pub decision: Option<DecisionView>,
    pub withdrawal: Option<WithdrawalView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    Open,
    Withdrawn,
    Decided,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreView {
    pub by: PersonName,
    /// Who did it in that name; so wherever a view has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub at: DateTime<Utc>,
    pub scores: BTreeMap<FactorKey, u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VoteView {
    pub by: PersonName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub seat: SeatKey,
    pub choice: Choice,
    pub reason: Option<String>,
    pub conditions: Vec<ConditionDraftView>,
    pub signature: Option<SignatureView>,
    pub at: DateTime<Utc>,
}

/// 21 CFR 11.50: the printed name of the signer, when, and what it means; bound to the packet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignatureView {
    /// Whose hands signed, by the name of that day.
    pub signer: PersonName,
    /// The absent person in whose name a deputy signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonName>,
    pub role: RoleKey,
    pub at: DateTime<Utc>,
    pub meaning: String,
    pub packet: Digest,
    /// How the signer was asked again; none for signatures of the first days.
    pub shown: Option<Shown>,
    /// What the signer has read before.
    pub statement: Option<String>,
}

/// What somebody is about to sign.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SigningView {
    pub id: SigningId,
    /// In words: who signs what in which meaning over which packet.
    pub statement: String,
    pub meaning: String,
    pub role: RoleKey,
    pub packet: Digest,
    /// What has to be shown.
    pub needs: [&'static str; 2],
    /// When password and code were shown; none: not yet.
    pub shown_at: Option<DateTime<Utc>>,
    /// Until then the next step has to come.
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionDraftView {
    pub text: Option<String>,
    pub owner: PersonName,
    pub due_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionView {
    pub outcome: sluicegate_core::product::Outcome,
    /// None: the seats' needs were met.
    pub chair: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub reason: Option<String>,
    pub signature: Option<SignatureView>,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WithdrawalView {
    pub by: Option<PersonName>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// What a submission froze, made again from the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PacketView {
    pub submission: u32,
    pub gate: GateKey,
    /// As the submission and its signatures name it.
    pub digest: Digest,
    /// The packet that was made again has this very digest.
    pub matches: bool,
    pub packet: Value,
}
