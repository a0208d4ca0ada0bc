//! Deliverables and their revisions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sluicegate_core::{
    definition,
    digest::Digest,
    id::{PersonId, ProductId},
    product::{DeliverableRef, Document, Event, Recorded, Revision, Work, evolve},
    rules::{self, DeliverableStanding},
};

use crate::{
    app::App,
    error::{AppError, Result},
    load::{Loaded, named, text},
    request::Caller,
    view::{
        AttachmentView, DeliverableState, DeliverableView, DocumentView, Names, ReviewedView,
        RevisionView, SubmittedView, Texts,
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
        let standings = rules::deliverables(&loaded.cx(), &loaded.product);
        let around = self.around(&loaded, standings.iter().map(|each| &each.deliverable)).await?;
        let mut views = Vec::new();
        for standing in standings {
            let mut view = self.deliverable_view(&loaded, standing, &around).await?;
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
        let standing = rules::deliverable_standing(&loaded.cx(), &loaded.product, named)?;
        let around = self.around(&loaded, [named].into_iter()).await?;
        self.deliverable_view(&loaded, standing, &around).await
    }

    async fn deliverable_view(
        &self,
        loaded: &Loaded,
        standing: DeliverableStanding,
        around: &Around,
    ) -> Result<DeliverableView> {
        let named = standing.deliverable;
        let defined = loaded.definition.deliverables.get(&named.key);
        let defined = defined.ok_or(AppError::NotFound("deliverable"))?;
        let entry = loaded.product.deliverables.get(&named);
        let work = entry.map_or(&Work::None, |entry| &entry.work);
        let accepted = entry.and_then(|entry| entry.accepted.as_ref());
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
            state: state_of(work, standing.fulfilled),
            waived_until: match work {
                Work::Waived { until, .. } => *until,
                _ => None,
            },
            accepted: accepted.map(|revision| revision_view(revision, None, true, around)),
            submitted: submitted(defined, work, around),
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
        rules::deliverable_standing(&loaded.cx(), &loaded.product, named)?;
        let found = self.accepted_revisions(id, named).await?;
        let (mut people, mut digests, mut attachments) = (Vec::new(), Vec::new(), Vec::new());
        for (revision, _) in &found {
            people.push(revision.submitted_by);
            people.extend(&revision.reviewed_by);
            digests.extend(revision.document.content);
            attachments.extend(&revision.document.attachments);
        }
        let around = self.read_around(people, digests, attachments).await?;
        let latest = found.len();
        let view = |(index, (revision, at)): (usize, &(Revision, _))| {
            revision_view(revision, *at, index + 1 == latest, &around)
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
    ) -> Result<Vec<(Revision, Option<DateTime<Utc>>)>> {
        let (mut product, mut submitted_at, mut found) = (None, None, Vec::new());
        for recorded in self.whole_history(id).await? {
            product = evolve(product, &recorded);
            match &recorded.event {
                Event::DeliverableSubmitted { deliverable, .. } if deliverable == named => {
                    submitted_at = Some(recorded.at);
                }
                Event::DeliverableAccepted { deliverable, .. } if deliverable == named => {
                    let entry = product.as_ref().and_then(|state| state.deliverables.get(named));
                    let revision = entry.and_then(|entry| entry.accepted.clone());
                    found.extend(revision.map(|revision| (revision, submitted_at)));
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
) -> Option<SubmittedView> {
    let Work::Submitted { document, by, at, accepted } = work else { return None };
    let reviewed = accepted
        .iter()
        .map(|(role, who)| ReviewedView { role: role.clone(), by: named(&around.names, *who) });
    let waits = defined.reviewers.iter().filter(|role| !accepted.contains_key(*role));
    Some(SubmittedView {
        document: document_view(document, around),
        by: named(&around.names, *by),
        at: *at,
        accepted: reviewed.collect(),
        waits_for: waits.cloned().collect(),
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
    current: bool,
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
    }
}
