//! Deliverables and their revisions.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    definition::{self, Definition},
    digest::Digest,
    expr::Outcome,
    id::{PersonId, ProductId},
    product::{
        DeliverableRef, Document, Event, Product, Recorded, Revision, Work, WorkflowRef, evolve,
    },
    rules::{self, DeliverableStanding},
};

use crate::{
    app::App,
    error::{AppError, Result},
    load::{Loaded, named, text},
    request::Caller,
    view::{
        AttachmentView, DeliverableState, DeliverableView, DocumentView, MadeUnder, Names,
        ReviewedView, RevisionView, SubmittedView, Texts,
    },
};

/// Everything that documents name.
#[derive(Default)]
struct Around {
    names: Names,
    texts: Texts,
    attachments: BTreeMap<Digest, AttachmentView>,
}

impl App {
    /// Every deliverable of a product, in the order of the workflow; contents are left out.
    pub async fn deliverables(
        &self,
        caller: &Caller,
        id: ProductId,
    ) -> Result<Vec<DeliverableView>> {
        let loaded = self.load(caller, id).await?;
        let mut standings = rules::deliverables(&loaded.cx(), &loaded.product);
        standings.extend(gone(&loaded.product, &standings));
        let around = self.around(&loaded, standings.iter().map(|each| &each.deliverable)).await?;
        let versions = self.versions_named(&loaded.product).await?;
        let mut views = Vec::new();
        for standing in standings {
            let mut view = self.deliverable_view(&loaded, standing, &around, &versions).await?;
            for document in view.accepted.iter_mut().map(|revision| &mut revision.document) {
                document.content = None;
            }
            for document in view.submitted.iter_mut().map(|submitted| &mut submitted.document) {
                document.content = None;
            }
            views.push(view);
        }
        Ok(views)
    }

    /// One deliverable, with the contents of what is accepted and what is submitted.
    pub async fn deliverable(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<DeliverableView> {
        let loaded = self.load(caller, id).await?;
        let standing = standing(&loaded, named)?;
        let around = self.around(&loaded, [named].into_iter()).await?;
        let versions = self.versions_named(&loaded.product).await?;
        self.deliverable_view(&loaded, standing, &around, &versions).await
    }

    /// The versions that the state of a product names, its own first.
    async fn versions_named(&self, product: &Product) -> Result<Versions> {
        let mut versions = Versions::new();
        for digest in named_versions(product) {
            versions.insert(digest, self.definition(&digest).await?);
        }
        Ok(versions)
    }

    async fn deliverable_view(
        &self,
        loaded: &Loaded,
        standing: DeliverableStanding,
        around: &Around,
        versions: &Versions,
    ) -> Result<DeliverableView> {
        let named = standing.deliverable;
        let own = &loaded.product.workflow;
        let entry = loaded.product.deliverables.get(&named);
        let work = entry.map_or(&Work::None, |entry| &entry.work);
        let accepted = entry.and_then(|entry| entry.accepted.as_ref());
        // What is gone is described by the version that it was last made under.
        let is_gone = !has(&loaded.definition, &named);
        let last = accepted.and_then(|revision| revision.under.as_ref()).filter(|_| is_gone);
        let described = versions.get(&last.unwrap_or(own).digest);
        let defined = described.and_then(|definition| definition.deliverables.get(&named.key));
        let defined = defined.ok_or(AppError::NotFound("deliverable"))?;
        let made = |under: Option<&WorkflowRef>| {
            let workflow = under.unwrap_or(own);
            made_under(workflow, versions.get(&workflow.digest).map(Arc::as_ref), &named)
        };
        let outgrown = entry.is_some_and(|entry| entry.outgrown.is_some());
        let due = loaded.product.dues.get(&named.key);
        let draft = self.store().draft(loaded.product.id, &named).await?;
        Ok(DeliverableView {
            title: defined.title.clone(),
            help: defined.help.clone(),
            stage: defined.stage.clone(),
            owner: defined.owner.clone(),
            reviewers: defined.reviewers.clone(),
            waive: defined.waive.clone(),
            form: defined.form.clone(),
            after: defined.after.clone(),
            attachments_needed: defined.attachments,
            required: standing.required,
            due_at: due.map(|due| due.at),
            fell_due: due.is_some_and(|due| due.fell),
            fulfilled: standing.fulfilled,
            state: match state_of(work, standing.fulfilled) {
                _ if is_gone => DeliverableState::Gone,
                DeliverableState::Open if outgrown => DeliverableState::ToRevise,
                state => state,
            },
            waived_until: match work {
                Work::Waived { until, .. } => *until,
                _ => None,
            },
            accepted: accepted.map(|revision| {
                let made = made(revision.under.as_ref());
                revision_view(revision, None, (true, made), around)
            }),
            submitted: submitted(defined, work, around, made),
            reason: match work {
                Work::Returned { reason, .. } | Work::WaiverAsked { reason, .. } => {
                    text(&around.texts, reason)
                }
                Work::None | Work::Submitted { .. } | Work::Waived { .. } => None,
            },
            obligations: self.obligations_on(&loaded.product, &named).await?,
            draft_version: draft.map_or(0, |draft| draft.version),
            deliverable: named,
        })
    }

    async fn around(
        &self,
        loaded: &Loaded,
        named: impl Iterator<Item = &DeliverableRef>,
    ) -> Result<Around> {
        let entries = named.filter_map(|named| loaded.product.deliverables.get(named));
        let (mut people, mut digests, mut attachments) = (Vec::new(), Vec::new(), Vec::new());
        let mut documents = Vec::new();
        for entry in entries {
            if let Some(revision) = &entry.accepted {
                documents.push(&revision.document);
                people.push(revision.submitted_by);
                people.extend(&revision.reviewed_by);
            }
            match &entry.work {
                Work::Submitted { document, by, accepted, .. } => {
                    documents.push(document);
                    people.push(*by);
                    people.extend(accepted.values());
                }
                Work::Returned { reason, .. } | Work::WaiverAsked { reason, .. } => {
                    digests.push(*reason);
                }
                Work::None | Work::Waived { .. } => {}
            }
        }
        for document in documents {
            digests.extend(document.content);
            attachments.extend(&document.attachments);
        }
        self.read_around(people, digests, attachments).await
    }

    async fn read_around(
        &self,
        people: Vec<PersonId>,
        digests: Vec<Digest>,
        attachments: Vec<Digest>,
    ) -> Result<Around> {
        let attachments = self.attachment_views(&attachments).await?;
        let attachments = attachments.into_iter().map(|view| (view.digest, view)).collect();
        Ok(Around {
            names: self.names(people).await?,
            texts: self.texts(digests).await?,
            attachments,
        })
    }

    /// Every accepted revision, the oldest first.
    pub async fn revisions(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<Vec<RevisionView>> {
        let loaded = self.load(caller, id).await?;
        standing(&loaded, named)?;
        let found = self.accepted_revisions(id, named).await?;
        let (mut people, mut digests, mut attachments) = (Vec::new(), Vec::new(), Vec::new());
        let mut versions = Versions::new();
        for Frozen { revision, under, .. } in &found {
            versions.insert(under.digest, self.definition(&under.digest).await?);
            people.push(revision.submitted_by);
            people.extend(&revision.reviewed_by);
            digests.extend(revision.document.content);
            attachments.extend(&revision.document.attachments);
        }
        let around = self.read_around(people, digests, attachments).await?;
        let latest = found.len();
        let view = |(index, frozen): (usize, &Frozen)| {
            let definition = versions.get(&frozen.under.digest).map(Arc::as_ref);
            let made = made_under(&frozen.under, definition, named);
            let current = index + 1 == latest;
            revision_view(&frozen.revision, frozen.submitted_at, (current, made), &around)
        };
        Ok(found.iter().enumerate().map(view).collect())
    }

    /// One accepted revision.
    pub async fn revision(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
        number: u32,
    ) -> Result<RevisionView> {
        let revisions = self.revisions(caller, id, named).await?;
        let found = revisions.into_iter().find(|revision| revision.number == number);
        found.ok_or(AppError::NotFound("revision"))
    }

    /// Replays the history, and keeps each revision that it froze with the time it was handed in.
    async fn accepted_revisions(
        &self,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<Vec<Frozen>> {
        let (mut product, mut submitted_at, mut found) = (None, None, Vec::new());
        for recorded in self.whole_history(id).await? {
            product = evolve(product, &recorded);
            match &recorded.event {
                Event::DeliverableSubmitted { deliverable, .. } if deliverable == named => {
                    submitted_at = Some(recorded.at);
                }
                Event::DeliverableAccepted { deliverable, .. } if deliverable == named => {
                    let Some(state) = &product else { continue };
                    let entry = state.deliverables.get(named);
                    let revision = entry.and_then(|entry| entry.accepted.clone());
                    found.extend(revision.map(|revision| {
                        let under = revision.under.clone();
                        let under = under.unwrap_or_else(|| state.workflow.clone());
                        Frozen { revision, submitted_at, under }
                    }));
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// All events of a product.
    pub(crate) async fn whole_history(&self, id: ProductId) -> Result<Vec<Recorded>> {
        const PART: u32 = 500;
        let (mut history, mut after): (Vec<Recorded>, u32) = (Vec::new(), 0);
        loop {
            let part = self.store().history(id, after, PART).await?;
            let Some(last) = part.last() else { return Ok(history) };
            after = u32::try_from(last.version).unwrap_or(u32::MAX);
            history.extend(part.iter().filter_map(sluicegate_store::Stored::recorded));
        }
    }
}

fn named_versions(product: &Product) -> BTreeSet<Digest> {
    let mut named = BTreeSet::from([product.workflow.digest]);
    for entry in product.deliverables.values() {
        let accepted = entry.accepted.as_ref().and_then(|revision| revision.under.as_ref());
        named.extend(accepted.map(|under| under.digest));
        if let Work::Submitted { under: Some(under), .. } = &entry.work {
            named.insert(under.digest);
        }
    }
    named
}

/// A revision, when it was handed in, and under which version.
struct Frozen {
    revision: Revision,
    submitted_at: Option<DateTime<Utc>>,
    under: WorkflowRef,
}

/// Definitions by their digest.
type Versions = BTreeMap<Digest, Arc<Definition>>;

fn has(definition: &Definition, named: &DeliverableRef) -> bool {
    let found = definition.deliverables.get(&named.key);
    found.is_some_and(|found| found.per_market == named.market.is_some())
}

/// What was accepted under an earlier version and is not asked for any more.
fn gone(product: &Product, present: &[DeliverableStanding]) -> Vec<DeliverableStanding> {
    let asked = |named: &DeliverableRef| present.iter().any(|each| each.deliverable == *named);
    let entries = product.deliverables.iter().filter(|(named, entry)| {
        entry.accepted.as_ref().is_some_and(|revision| revision.under.is_some()) && !asked(named)
    });
    entries.map(|(named, _)| not_asked(named)).collect()
}

fn not_asked(named: &DeliverableRef) -> DeliverableStanding {
    DeliverableStanding { deliverable: named.clone(), required: Outcome::Fail, fulfilled: false }
}

/// Where a deliverable stands, gone or not.
fn standing(loaded: &Loaded, named: &DeliverableRef) -> Result<DeliverableStanding> {
    let found = rules::deliverable_standing(&loaded.cx(), &loaded.product, named);
    let entry = loaded.product.deliverables.get(named);
    let left = entry.and_then(|entry| entry.accepted.as_ref()?.under.as_ref());
    match (found, left) {
        (Err(_), Some(_)) if !has(&loaded.definition, named) => Ok(not_asked(named)),
        (found, _) => Ok(found?),
    }
}

fn made_under(
    workflow: &WorkflowRef,
    definition: Option<&Definition>,
    named: &DeliverableRef,
) -> MadeUnder {
    let defined = definition.and_then(|definition| definition.deliverables.get(&named.key));
    let form = defined.and_then(|defined| defined.form.clone());
    let WorkflowRef { key, version, .. } = workflow;
    MadeUnder {
        workflow: workflow.clone(),
        title: defined.map(|defined| defined.title.clone()).unwrap_or_default(),
        schema: form
            .as_ref()
            .map(|form| format!("/v1/workflows/{key}/forms/{form}/schema?version={version}")),
        form,
    }
}

const fn state_of(work: &Work, fulfilled: bool) -> DeliverableState {
    match work {
        Work::Submitted { .. } => DeliverableState::Submitted,
        Work::Returned { .. } => DeliverableState::Returned,
        Work::WaiverAsked { .. } => DeliverableState::WaiverAsked,
        Work::Waived { .. } if fulfilled => DeliverableState::Waived,
        Work::None | Work::Waived { .. } if fulfilled => DeliverableState::Accepted,
        Work::None | Work::Waived { .. } => DeliverableState::Open,
    }
}

fn submitted(
    defined: &definition::Deliverable,
    work: &Work,
    around: &Around,
    made: impl Fn(Option<&WorkflowRef>) -> MadeUnder,
) -> Option<SubmittedView> {
    let Work::Submitted { document, by, at, accepted, deputies, under } = work else { return None };
    let reviewed = accepted.iter().map(|(role, who)| ReviewedView {
        role: role.clone(),
        by: named(&around.names, *who),
        deputy: deputies.get(role).map(|deputy| named(&around.names, *deputy)),
    });
    let waits = defined.reviewers.iter().filter(|role| !accepted.contains_key(*role));
    Some(SubmittedView {
        document: document_view(document, around),
        by: named(&around.names, *by),
        at: *at,
        accepted: reviewed.collect(),
        waits_for: waits.cloned().collect(),
        made: made(under.as_ref()),
    })
}

fn document_view(document: &Document, around: &Around) -> DocumentView {
    let content = document.content.and_then(|digest| around.texts.get(&digest).cloned());
    let attachments = document.attachments.iter();
    DocumentView {
        content_digest: document.content,
        content,
        attachments: attachments.filter_map(|at| around.attachments.get(at).cloned()).collect(),
        link: document.link.clone(),
    }
}

fn revision_view(
    revision: &Revision,
    submitted_at: Option<DateTime<Utc>>,
    (current, made): (bool, MadeUnder),
    around: &Around,
) -> RevisionView {
    let reviewers = revision.reviewed_by.iter();
    RevisionView {
        number: revision.number,
        document: document_view(&revision.document, around),
        submitted_by: named(&around.names, revision.submitted_by),
        submitted_at,
        reviewed_by: reviewers.map(|who| named(&around.names, *who)).collect(),
        accepted_at: revision.accepted_at,
        visit: revision.visit,
        current,
        made,
    }
}
