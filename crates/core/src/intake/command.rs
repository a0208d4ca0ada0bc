//! What people, visitors and the clock ask for, in the imperative.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    EntryEvent, EntryId, Rejection,
    state::{Counterpart, FeedbackKind},
};
use crate::{
    definition::Text,
    digest::Digest,
    id::{FeedbackId, IdeaId, IntakeLinkId, PersonId, ProductId},
    key::{MarketKey, PortfolioKey},
    product::{ConditionDraft, DeliverableRef, Event},
    rules::Start,
};

/// One wish about one entry. Texts travel beside it and stand here by their digest.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    OpenLink {
        title: Text,
        portfolio: PortfolioKey,
        /// The version of the workflow whose digest the context's definition has.
        version: u32,
        secret: Digest,
        closes_at: Option<DateTime<Utc>>,
    },
    RevokeLink,

    SubmitIdea {
        link: IntakeLinkId,
        text: Digest,
        submitter: Option<Digest>,
        tracking: Digest,
    },
    AcceptIdea,
    RejectIdea {
        why: Rejection,
    },
    Promote(Box<Start>),
    Merge {
        into: Counterpart,
    },
    Park {
        until: DateTime<Utc>,
        reason: Digest,
    },
    DeclineIdea {
        reason: Digest,
    },

    SendFeedback(NewFeedback),
    HandOver {
        to: PersonId,
    },
    /// Makes an idea of it, open for screening.
    AnswerWithIdea {
        idea: IdeaId,
        text: Digest,
    },
    /// Obliges the product to revise a deliverable.
    AnswerWithObligation {
        deliverable: DeliverableRef,
        requirement: Digest,
        why: Digest,
    },
    DeclineFeedback {
        reason: Digest,
    },
    ReadAnswer,
    FlagIncident,
    AssessIncident {
        reportable: bool,
        note: Digest,
    },

    RecordFieldDay {
        portfolio: PortfolioKey,
        date: NaiveDate,
        marketer: PersonId,
        seller: PersonId,
        market: Option<MarketKey>,
        products: BTreeSet<ProductId>,
        notes: Digest,
        follow_ups: Vec<NewFollowUp>,
    },
    SendLearnings {
        items: Vec<NewFeedback>,
    },
    FinishFollowUp {
        follow_up: u32,
    },

    /// The clock asks what has fallen due.
    Tick,
}

pub type NewFollowUp = ConditionDraft;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFeedback {
    pub feedback: FeedbackId,
    pub product: ProductId,
    pub kind: FeedbackKind,
    pub market: Option<MarketKey>,
    pub urgent: bool,
    pub seen: Digest,
    pub said_by: Option<Digest>,
    pub attachments: Vec<Digest>,
    /// It may have to be reported to an authority.
    pub incident: bool,
}

/// The events of one stream that a command makes.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    Entry(EntryId, Vec<EntryEvent>),
    Product(ProductId, Vec<Event>),
}
