//! What has happened to an entry. Each variant says which transition it is.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::state::{Counterpart, FeedbackKind, Origin, Outcome};
use crate::{
    definition::Text,
    digest::Digest,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId},
    key::{MarketKey, PortfolioKey, RoleKey},
    product::{Actor, ConditionDraft, WorkflowRef},
};

/// One fact about one entry, in past tense. Stored for ever: variants and fields are added, never
/// changed. Names, contacts and free texts stand in contents, and here by their digest only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EntryEvent {
    /// Nothing -> an intake link.
    IntakeLinkOpened {
        link: IntakeLinkId,
        title: Text,
        portfolio: PortfolioKey,
        workflow: WorkflowRef,
        screener: RoleKey,
        secret: Digest,
        closes_at: Option<DateTime<Utc>>,
    },
    /// Open -> revoked; ideas that came through it go on.
    IntakeLinkRevoked,

    /// Nothing -> an idea, received through a link or open at once from feedback.
    IdeaSubmitted {
        idea: IdeaId,
        portfolio: PortfolioKey,
        origin: Origin,
        workflow: WorkflowRef,
        screener: RoleKey,
        text: Digest,
        submitter: Option<Digest>,
        tracking: Option<Digest>,
    },
    /// Received -> open: a moderator has let it in.
    IdeaAccepted,
    /// Received -> rejected.
    IdeaRejected { why: Rejection },
    /// Open or parked -> promoted: the product was started in the same moment.
    IdeaPromoted { product: ProductId },
    /// Open or parked -> merged.
    IdeaMerged { into: Counterpart },
    /// Open or parked -> parked.
    IdeaParked { until: DateTime<Utc>, reason: Digest },
    /// Parked -> open: its date has come.
    IdeaWoke,
    /// Open or parked -> declined; the reason goes to the submitter.
    IdeaDeclined { reason: Digest },

    /// Nothing -> feedback, with the person who triages it.
    FeedbackSent {
        feedback: FeedbackId,
        portfolio: PortfolioKey,
        product: ProductId,
        kind: FeedbackKind,
        market: Option<MarketKey>,
        urgent: bool,
        seen: Digest,
        said_by: Option<Digest>,
        attachments: Vec<Digest>,
        field_day: Option<FieldDayId>,
        owner: PersonId,
        escalate_to: RoleKey,
        due: DateTime<Utc>,
        remind_at: DateTime<Utc>,
    },
    /// Another person of the team triages it; the clock goes on.
    FeedbackHandedOver { to: PersonId },
    /// The owner was reminded.
    FeedbackReminded,
    /// The triage is late; the named people were told.
    FeedbackEscalated { to: BTreeSet<PersonId> },
    /// Open -> answered; idea or obligation were made in the same moment.
    FeedbackAnswered {
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// The sender has read the answer.
    FeedbackAnswerRead,
    /// Somebody says that it may have to be reported to an authority.
    IncidentFlagged { to: BTreeSet<RoleKey> },
    /// Flagged -> assessed.
    IncidentAssessed { reportable: bool, note: Digest },

    /// Nothing -> a field day.
    FieldDayRecorded {
        field_day: FieldDayId,
        portfolio: PortfolioKey,
        date: NaiveDate,
        marketer: PersonId,
        seller: PersonId,
        market: Option<MarketKey>,
        products: BTreeSet<ProductId>,
        notes: Digest,
        /// Numbered from 1.
        follow_ups: Vec<ConditionDraft>,
    },
    /// Its learnings were sent upstream.
    LearningsSent { feedback: BTreeSet<FeedbackId> },
    /// A follow-up is done.
    FollowUpFinished { follow_up: u32 },
    /// A follow-up is late.
    FollowUpFellDue { follow_up: u32 },
}

/// Why a moderator does not let an idea in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    Spam,
    OutOfScope,
}

/// An event with its circumstances, as `evolve` needs them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedEntry {
    pub at: DateTime<Utc>,
    pub actor: Actor,
    #[serde(flatten)]
    pub event: EntryEvent,
}
