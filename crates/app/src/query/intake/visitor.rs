//! What somebody without an account sees: a form, and what became of an idea. Nothing else.

use sluicegate_core::{
    id::ProductId,
    intake::{Counterpart, Entry, Idea, IdeaState},
    product::{Ending, Overlay},
};

use crate::{
    app::App,
    error::{AppError, Result},
    load::text,
    token,
    view::{IntakeField, IntakeView, TrackStatus, TrackView},
    words::{self, Lang},
};

/// A chain of duplicates is followed so far; each link of it was made by a person.
const CHAIN: usize = 100;

impl App {
    /// The form behind a link.
    pub async fn intake(&self, secret: &str, lang: Lang) -> Result<IntakeView> {
        let link = self.link_of(secret).await?;
        let field = |&(name, required, max, items): &(&'static str, bool, usize, usize)| {
            let title = words::intake_field(lang, name);
            let items = (items > 0).then_some(items);
            IntakeField { name, title, required, max, items }
        };
        Ok(IntakeView {
            open: link.is_open(self.now()),
            closes_at: link.closes_at,
            fields: FIELDS.iter().map(field).collect(),
            title: link.title,
        })
    }

    /// Where an idea stands, for whoever submitted it.
    pub async fn track(&self, secret: &str, lang: Lang) -> Result<TrackView> {
        let missing = || AppError::NotFound("idea");
        if !token::is_tracking(secret) {
            return Err(missing());
        }
        let found = self.store().entry_by_secret(&token::hash(secret)).await?;
        let Some(Entry::Idea(idea)) = found else { return Err(missing()) };
        let submitted_at = idea.opened_at;
        let (status, reason, until) = self.fate(&idea).await?;
        let sentence = words::track(lang, status);
        Ok(TrackView { submitted_at, status, sentence, reason, until })
    }

    /// What became of an idea; of a duplicate, what became of the other.
    pub(crate) async fn fate(
        &self,
        idea: &Idea,
    ) -> Result<(TrackStatus, Option<String>, Option<chrono::DateTime<chrono::Utc>>)> {
        let mut idea = idea.clone();
        for _ in 0..CHAIN {
            let (status, reason, until) = match &idea.state {
                IdeaState::Received => (TrackStatus::Received, None, None),
                IdeaState::Open => (TrackStatus::InReview, None, None),
                IdeaState::Rejected { .. } => (TrackStatus::NotAccepted, None, None),
                IdeaState::Parked { until, reason, .. } => {
                    (TrackStatus::Parked, Some(*reason), Some(*until))
                }
                IdeaState::Declined { reason, .. } => (TrackStatus::Declined, Some(*reason), None),
                IdeaState::Promoted { product, .. }
                | IdeaState::Merged { into: Counterpart::Product(product), .. } => {
                    (self.product_fate(*product).await?, None, None)
                }
                IdeaState::Merged { into: Counterpart::Idea(other), .. } => {
                    match self.store().entry((*other).into()).await?.as_deref() {
                        Some(Entry::Idea(other)) => idea = other.clone(),
                        _ => return Err(AppError::internal("a duplicate of nothing")),
                    }
                    continue;
                }
            };
            let texts = self.texts(reason).await?;
            let reason = reason.and_then(|digest| text(&texts, &digest));
            return Ok((status, reason, until));
        }
        Ok((TrackStatus::InReview, None, None))
    }

    async fn product_fate(&self, product: ProductId) -> Result<TrackStatus> {
        let product = self.store().product(product).await?;
        let killed = product.is_some_and(|product| match &product.overlay {
            Overlay::Closed(closed) => closed.ending == Ending::Killed,
            Overlay::Active | Overlay::Held(_) | Overlay::Closing(_) => false,
        });
        Ok(if killed { TrackStatus::Ended } else { TrackStatus::TakenUp })
    }
}

/// The form for visitors: name, required, longest value, most items of a list.
const FIELDS: [(&str, bool, usize, usize); 7] = [
    ("name", false, 200, 0),
    ("contact", false, 200, 0),
    ("problem", true, 5000, 0),
    ("idea", true, 5000, 0),
    ("evidence", false, 2000, 10),
    ("market", false, 200, 0),
    ("segment", false, 200, 0),
];
