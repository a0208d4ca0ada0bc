//! Intake links, ideas, feedback, field days, and what a product owes to the field.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sluicegate_core::{
    definition::Text,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, ProductId},
    intake::{FeedbackKind, Rejection},
    key::{MarketKey, PortfolioKey, RoleKey, WorkflowKey},
    product::DeliverableRef,
};

use super::{AttachmentView, PersonName};

/// An intake link, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkView {
    pub id: IntakeLinkId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub title: Text,
    pub workflow: WorkflowKey,
    pub opened_by: PersonName,
    pub opened_at: DateTime<Utc>,
    pub closes_at: Option<DateTime<Utc>>,
    pub revoked: bool,
    /// Are ideas taken now?
    pub open: bool,
}

/// What a visitor with a link sees: nothing else of the house.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IntakeView {
    pub title: Text,
    pub open: bool,
    pub closes_at: Option<DateTime<Utc>>,
    pub fields: Vec<IntakeField>,
}

/// A field of the form for visitors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IntakeField {
    pub name: &'static str,
    /// In the asker's language.
    pub title: &'static str,
    pub required: bool,
    /// Longest value in characters; of a list, of each item.
    pub max: usize,
    /// A list has at most so many items; else none.
    pub items: Option<usize>,
}

/// What a submitter sees of an idea.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrackView {
    pub submitted_at: DateTime<Utc>,
    pub status: TrackStatus,
    /// In the asker's language.
    pub sentence: String,
    /// Why it was declined, or parked.
    pub reason: Option<String>,
    pub until: Option<DateTime<Utc>>,
}

/// Where an idea stands, for its submitter; a duplicate stands where the other does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackStatus {
    Received,
    InReview,
    TakenUp,
    Parked,
    Declined,
    NotAccepted,
    /// A product was made of it, and ended.
    Ended,
}

/// An idea in the house.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdeaView {
    pub id: IdeaId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    /// `received`, `open`, `rejected`, `promoted`, `merged`, `parked` or `declined`.
    pub status: &'static str,
    pub opened_at: DateTime<Utc>,
    pub age_days: i64,
    pub workflow: WorkflowKey,
    pub link: Option<IntakeLinkId>,
    pub feedback: Option<FeedbackId>,
    /// Whose feedback it came from.
    pub by: Option<PersonName>,
    /// For those who screen it: who submitted it from outside.
    pub submitter: Option<SubmitterView>,
    pub problem: String,
    pub idea: String,
    pub evidence: Vec<String>,
    pub market: Option<String>,
    pub segment: Option<String>,
    pub decided_by: Option<PersonName>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub rejected_as: Option<Rejection>,
    pub parked_until: Option<DateTime<Utc>>,
    /// What it became, or what it is a duplicate of.
    pub product: Option<ProductId>,
    pub duplicate_of: Option<IdeaId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubmitterView {
    pub name: Option<String>,
    pub contact: Option<String>,
}

/// Something that may be the same as an idea.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarView {
    pub idea: Option<IdeaId>,
    pub product: Option<ProductId>,
    /// The name of the product.
    pub name: Option<String>,
    /// The beginning of what it says.
    pub says: String,
    /// From 0 to 1000: the share of pieces that both texts have.
    pub likeness: u32,
}

/// Feedback, on its way upstream and back.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks, as the API shows them")]
pub struct FeedbackView {
    pub id: FeedbackId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub product: ProductId,
    pub product_name: String,
    pub kind: FeedbackKind,
    pub market: Option<MarketKey>,
    pub urgent: bool,
    /// `open`, `new_idea`, `obligation` or `declined`.
    pub status: &'static str,
    pub sender: PersonName,
    pub sent_at: DateTime<Utc>,
    pub seen: Option<String>,
    pub evidence: Vec<String>,
    pub attachments: Vec<AttachmentView>,
    pub said_by: Option<String>,
    pub field_day: Option<FieldDayId>,
    /// Who triages it.
    pub owner: PersonName,
    pub due_at: DateTime<Utc>,
    pub overdue: bool,
    pub escalated: bool,
    pub incident: Option<IncidentView>,
    pub answer: Option<TriageView>,
    /// The sender has read the answer.
    pub read: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentView {
    pub flagged_by: PersonName,
    pub flagged_at: DateTime<Utc>,
    pub to: Vec<RoleKey>,
    pub assessed_by: Option<PersonName>,
    pub assessed_at: Option<DateTime<Utc>>,
    pub reportable: Option<bool>,
    pub note: Option<String>,
}

/// How feedback ended, and how far what it ended in has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriageView {
    pub by: PersonName,
    pub at: DateTime<Utc>,
    pub outcome: &'static str,
    /// Why not.
    pub reason: Option<String>,
    pub idea: Option<IdeaId>,
    pub idea_status: Option<TrackStatus>,
    pub obligation: Option<ObligationView>,
}

/// A newer revision that a product owes to the field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObligationView {
    pub number: u32,
    pub deliverable: DeliverableRef,
    /// Which requirement.
    pub requirement: Option<String>,
    pub why: Option<String>,
    pub feedback: FeedbackId,
    pub by: PersonName,
    pub at: DateTime<Utc>,
    /// `open`, `fulfilled` or `withdrawn`.
    pub state: &'static str,
    /// The revision that fulfilled it.
    pub revision: Option<u32>,
    pub settled_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub reason: Option<String>,
}

/// A day that marketing spent with sales.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldDayView {
    pub id: FieldDayId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub date: NaiveDate,
    pub marketer: PersonName,
    pub seller: PersonName,
    pub recorded_at: DateTime<Utc>,
    pub market: Option<MarketKey>,
    pub products: Vec<ProductId>,
    pub account: Option<String>,
    pub seen: Option<String>,
    pub learned: Option<String>,
    pub usable: Option<String>,
    pub not_usable: Option<String>,
    pub follow_ups: Vec<FollowUpView>,
    /// What was made of its learnings.
    pub feedback: Vec<FeedbackId>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowUpView {
    pub number: u32,
    pub text: Option<String>,
    pub owner: PersonName,
    pub due_at: DateTime<Utc>,
    pub overdue: bool,
    pub done_by: Option<PersonName>,
    pub done_at: Option<DateTime<Utc>>,
}

/// Feedback in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedbackSummary {
    pub number: u64,
    /// Not answered yet.
    pub open: u64,
    pub late: u64,
    /// May be incidents, and are not assessed.
    pub flagged: u64,
    pub by_status: BTreeMap<String, u64>,
    /// False: there is more than is counted at once.
    pub complete: bool,
    pub lines: Vec<FeedbackCountView>,
}

/// Feedback of one product, kind, market and state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedbackCountView {
    pub product: ProductId,
    pub kind: String,
    pub market: Option<MarketKey>,
    pub status: String,
    pub number: u64,
    pub late: u64,
    pub flagged: u64,
    /// In whole days.
    pub oldest_days: i64,
    pub mean_days: i64,
}
