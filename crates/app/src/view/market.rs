//! After the gates: conditions, markets with their hand-over, and reviews.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    definition::Text,
    expr::Outcome,
    key::{CriterionKey, DutyKey, FormKey, GateKey, ItemKey, MarketKey, ReviewKey, RoleKey},
};

use super::PersonName;

/// A condition of a conditional go.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionView {
    pub number: u32,
    pub gate: GateKey,
    pub text: Option<String>,
    pub owner: PersonName,
    pub due_at: DateTime<Utc>,
    /// Who asked for it and may close it.
    pub set_by: PersonName,
    pub state: ConditionStateName,
    pub expired: bool,
    pub evidence: Option<EvidenceView>,
    pub closed_by: Option<PersonName>,
    /// Who closed it in that name; so wherever a view has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub closed_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionStateName {
    Open,
    EvidenceGiven,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceView {
    pub by: PersonName,
    pub at: DateTime<Utc>,
    pub text: Option<String>,
}

/// A market of a product: may it be sold there, and whose is it?
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MarketView {
    pub market: MarketKey,
    pub added_at: DateTime<Utc>,
    pub sellable: bool,
    pub checks: Vec<CheckView>,
    /// The one owner of every duty of this market.
    pub accountable: PersonName,
    pub duties: Vec<DutyView>,
    pub handover: HandoverView,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckView {
    pub key: CriterionKey,
    pub outcome: Outcome,
    /// What is wrong when it fails.
    pub otherwise: Text,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DutyView {
    pub key: DutyKey,
    pub title: Text,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandoverView {
    pub state: HandoverStateName,
    /// To whom it is offered.
    pub to: Option<PersonName>,
    /// Who declined or accepted.
    pub by: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub fell_due: bool,
    pub checklist: Vec<ChecklistItem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverStateName {
    NotOffered,
    Offered,
    Declined,
    Accepted,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChecklistItem {
    pub key: ItemKey,
    pub title: Text,
    /// Why the receiver declined it, in the last declination.
    pub declined: Option<String>,
}

/// A review after launch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewView {
    pub number: u32,
    pub review: ReviewKey,
    pub title: Text,
    pub due_at: DateTime<Utc>,
    pub state: ReviewStateName,
    /// Who files the form; none: a gate's decision does it.
    pub owner: Option<RoleKey>,
    pub form: Option<FormKey>,
    /// The gate whose decision does it.
    pub gate: Option<GateKey>,
    /// This gate cannot be submitted while the review is due.
    pub before: Option<GateKey>,
    pub content: Option<Value>,
    pub done_by: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
    pub done_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStateName {
    Scheduled,
    Due,
    Done,
}
