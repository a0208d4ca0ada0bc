//! Ideas, and what is like them.

use std::collections::BTreeMap;

use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    id::{IdeaId, ProductId},
    intake::{
        Counterpart, Entry, EntryKind, Idea, IdeaState, IdeaText, Origin, Sight, grams, likeness,
        sketch,
    },
    organisation,
};
use sluicegate_store::EntryFilter;

use crate::{
    app::App,
    error::{AppError, Result},
    intake::matter,
    load::named,
    request::Caller,
    view::{IdeaView, Page, SimilarView, SubmitterView},
};

/// So many candidates are compared with an idea, and so many are shown.
const COMPARED: usize = 60;
const SHOWN: usize = 10;
/// Less alike than this is chance: of 1000.
const LEAST: u32 = 80;
/// So much of a similar text is shown, in characters.
const BEGINNING: usize = 200;

impl App {
    pub async fn ideas(
        &self,
        caller: &Caller,
        filter: EntryFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<IdeaView>> {
        let filter = EntryFilter { kind: EntryKind::Idea, ..filter };
        let page = self.entries(caller, filter, cursor, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for (entry, sight) in &page.items {
            if let Entry::Idea(idea) = entry {
                items.push(self.idea_view(idea, *sight).await?);
            }
        }
        Ok(Page { items, next: page.next })
    }

    pub async fn idea(&self, caller: &Caller, id: IdeaId) -> Result<IdeaView> {
        let (idea, sight) = self.idea_of(caller, id).await?;
        self.idea_view(&idea, sight).await
    }

    async fn idea_of(&self, caller: &Caller, id: IdeaId) -> Result<(Idea, Sight)> {
        let entry = self.visible_entry(Self::reader(caller), id.into()).await?;
        let sight = self.sight(caller.person, &entry).await?;
        match &*entry {
            Entry::Idea(idea) => Ok((idea.clone(), sight)),
            _ => Err(AppError::NotFound("idea")),
        }
    }

    async fn idea_view(&self, idea: &Idea, sight: Sight) -> Result<IdeaView> {
        let (text, submitter) = self.idea_contents(idea).await?;
        let decided = decision(&idea.state);
        let sent_by = match idea.origin {
            Origin::Feedback { by, .. } => Some(by),
            Origin::Link { .. } => None,
        };
        let names = self.names(sent_by.into_iter().chain(decided.map(|(by, _)| by))).await?;
        let (reason, parked_until) = match &idea.state {
            IdeaState::Parked { reason, until, .. } => (Some(*reason), Some(*until)),
            IdeaState::Declined { reason, .. } => (Some(*reason), None),
            _ => (None, None),
        };
        let texts = self.texts(reason).await?;
        let (product, duplicate_of) = match &idea.state {
            IdeaState::Promoted { product, .. }
            | IdeaState::Merged { into: Counterpart::Product(product), .. } => {
                (Some(*product), None)
            }
            IdeaState::Merged { into: Counterpart::Idea(other), .. } => (None, Some(*other)),
            _ => (None, None),
        };
        let IdeaText { problem, idea: what, evidence, market, segment } = text;
        let submitter = submitter.filter(|_| sight == Sight::Everything);
        Ok(IdeaView {
            id: idea.id,
            version: idea.version,
            portfolio: idea.portfolio.clone(),
            status: idea.state.name(),
            opened_at: idea.opened_at,
            age_days: (self.now() - idea.opened_at).num_days(),
            workflow: idea.workflow.key.clone(),
            link: match idea.origin {
                Origin::Link { link } => Some(link),
                Origin::Feedback { .. } => None,
            },
            feedback: match idea.origin {
                Origin::Feedback { feedback, .. } => Some(feedback),
                Origin::Link { .. } => None,
            },
            by: sent_by.map(|by| named(&names, by)),
            submitter: submitter.map(|who| SubmitterView {
                name: field(&who, "name"),
                contact: field(&who, "contact"),
            }),
            problem,
            idea: what,
            evidence,
            market,
            segment,
            decided_by: decided.map(|(by, _)| named(&names, by)),
            decided_at: decided.map(|(_, at)| at),
            reason: reason.and_then(|digest| crate::load::text(&texts, &digest)),
            rejected_as: match idea.state {
                IdeaState::Rejected { why, .. } => Some(why),
                _ => None,
            },
            parked_until,
            product,
            duplicate_of,
        })
    }

    /// Open ideas and products of the portfolio that may be the same, the likest first.
    pub async fn similar_ideas(&self, caller: &Caller, id: IdeaId) -> Result<Vec<SimilarView>> {
        let (idea, _) = self.idea_of(caller, id).await?;
        let (text, _) = self.idea_contents(&idea).await?;
        let mine = grams(&matter(&text));
        let pieces = sketch(&mine);
        let sharers = self.store().sharers(&idea.portfolio, &pieces, COMPARED).await?;
        let digests: Vec<Digest> = sharers.iter().map(|(_, digest)| *digest).collect();
        let texts = self.texts(digests).await?;
        let mut best: BTreeMap<String, (u32, String)> = BTreeMap::new();
        for (subject, digest) in sharers {
            let Some(text) = texts.get(&digest).filter(|_| subject != id.to_string()) else {
                continue;
            };
            let text: IdeaText = serde_json::from_value(text.clone()).unwrap_or_default();
            let likeness = likeness(&mine, &grams(&matter(&text)));
            let says = text.problem.chars().take(BEGINNING).collect();
            if likeness >= LEAST && best.get(&subject).is_none_or(|(found, _)| *found < likeness) {
                best.insert(subject, (likeness, says));
            }
        }
        let mut found: Vec<(String, (u32, String))> = best.into_iter().collect();
        found.sort_by(|(a, m), (b, n)| n.0.cmp(&m.0).then_with(|| a.cmp(b)));
        let mut views = Vec::new();
        for (subject, (likeness, says)) in found {
            if views.len() < SHOWN {
                views.extend(self.similar(caller, &subject, likeness, says).await?);
            }
        }
        Ok(views)
    }

    /// None: answered already, or not for this reader.
    async fn similar(
        &self,
        caller: &Caller,
        subject: &str,
        likeness: u32,
        says: String,
    ) -> Result<Option<SimilarView>> {
        let view = SimilarView { idea: None, product: None, name: None, says, likeness };
        if let Ok(id) = subject.parse::<ProductId>() {
            let directory = self.store().directory().await?;
            let product = self.store().product(id).await?;
            let may = |it: &std::sync::Arc<sluicegate_core::product::Product>| {
                organisation::may_read_product(&directory, caller.person, it)
            };
            let product = product.filter(may);
            let name = |it: std::sync::Arc<sluicegate_core::product::Product>| it.name.clone();
            return Ok(product.map(|it| SimilarView {
                product: Some(id),
                name: Some(name(it)),
                ..view
            }));
        }
        let Ok(id) = subject.parse::<IdeaId>() else { return Ok(None) };
        match self.idea_of(caller, id).await {
            Ok((idea, _)) => {
                let open = matches!(
                    idea.state,
                    IdeaState::Received | IdeaState::Open | IdeaState::Parked { .. }
                );
                Ok(open.then_some(SimilarView { idea: Some(id), ..view }))
            }
            Err(AppError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn field(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

const fn decision(
    state: &IdeaState,
) -> Option<(sluicegate_core::id::PersonId, chrono::DateTime<chrono::Utc>)> {
    match state {
        IdeaState::Received | IdeaState::Open => None,
        IdeaState::Rejected { by, at, .. }
        | IdeaState::Promoted { by, at, .. }
        | IdeaState::Merged { by, at, .. }
        | IdeaState::Parked { by, at, .. }
        | IdeaState::Declined { by, at, .. } => Some((*by, *at)),
    }
}
