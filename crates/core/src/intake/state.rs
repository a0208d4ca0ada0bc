//! The state of one entry; only `evolve` changes it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{EntryId, Rejection};
use crate::{
    definition::Text,
    digest::Digest,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId},
    key::{MarketKey, PortfolioKey, RoleKey},
    product::{DeliverableRef, WorkflowRef},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Link(IntakeLink),
    Idea(Idea),
    Feedback(Feedback),
    FieldDay(FieldDay),
}

/// An address at which anyone may submit an idea.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeLink {
    pub id: IntakeLinkId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub opened_at: DateTime<Utc>,
    pub opened_by: PersonId,
    pub title: Text,
    /// What an idea that is promoted goes through.
    pub workflow: WorkflowRef,
    /// The role that moderates and screens: the owner role of the workflow.
    pub screener: RoleKey,
    /// SHA-256 of the secret in the address; nobody can guess 256 bits.
    pub secret: Digest,
    pub closes_at: Option<DateTime<Utc>>,
    pub revoked: bool,
}

/// An idea, before it is a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idea {
    pub id: IdeaId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub opened_at: DateTime<Utc>,
    pub origin: Origin,
    pub workflow: WorkflowRef,
    pub screener: RoleKey,
    /// Problem, idea, evidence, market and segment.
    pub text: Digest,
    /// Name and contact of whoever has no account, as far as they were given.
    pub submitter: Option<Digest>,
    /// SHA-256 of the secret with which its submitter follows it.
    pub tracking: Option<Digest>,
    pub state: IdeaState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Link { link: IntakeLinkId },
    Feedback { feedback: FeedbackId, by: PersonId },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdeaState {
    /// Nobody has looked whether it is an idea at all.
    Received,
    /// To be screened.
    Open,
    Rejected {
        by: PersonId,
        at: DateTime<Utc>,
        why: Rejection,
    },
    Promoted {
        product: ProductId,
        by: PersonId,
        at: DateTime<Utc>,
    },
    /// A duplicate; what becomes of the other becomes of it.
    Merged {
        into: Counterpart,
        by: PersonId,
        at: DateTime<Utc>,
    },
    Parked {
        until: DateTime<Utc>,
        reason: Digest,
        by: PersonId,
        at: DateTime<Utc>,
    },
    Declined {
        reason: Digest,
        by: PersonId,
        at: DateTime<Utc>,
    },
}

/// What an idea is a duplicate of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counterpart {
    Idea(IdeaId),
    Product(ProductId),
}

/// What kind of feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    Complaint,
    LostDeal,
    CaseStudy,
    FieldDay,
    Show,
    Request,
    Price,
    Competitor,
    Praise,
    Other,
}

impl FeedbackKind {
    pub const ALL: [Self; 10] = [
        Self::Complaint,
        Self::LostDeal,
        Self::CaseStudy,
        Self::FieldDay,
        Self::Show,
        Self::Request,
        Self::Price,
        Self::Competitor,
        Self::Praise,
        Self::Other,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::LostDeal => "lost_deal",
            Self::CaseStudy => "case_study",
            Self::FieldDay => "field_day",
            Self::Show => "show",
            Self::Request => "request",
            Self::Price => "price",
            Self::Competitor => "competitor",
            Self::Praise => "praise",
            Self::Other => "other",
        }
    }
}

/// What somebody in the field has seen of a product, on its way upstream and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub opened_at: DateTime<Utc>,
    pub product: ProductId,
    pub kind: FeedbackKind,
    pub market: Option<MarketKey>,
    pub urgent: bool,
    pub sender: PersonId,
    /// What was seen, with links to evidence.
    pub seen: Digest,
    /// Who said it: a customer is a person, so the name can be erased.
    pub said_by: Option<Digest>,
    pub attachments: Vec<Digest>,
    pub field_day: Option<FieldDayId>,
    /// Who triages it.
    pub owner: PersonId,
    /// Who is told when it is late.
    pub escalate_to: RoleKey,
    pub due: DateTime<Utc>,
    /// None: the reminder has gone out.
    pub remind_at: Option<DateTime<Utc>>,
    pub escalated: bool,
    pub incident: Option<Incident>,
    pub answer: Option<Answer>,
    /// The sender has read the answer.
    pub read: bool,
}

/// It may have to be reported to an authority. Triage does not end it, only an assessment does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub flagged_by: PersonId,
    pub flagged_at: DateTime<Utc>,
    /// Each of whom may assess it.
    pub to: BTreeSet<RoleKey>,
    pub assessed: Option<Assessment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub reportable: bool,
    pub note: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
}

/// How feedback ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    NewIdea {
        idea: IdeaId,
    },
    /// A newer revision of a deliverable is owed.
    Obligation {
        obligation: u32,
        deliverable: DeliverableRef,
    },
    Declined {
        reason: Digest,
    },
}

/// A day that marketing spent with sales at a customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDay {
    pub id: FieldDayId,
    pub version: u32,
    pub portfolio: PortfolioKey,
    pub opened_at: DateTime<Utc>,
    pub recorded_by: PersonId,
    pub date: NaiveDate,
    pub marketer: PersonId,
    pub seller: PersonId,
    pub market: Option<MarketKey>,
    pub products: BTreeSet<ProductId>,
    /// Account, what was seen and learned, which content was usable and which was not.
    pub notes: Digest,
    pub follow_ups: BTreeMap<u32, FollowUp>,
    /// What was made of its learnings.
    pub feedback: BTreeSet<FeedbackId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub text: Digest,
    pub owner: PersonId,
    pub due: DateTime<Utc>,
    pub fell_due: bool,
    pub done: Option<FollowUpDone>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpDone {
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

impl Entry {
    pub const fn id(&self) -> EntryId {
        match self {
            Self::Link(it) => EntryId::Link(it.id),
            Self::Idea(it) => EntryId::Idea(it.id),
            Self::Feedback(it) => EntryId::Feedback(it.id),
            Self::FieldDay(it) => EntryId::FieldDay(it.id),
        }
    }

    /// How many events made it.
    pub const fn version(&self) -> u32 {
        match self {
            Self::Link(it) => it.version,
            Self::Idea(it) => it.version,
            Self::Feedback(it) => it.version,
            Self::FieldDay(it) => it.version,
        }
    }

    pub const fn portfolio(&self) -> &PortfolioKey {
        match self {
            Self::Link(it) => &it.portfolio,
            Self::Idea(it) => &it.portfolio,
            Self::Feedback(it) => &it.portfolio,
            Self::FieldDay(it) => &it.portfolio,
        }
    }

    pub const fn opened_at(&self) -> DateTime<Utc> {
        match self {
            Self::Link(it) => it.opened_at,
            Self::Idea(it) => it.opened_at,
            Self::Feedback(it) => it.opened_at,
            Self::FieldDay(it) => it.opened_at,
        }
    }

    pub(super) const fn version_mut(&mut self) -> &mut u32 {
        match self {
            Self::Link(it) => &mut it.version,
            Self::Idea(it) => &mut it.version,
            Self::Feedback(it) => &mut it.version,
            Self::FieldDay(it) => &mut it.version,
        }
    }
}

impl IntakeLink {
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.closes_at.is_none_or(|at| now < at)
    }
}

impl IdeaState {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Open => "open",
            Self::Rejected { .. } => "rejected",
            Self::Promoted { .. } => "promoted",
            Self::Merged { .. } => "merged",
            Self::Parked { .. } => "parked",
            Self::Declined { .. } => "declined",
        }
    }
}

impl Feedback {
    /// Where it stands, in one word.
    pub const fn status(&self) -> &'static str {
        match &self.answer {
            None => "open",
            Some(Answer { outcome: Outcome::NewIdea { .. }, .. }) => "new_idea",
            Some(Answer { outcome: Outcome::Obligation { .. }, .. }) => "obligation",
            Some(Answer { outcome: Outcome::Declined { .. }, .. }) => "declined",
        }
    }

    /// Nobody has assessed what may be an incident.
    pub fn incident_is_open(&self) -> bool {
        self.incident.as_ref().is_some_and(|incident| incident.assessed.is_none())
    }
}
