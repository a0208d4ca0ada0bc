//! What lists show of an entry, told from its state alone.

use chrono::{DateTime, Utc};

use super::{
    EntryId, EntryKind,
    state::{Entry, IdeaState},
};
use crate::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::{MarketKey, PortfolioKey},
};

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: EntryId,
    pub kind: EntryKind,
    pub portfolio: PortfolioKey,
    /// Where it stands, in one word.
    pub status: String,
    pub product: Option<ProductId>,
    /// The kind of feedback.
    pub topic: Option<String>,
    pub market: Option<MarketKey>,
    pub sender: Option<PersonId>,
    pub owner: Option<PersonId>,
    /// It may be an incident, and nobody has assessed it.
    pub flagged: bool,
    /// By which a visitor finds it.
    pub secret: Option<Digest>,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
}

pub fn line(entry: &Entry) -> Line {
    let bare = Line {
        id: entry.id(),
        kind: entry.id().kind(),
        portfolio: entry.portfolio().clone(),
        status: "recorded".to_owned(),
        product: None,
        topic: None,
        market: None,
        sender: None,
        owner: None,
        flagged: false,
        secret: None,
        opened_at: entry.opened_at(),
        due_at: None,
    };
    match entry {
        Entry::Link(link) => Line {
            status: if link.revoked { "revoked" } else { "open" }.to_owned(),
            sender: Some(link.opened_by),
            secret: Some(link.secret),
            due_at: link.closes_at,
            ..bare
        },
        Entry::Idea(idea) => Line {
            status: idea.state.name().to_owned(),
            product: match &idea.state {
                IdeaState::Promoted { product, .. } => Some(*product),
                _ => None,
            },
            sender: match idea.origin {
                super::Origin::Feedback { by, .. } => Some(by),
                super::Origin::Link { .. } => None,
            },
            secret: idea.tracking,
            due_at: match &idea.state {
                IdeaState::Parked { until, .. } => Some(*until),
                _ => None,
            },
            ..bare
        },
        Entry::Feedback(feedback) => Line {
            status: feedback.status().to_owned(),
            product: Some(feedback.product),
            topic: Some(feedback.kind.name().to_owned()),
            market: feedback.market.clone(),
            sender: Some(feedback.sender),
            owner: Some(feedback.owner),
            flagged: feedback.incident_is_open(),
            due_at: feedback.answer.is_none().then_some(feedback.due),
            ..bare
        },
        Entry::FieldDay(day) => Line {
            market: day.market.clone(),
            sender: Some(day.marketer),
            owner: Some(day.seller),
            ..bare
        },
    }
}

/// When the clock has something to do with it; the past means: ask now.
pub fn next_tick(entry: &Entry) -> Option<DateTime<Utc>> {
    match entry {
        Entry::Idea(idea) => match &idea.state {
            IdeaState::Parked { until, .. } => Some(*until),
            _ => None,
        },
        Entry::Feedback(feedback) if feedback.answer.is_none() => {
            let late = (!feedback.escalated).then_some(feedback.due);
            feedback.remind_at.into_iter().chain(late).min()
        }
        Entry::Link(_) | Entry::Feedback(_) => None,
        Entry::FieldDay(day) => {
            let open = day.follow_ups.values().filter(|it| it.done.is_none() && !it.fell_due);
            open.map(|it| it.due).min()
        }
    }
}
