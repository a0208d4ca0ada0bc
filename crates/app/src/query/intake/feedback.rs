//! Feedback, what it became, its numbers, and what products owe because of it.

use std::collections::BTreeMap;

use sluicegate_core::{
    id::{FeedbackId, PersonId, ProductId},
    intake::{self, Entry, EntryKind, Feedback, Outcome},
    key::PortfolioKey,
    organisation,
    product::{DeliverableRef, Obligation, ObligationState, Product},
    rules::Thing,
};
use sluicegate_store::{EntryFilter, FeedbackCount, FeedbackCounts};

use crate::{
    app::App,
    error::{AppError, Result},
    load::{named, text},
    request::Caller,
    view::{
        FeedbackCountView, FeedbackSummary, FeedbackView, IncidentView, Names, ObligationView,
        Page, Texts, TriageView,
    },
};

impl App {
    pub async fn feedback_list(
        &self,
        caller: &Caller,
        filter: EntryFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<FeedbackView>> {
        let filter = EntryFilter { kind: EntryKind::Feedback, ..filter };
        let page = self.entries(caller, filter, cursor, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for (entry, _) in &page.items {
            if let Entry::Feedback(feedback) = entry {
                items.push(self.feedback_view(feedback).await?);
            }
        }
        Ok(Page { items, next: page.next })
    }

    pub async fn feedback(&self, caller: &Caller, id: FeedbackId) -> Result<FeedbackView> {
        let entry = self.visible_entry(Self::reader(caller), id.into()).await?;
        match &*entry {
            Entry::Feedback(feedback) => self.feedback_view(feedback).await,
            _ => Err(AppError::NotFound("feedback")),
        }
    }

    async fn feedback_view(&self, feedback: &Feedback) -> Result<FeedbackView> {
        let product = self.store().product(feedback.product).await?;
        let names = self.names(people(feedback)).await?;
        let assessed = feedback.incident.as_ref().and_then(|incident| incident.assessed.as_ref());
        let digests = [Some(feedback.seen), feedback.said_by, assessed.map(|it| it.note)];
        let texts = self.texts(digests.into_iter().flatten()).await?;
        let seen = texts.get(&feedback.seen);
        let links = seen.and_then(|seen| seen.get("evidence")?.as_array().cloned());
        let links = links.unwrap_or_default().into_iter();
        Ok(FeedbackView {
            id: feedback.id,
            version: feedback.version,
            portfolio: feedback.portfolio.clone(),
            product: feedback.product,
            product_name: product.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            kind: feedback.kind,
            market: feedback.market.clone(),
            urgent: feedback.urgent,
            status: feedback.status(),
            sender: named(&names, feedback.sender),
            sent_at: feedback.opened_at,
            seen: seen.and_then(|seen| seen.get("text")?.as_str().map(str::to_owned)),
            evidence: links.filter_map(|link| link.as_str().map(str::to_owned)).collect(),
            attachments: self.attachment_views(&feedback.attachments).await?,
            said_by: feedback.said_by.and_then(|digest| text(&texts, &digest)),
            field_day: feedback.field_day,
            owner: named(&names, feedback.owner),
            due_at: feedback.due,
            overdue: feedback.answer.is_none() && feedback.due < self.now(),
            escalated: feedback.escalated,
            incident: incident_view(feedback, &names, &texts),
            answer: self.answer_view(feedback, product.as_deref(), &names).await?,
            read: feedback.read,
        })
    }

    async fn answer_view(
        &self,
        feedback: &Feedback,
        product: Option<&Product>,
        names: &Names,
    ) -> Result<Option<TriageView>> {
        let Some(answer) = &feedback.answer else { return Ok(None) };
        let mut view = TriageView {
            by: named(names, answer.by),
            at: answer.at,
            outcome: feedback.status(),
            reason: None,
            idea: None,
            idea_status: None,
            obligation: None,
        };
        match &answer.outcome {
            Outcome::Declined { reason } => {
                view.reason = text(&self.texts([*reason]).await?, reason);
            }
            Outcome::NewIdea { idea } => {
                view.idea = Some(*idea);
                if let Some(Entry::Idea(idea)) =
                    self.store().entry((*idea).into()).await?.as_deref()
                {
                    view.idea_status = Some(self.fate(idea).await?.0);
                }
            }
            Outcome::Obligation { obligation, .. } => {
                if let Some(product) = product {
                    let all = self.obligation_views(product).await?;
                    view.obligation = all.into_iter().find(|it| it.number == *obligation);
                }
            }
        }
        Ok(Some(view))
    }

    /// What a product owes to the field.
    pub async fn obligations(&self, caller: &Caller, id: ProductId) -> Result<Vec<ObligationView>> {
        let product = self.readable(caller, id).await?;
        self.obligation_views(&product).await
    }

    /// What a product owes to the field of one deliverable.
    pub(crate) async fn obligations_on(
        &self,
        product: &Product,
        deliverable: &DeliverableRef,
    ) -> Result<Vec<ObligationView>> {
        if product.obligations.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = self.obligation_views(product).await?;
        all.retain(|each| each.deliverable == *deliverable);
        Ok(all)
    }

    pub async fn obligation(
        &self,
        caller: &Caller,
        id: ProductId,
        number: u32,
    ) -> Result<ObligationView> {
        let all = self.obligations(caller, id).await?;
        let missing = || sluicegate_core::rules::Refusal::from(Thing::Obligation(number));
        Ok(all.into_iter().find(|it| it.number == number).ok_or_else(missing)?)
    }

    async fn obligation_views(&self, product: &Product) -> Result<Vec<ObligationView>> {
        let all = product.obligations.values();
        let digests = all.clone().flat_map(|it| {
            let reason = match &it.state {
                ObligationState::Withdrawn { reason, .. } => Some(*reason),
                _ => None,
            };
            [Some(it.requirement), Some(it.why), reason].into_iter().flatten()
        });
        let texts = self.texts(digests).await?;
        let names = self.names(all.map(|it| it.by)).await?;
        let view = |(number, it): (&u32, &Obligation)| obligation(*number, it, &names, &texts);
        Ok(product.obligations.iter().map(view).collect())
    }

    /// The feedback on one product in numbers.
    pub async fn feedback_of_product(
        &self,
        caller: &Caller,
        id: ProductId,
    ) -> Result<FeedbackSummary> {
        self.readable(caller, id).await?;
        let now = self.now();
        let counts = self.store().feedback_of_product(id, now).await?;
        Ok(summary(counts, now))
    }

    /// The feedback in a portfolio, or in everything beneath a place, in numbers.
    pub async fn feedback_of_portfolio(
        &self,
        caller: &Caller,
        portfolio: &PortfolioKey,
    ) -> Result<FeedbackSummary> {
        let directory = self.store().directory().await?;
        if !organisation::may_read(&directory, caller.person, portfolio) {
            return Err(AppError::NotFound("portfolio"));
        }
        let (now, places) = (self.now(), directory.beneath(&[portfolio.clone()].into()));
        let counts = self.store().feedback_of_portfolios(&places, now).await?;
        Ok(summary(counts, now))
    }
}

fn people(feedback: &Feedback) -> Vec<PersonId> {
    let incident = feedback.incident.as_ref();
    let assessed = incident.and_then(|incident| incident.assessed.as_ref());
    let named = [
        Some(feedback.sender),
        Some(feedback.owner),
        incident.map(|incident| incident.flagged_by),
        assessed.map(|assessed| assessed.by),
        feedback.answer.as_ref().map(|answer| answer.by),
    ];
    named.into_iter().flatten().collect()
}

fn incident_view(feedback: &Feedback, names: &Names, texts: &Texts) -> Option<IncidentView> {
    let intake::Incident { flagged_by, flagged_at, to, assessed } = feedback.incident.as_ref()?;
    let assessed = assessed.as_ref();
    Some(IncidentView {
        flagged_by: named(names, *flagged_by),
        flagged_at: *flagged_at,
        to: to.iter().cloned().collect(),
        assessed_by: assessed.map(|it| named(names, it.by)),
        assessed_at: assessed.map(|it| it.at),
        reportable: assessed.map(|it| it.reportable),
        note: assessed.and_then(|it| text(texts, &it.note)),
    })
}

fn obligation(number: u32, it: &Obligation, names: &Names, texts: &Texts) -> ObligationView {
    let (state, revision, settled_at, reason) = match &it.state {
        ObligationState::Open => ("open", None, None, None),
        ObligationState::Fulfilled { revision, at } => {
            ("fulfilled", Some(*revision), Some(*at), None)
        }
        ObligationState::Withdrawn { at, reason, .. } => {
            ("withdrawn", None, Some(*at), text(texts, reason))
        }
    };
    ObligationView {
        number,
        deliverable: it.deliverable.clone(),
        requirement: text(texts, &it.requirement),
        why: text(texts, &it.why),
        feedback: it.feedback,
        by: named(names, it.by),
        at: it.at,
        state,
        revision,
        settled_at,
        reason,
    }
}

fn summary(found: FeedbackCounts, now: chrono::DateTime<chrono::Utc>) -> FeedbackSummary {
    let FeedbackCounts { counts, complete } = found;
    let mut by_status: BTreeMap<String, u64> = BTreeMap::new();
    for count in &counts {
        *by_status.entry(count.status.clone()).or_default() += count.number;
    }
    let line = |count: FeedbackCount| FeedbackCountView {
        product: count.product,
        kind: count.topic,
        market: count.market,
        status: count.status,
        number: count.number,
        late: count.late,
        flagged: count.flagged,
        oldest_days: (now - count.oldest).num_days(),
        mean_days: (now - count.mean).num_days(),
    };
    FeedbackSummary {
        number: counts.iter().map(|count| count.number).sum(),
        open: by_status.get("open").copied().unwrap_or(0),
        late: counts.iter().map(|count| count.late).sum(),
        flagged: counts.iter().map(|count| count.flagged).sum(),
        by_status,
        complete,
        lines: counts.into_iter().map(line).collect(),
    }
}
