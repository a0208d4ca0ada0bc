//! Erasures are carried out: what was decided to be forgotten is taken out of the tables.
//!
//! The event comes first. What is quick follows at once, and once more at every start, so that
//! nothing comes back from a backup of the tables. What takes a walk over the log follows behind
//! it. Every step may be taken twice.

use std::{collections::BTreeSet, time::Duration};

use sluicegate_core::{
    digest::Digest,
    directory::{Directory, DirectoryEvent, Erased},
    id::{PersonId, ProductId},
    intake::{self, Entry, EntryEvent, EntryId, IdeaState, IdeaText},
    organisation::Command,
    product::{DeliverableRef, Event},
};
use sluicegate_store::{Fact, Stored, Stream, Traces};

use crate::{app::App, error::Result};

/// Events of the directory that are read at once.
const PART: u32 = 500;
/// Events of the log that one look for a digest goes over.
const STRETCH: u64 = 10_000;

/// What is to be forgotten.
#[derive(Debug, Default)]
struct Forgotten {
    contents: Vec<Digest>,
    attachments: Vec<Digest>,
    people: Vec<PersonId>,
}

impl Forgotten {
    /// All that was ever erased.
    fn everything(directory: &Directory) -> Self {
        let of = |wanted: Erased| {
            let erased = directory.erased.iter().filter(move |(_, kind)| **kind == wanted);
            erased.map(|(digest, _)| *digest).collect()
        };
        let people = directory.people.iter().filter(|(_, person)| person.erased);
        Self {
            contents: of(Erased::Content),
            attachments: of(Erased::Attachment),
            people: people.map(|(id, _)| *id).collect(),
        }
    }

    /// What an accepted command has erased, now or before.
    fn by(directory: &Directory, command: &Command) -> Option<Self> {
        let mut forgotten = Self::default();
        match command {
            Command::ErasePerson { person, .. } => {
                let profiles = directory.people.get(person).map(|found| &found.profiles);
                forgotten.contents = profiles.into_iter().flatten().copied().collect();
                forgotten.people = vec![*person];
            }
            Command::EraseContent { content, .. } => forgotten.contents = vec![*content],
            Command::EraseAttachment { attachment, .. } => {
                forgotten.attachments = vec![*attachment];
            }
            _ => return None,
        }
        Some(forgotten)
    }
}

impl App {
    /// Takes out what an accepted command has erased; nothing for any other command.
    pub(crate) async fn carry_out(&self, command: &Command) -> Result<()> {
        match Forgotten::by(&*self.store().directory().await?, command) {
            Some(forgotten) => self.forget(&forgotten).await,
            None => Ok(()),
        }
    }

    /// Takes out once more whatever was erased: a crash or a restored table may have left it.
    pub(crate) async fn carry_out_again(&self) -> Result<()> {
        self.forget(&Forgotten::everything(&*self.store().directory().await?)).await
    }

    async fn forget(&self, forgotten: &Forgotten) -> Result<()> {
        let Forgotten { contents, attachments, people } = forgotten;
        if !contents.is_empty() {
            self.store().erase_contents(contents).await?;
            self.forget_words(contents).await?;
        }
        if !attachments.is_empty() {
            self.store().erase_attachments(attachments).await?;
        }
        if !people.is_empty() {
            self.store().erase_views_of(people).await?;
            self.store().erase_access_of(people).await?;
        }
        Ok(())
    }

    /// Takes the words of contents out of the index. A product stays to be found by its name.
    pub(crate) async fn forget_words(&self, contents: &[Digest]) -> Result<()> {
        loop {
            let mut documents = Vec::new();
            for product in self.store().products_marked(contents).await? {
                documents.extend(self.documents(product, &[None].into()).await?);
            }
            let head = self.store().indexed_until().await?;
            // False: the index has moved on meanwhile.
            if documents.is_empty() || self.store().index(head, head, &documents).await? {
                return Ok(self.store().unindex(contents).await?);
            }
        }
    }

    /// Looks for what newly erased contents have left beside the log, and takes it out; gives how
    /// many contents that were. Any number of servers may do it.
    pub async fn follow_erasures(&self) -> Result<usize> {
        let mut found = 0;
        loop {
            let from = self.store().erased_until().await?;
            let events = self.store().directory_history(from, PART).await?;
            let Some(last) = events.last() else { return Ok(found) };
            // Whoever asked may have gone away before it was taken out.
            if events.iter().any(erases) {
                self.carry_out_again().await?;
            }
            let erased: Vec<Digest> = events.iter().flat_map(contents_of).collect();
            for content in &erased {
                let traces = self.traces(content).await?;
                self.store().erase_traces(&traces).await?;
            }
            if !erased.is_empty() {
                self.store().empty_wal().await?;
            }
            found += erased.len();
            self.store().set_erased_until(from, last.version).await?;
        }
    }

    /// Follows erasures until the application shuts down.
    pub fn spawn_eraser(&self, every: Duration) {
        self.spawn_every(every, "erasures could not be followed", |app| {
            Box::pin(async move { app.follow_erasures().await.map(drop) })
        });
    }

    /// What a content has left behind, found by the events that name it.
    async fn traces(&self, content: &Digest) -> Result<Traces> {
        let mut traces = Traces::default();
        let (mut after, head) = (0, self.store().log_head().await?.position);
        while after < head {
            let until = (after + STRETCH).min(head);
            let events = self.store().naming(content, after, until).await?;
            // The erasure itself names the content, and holds nothing of it.
            for stored in events.into_iter().filter(|stored| contents_of(stored).is_empty()) {
                traces.requests.push((stored.actor, stored.position));
                self.draft_of(&stored, content, &mut traces).await?;
            }
            after = until;
        }
        Ok(traces)
    }

    /// The draft that became this content, or was made of it.
    async fn draft_of(&self, stored: &Stored, content: &Digest, into: &mut Traces) -> Result<()> {
        match (stored.stream, &stored.fact) {
            (
                Stream::Product(product),
                Fact::Product(Event::DeliverableSubmitted { deliverable, document }),
            ) if document.content.as_ref() == Some(content) => {
                into.drafts.push((product, deliverable.clone()));
            }
            (Stream::Entry(id), Fact::Entry(EntryEvent::IdeaSubmitted { .. })) => {
                into.drafts.extend(self.first_draft(id).await?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The draft that a promoted idea has filled.
    async fn first_draft(&self, id: EntryId) -> Result<Option<(ProductId, DeliverableRef)>> {
        let Some(Entry::Idea(idea)) = self.store().entry(id).await?.as_deref().cloned() else {
            return Ok(None);
        };
        let IdeaState::Promoted { product, .. } = idea.state else { return Ok(None) };
        let definition = self.legible(&idea.workflow.digest).await?;
        let filled = definition.and_then(|it| intake::prefill(&it, &IdeaText::default(), None));
        Ok(filled.map(|(deliverable, _)| (product, deliverable)))
    }
}

fn erases(stored: &Stored) -> bool {
    let Fact::Directory(event) = &stored.fact else { return false };
    matches!(
        event,
        DirectoryEvent::PersonErased { .. }
            | DirectoryEvent::ContentErased { .. }
            | DirectoryEvent::AttachmentErased { .. }
    )
}

/// The contents that an event of the directory erases.
fn contents_of(stored: &Stored) -> BTreeSet<Digest> {
    match &stored.fact {
        Fact::Directory(DirectoryEvent::PersonErased { profiles, .. }) => profiles.clone(),
        Fact::Directory(DirectoryEvent::ContentErased { content, .. }) => [*content].into(),
        _ => BTreeSet::new(),
    }
}
