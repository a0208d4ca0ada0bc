//! Decides the commands of a batch one by one, each on what the ones before it left.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    access::AccessEvent,
    digest::Digest,
    directory::{Directory, DirectoryEvent},
    id::ProductId,
    intake::{self, Entry, EntryEvent, EntryId, Move, RecordedEntry},
    product::{Event, Product, Recorded, evolve},
    rules::Contents,
};

use super::batch::{Batch, EntrySlot, Known, Outcome, Slot};
use crate::{
    db::{Arg, Conn},
    error::Result,
    facet::Facet,
    job::{Decision, Facts, Failure, Job, NewContent, Rules, Target},
    listing::Listing,
    record::{Fact, Stored, Stream},
    sql::directory,
    time::{from_micros, micros},
};

/// A command asks for at most so many workflows to be learnt.
const WORKFLOWS: usize = 4;

/// What one accepted command changes.
struct Change {
    stream: Stream,
    version: u64,
    events: Vec<Stored>,
    after: After,
}

enum After {
    Product(Known),
    /// No event: the product stays as it is.
    Same(Option<Arc<Product>>),
    Entry {
        entry: Arc<Entry>,
        changed_at: i64,
    },
    /// No event: the entry stays as it is.
    SameEntry(Arc<Entry>),
    Directory(Directory),
    /// There is no state that could move.
    Nothing,
}

impl<R: Rules> Batch<'_, R> {
    pub(super) async fn decide(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let mut wanted = BTreeSet::new();
        for index in 0..self.jobs.len() {
            wanted.extend(self.needs(conn, index).await?);
        }
        self.load_contents(conn, wanted).await?;
        for index in 0..self.jobs.len() {
            if self.outcomes[index].is_none() {
                self.outcomes[index] = self.repeated(index);
            }
            if self.outcomes[index].is_some() {
                continue;
            }
            // Commands before this one may have changed what it needs.
            let needs = self.needs(conn, index).await?;
            if self.outcomes[index].is_none() {
                self.load_contents(conn, needs.iter().copied().collect()).await?;
                let judged = self.judge(self.jobs[index], &needs);
                let outcome = match judged {
                    Ok(changes) => self.apply(index, changes),
                    Err(failure) => Outcome::Failed(failure),
                };
                self.outcomes[index] = Some(outcome);
            }
        }
        Ok(())
    }

    /// Is the key of this command used already?
    fn repeated(&self, index: usize) -> Option<Outcome<R::Refusal>> {
        let (key, mine) = Self::key_of(self.jobs[index])?;
        if let Some(found) = self.keys.get(&key) {
            return Some(if found.fingerprint == mine.fingerprint {
                Outcome::Repeat(found.clone())
            } else {
                Outcome::Failed(Failure::KeyReused)
            });
        }
        let earlier = *self.accepted_keys.get(&key)?;
        let same = Self::key_of(self.jobs[earlier])
            .is_some_and(|(_, first)| first.fingerprint == mine.fingerprint);
        let reused = Outcome::Failed(Failure::KeyReused);
        Some(if same { Outcome::SameAs(earlier) } else { reused })
    }

    /// Which contents the command needs; learns its workflow first.
    async fn needs(&mut self, conn: &mut Conn<'_>, index: usize) -> Result<Vec<Digest>> {
        let job = self.jobs[index];
        let rules = self.engine.rules.clone();
        let broken = |target| {
            let entry = Self::entry_of(target).and_then(|id| self.entries.get(&id));
            matches!(self.slot(target), Some(Slot::Broken)) || entry.is_some_and(|slot| slot.broken)
        };
        if job.targets().any(broken) {
            self.outcomes[index] = Some(Outcome::Failed(Failure::Internal));
            return Ok(Vec::new());
        }
        for _ in 0..WORKFLOWS {
            let product = self.subject(job).and_then(Slot::product).map(Arc::as_ref);
            let Some(unknown) = guard(|| rules.unknown_workflow(product, &job.command)) else {
                break;
            };
            let Some(digest) = unknown else {
                if let Some(needs) = guard(|| rules.needs(product, &job.command)) {
                    return Ok(needs);
                }
                break;
            };
            let bytes = Arg::Bytes(digest.bytes());
            let Some(row) = conn.fetch_optional(&directory::WORKFLOW_SOURCE, &[bytes]).await?
            else {
                tracing::error!(%digest, "a pinned workflow is not stored");
                break;
            };
            let source = row.text("workflow_version.source")?;
            if guard(|| rules.learn(digest, source)).is_none() {
                break;
            }
        }
        self.outcomes[index] = Some(Outcome::Failed(Failure::Internal));
        Ok(Vec::new())
    }

    fn judge(
        &self,
        job: &Job<R::Command>,
        needs: &[Digest],
    ) -> Result<Vec<Change>, Failure<R::Refusal>> {
        self.check_targets(job)?;
        let known = self.slot(job.target).and_then(Slot::known);
        let contents = self.contents(needs, &job.contents);
        let (products, entries) = (self.products_of(job), self.entries_of(job));
        let facts = Facts {
            now: self.moment(job),
            actor: job.actor,
            directory: &self.directory,
            product: known.map(|known| known.product.as_ref()),
            products: &products,
            entries: &entries,
            contents: &contents,
        };
        let decided = guard(|| self.engine.rules.decide(&facts, &job.command));
        let decision = decided.ok_or(Failure::Internal)?.map_err(Failure::Refused)?;
        let changes = match (decision, Self::product_of(job.target), job.target) {
            (Decision::Product(events), Some(id), _) => {
                self.move_product(&facts, id, known, events).map(|change| vec![change])
            }
            (Decision::Directory(events), None, Target::Directory) => {
                self.move_directory(&facts, job, events).map(|change| vec![change])
            }
            (Decision::Access(event), None, Target::Access) => Some(vec![refused(&facts, event)]),
            (Decision::Moves(moves), None, Target::Entry(id) | Target::NewEntry(id)) => {
                self.move_several(&facts, job, id, moves)
            }
            _ => {
                tracing::error!("the rules decided about something that was not asked");
                None
            }
        };
        changes.ok_or(Failure::Internal)
    }

    /// Is there what the command is about, in the version that was seen?
    fn check_targets(&self, job: &Job<R::Command>) -> Result<(), Failure<R::Refusal>> {
        let state = |target| {
            let id = Self::entry_of(target)?;
            self.entries.get(&id)?.state.as_deref()
        };
        for target in job.also.iter().copied() {
            let there = self.slot(target).and_then(Slot::known).is_some();
            if matches!(target, Target::NewProduct(_)) && there
                || matches!(target, Target::NewEntry(_)) && state(target).is_some()
            {
                return Err(Failure::ProductExists);
            }
        }
        let known = self.slot(job.target).and_then(Slot::known);
        let current = match (job.target, known) {
            (Target::Product(_), None) => return Err(Failure::NoSuchProduct),
            (Target::NewProduct(_), Some(_)) => return Err(Failure::ProductExists),
            (Target::Directory, _) => u32::try_from(self.directory.version).unwrap_or(u32::MAX),
            (Target::Entry(_), _) => match state(job.target) {
                Some(entry) => entry.version(),
                None => return Err(Failure::NoSuchEntry),
            },
            (Target::NewEntry(_), _) if state(job.target).is_some() => {
                return Err(Failure::ProductExists);
            }
            (_, known) => known.map_or(0, |known| known.product.version),
        };
        if job.expected_version.is_some_and(|expected| expected != current) {
            return Err(Failure::Stale { current });
        }
        Ok(())
    }

    /// Never earlier than the last event of any stream that the command touches.
    fn moment(&self, job: &Job<R::Command>) -> DateTime<Utc> {
        let changed = job.targets().filter_map(|target| {
            let product = self.slot(target).and_then(Slot::known).map(|known| known.changed_at);
            let entry = Self::entry_of(target).and_then(|id| self.entries.get(&id));
            from_micros(product.or_else(|| entry.map(|slot| slot.changed_at))?)
        });
        changed.fold(self.now, DateTime::max)
    }

    fn products_of(&self, job: &Job<R::Command>) -> BTreeMap<ProductId, &Product> {
        let ids = job.targets().filter_map(Self::product_of);
        ids.filter_map(|id| Some((id, self.products.get(&id)?.product()?.as_ref()))).collect()
    }

    fn entries_of(&self, job: &Job<R::Command>) -> BTreeMap<EntryId, &Entry> {
        let ids = job.targets().filter_map(Self::entry_of);
        ids.filter_map(|id| Some((id, self.entries.get(&id)?.state.as_deref()?))).collect()
    }

    /// What `decide` may see.
    fn contents(&self, needs: &[Digest], new: &[NewContent]) -> Contents {
        let read = |digest: &Digest| {
            let value = self.read_contents.get(digest)?.clone()?;
            Some((*digest, value))
        };
        let mut contents: Contents = needs.iter().filter_map(read).collect();
        for content in new {
            content.put_into(&mut contents);
        }
        contents
    }

    fn move_product(
        &self,
        facts: &Facts<'_>,
        id: ProductId,
        known: Option<&Known>,
        events: Vec<Event>,
    ) -> Option<Change> {
        let stream = Stream::Product(id);
        if events.is_empty() {
            let product = known.map(|known| known.product.clone());
            let version = product.as_ref().map_or(0, |product| u64::from(product.version));
            let after = After::Same(product);
            return Some(Change { stream, version, events: Vec::new(), after });
        }
        let (at, actor) = (facts.now, facts.actor);
        let moved = guard(|| {
            let mut product = facts.product.cloned();
            let mut stored = Vec::with_capacity(events.len());
            for event in events {
                let recorded = Recorded { at, actor, event };
                product = evolve(product, &recorded);
                let version = u64::from(product.as_ref()?.version);
                let fact = Fact::Product(recorded.event);
                stored.push(Stored { position: 0, stream, version, at, actor, fact });
            }
            let product = product.filter(|product| product.id == id)?;
            let projection = self.engine.rules.project(&product);
            Some((product, stored, projection))
        });
        let Some((product, events, projection)) = moved.flatten() else {
            tracing::error!(product = %id, "the events make no such product");
            return None;
        };
        let version = u64::from(product.version);
        let known = Known {
            listing: Some(Listing::of(&product, &projection)),
            facets: Facet::all(&product, &projection),
            tasks: projection.tasks,
            product: Arc::new(product),
            changed_at: micros(at),
        };
        Some(Change { stream, version, events, after: After::Product(known) })
    }

    /// Every stream of a decision, or none of them. The target's own change comes first.
    fn move_several(
        &self,
        facts: &Facts<'_>,
        job: &Job<R::Command>,
        target: EntryId,
        moves: Vec<Move>,
    ) -> Option<Vec<Change>> {
        let touched: BTreeSet<Stream> = job.targets().filter_map(stream_of).collect();
        let mut seen = BTreeSet::new();
        let mut changes = Vec::with_capacity(moves.len());
        for one in moves {
            let change = match one {
                Move::Product(id, events) => {
                    let known = self.products.get(&id).and_then(Slot::known);
                    let product = known.map(|known| known.product.as_ref());
                    self.move_product(&Facts { product, ..*facts }, id, known, events)
                }
                Move::Entry(id, events) => self.move_entry(facts, id, events),
            }?;
            if !seen.insert(change.stream) || !touched.contains(&change.stream) {
                tracing::error!(stream = %change.stream, "a command moved what it did not name");
                return None;
            }
            changes.push(change);
        }
        let own = Stream::Entry(target);
        if changes.iter().all(|change| change.stream != own) {
            changes.push(self.move_entry(facts, target, Vec::new())?);
        }
        changes.sort_by_key(|change| change.stream != own);
        Some(changes)
    }

    fn move_entry(
        &self,
        facts: &Facts<'_>,
        id: EntryId,
        events: Vec<EntryEvent>,
    ) -> Option<Change> {
        let stream = Stream::Entry(id);
        let slot = self.entries.get(&id)?;
        let (at, actor) = (facts.now, facts.actor);
        let unchanged = events.is_empty();
        let moved = guard(|| {
            let mut entry = slot.state.as_deref().cloned();
            let mut stored = Vec::with_capacity(events.len());
            for event in events {
                let recorded = RecordedEntry { at, actor, event };
                entry = intake::evolve(entry, &recorded);
                let version = u64::from(entry.as_ref()?.version());
                let fact = Fact::Entry(recorded.event);
                stored.push(Stored { position: 0, stream, version, at, actor, fact });
            }
            Some((entry.filter(|entry| entry.id() == id)?, stored))
        });
        let Some((entry, events)) = moved.flatten() else {
            tracing::error!(entry = %id, "the events make no such entry");
            return None;
        };
        let version = u64::from(entry.version());
        let (entry, changed_at) = (Arc::new(entry), micros(at));
        let after =
            if unchanged { After::SameEntry(entry) } else { After::Entry { entry, changed_at } };
        Some(Change { stream, version, events, after })
    }

    fn move_directory(
        &self,
        facts: &Facts<'_>,
        job: &Job<R::Command>,
        events: Vec<DirectoryEvent>,
    ) -> Option<Change> {
        let stream = Stream::Directory;
        let mut directory = Directory::clone(&self.directory);
        let mut stored = Vec::with_capacity(events.len());
        for event in events {
            let complete = match &event {
                DirectoryEvent::TokenIssued { token, .. } => {
                    job.secrets.iter().any(|secret| secret.token == *token)
                }
                DirectoryEvent::WorkflowPublished { digest, .. } => {
                    job.sources.iter().any(|source| source.digest == *digest)
                }
                DirectoryEvent::InvitationIssued { .. }
                | DirectoryEvent::PasswordSet { .. }
                | DirectoryEvent::FactorEnrolled { .. }
                | DirectoryEvent::RecoveryCodesReplaced { .. } => {
                    job.credentials.iter().any(|credential| credential.belongs_to(&event))
                }
                _ => true,
            };
            if !complete {
                tracing::error!("a secret without its hash, or a workflow without its source");
                return None;
            }
            directory.evolve(&event);
            stored.push(Stored {
                position: 0,
                stream,
                version: directory.version,
                at: facts.now,
                actor: facts.actor,
                fact: Fact::Directory(event),
            });
        }
        let version = directory.version;
        Some(Change { stream, version, events: stored, after: After::Directory(directory) })
    }

    /// From here on the next commands see the changes, of which the first is the target's own.
    fn apply(&mut self, index: usize, changes: Vec<Change>) -> Outcome<R::Refusal> {
        let job = self.jobs[index];
        let first = self.events.len();
        if changes.iter().any(|change| !change.events.is_empty()) {
            for content in &job.contents {
                self.new_contents.insert(content.digest(), content.stored());
                // So far it may have counted as missing.
                self.read_contents.insert(content.digest(), Some(content.value().clone()));
            }
            self.new_drafts.extend(job.drafts.iter().map(|draft| (job.actor, draft)));
            self.new_sketches.extend(&job.sketches);
        }
        let (mut product, mut entry, mut own) = (None, None, None);
        for Change { stream, version, events, after } in changes {
            let (moved_product, moved_entry) = self.put(stream, after);
            if own.is_none() {
                (product, entry, own) = (moved_product, moved_entry, Some((stream, version)));
            }
            self.events.extend(events);
        }
        let Some((stream, version)) = own else { return Outcome::Failed(Failure::Internal) };
        if let Some((key, _)) = Self::key_of(job) {
            self.accepted_keys.insert(key, index);
        }
        let events = first..self.events.len();
        Outcome::Accepted { product, entry, stream, version, events }
    }

    /// Puts one stream where the change leaves it.
    fn put(&mut self, stream: Stream, after: After) -> (Option<Arc<Product>>, Option<Arc<Entry>>) {
        match (after, stream) {
            (After::Product(known), Stream::Product(id)) => {
                let product = known.product.clone();
                let slot = self.products.remove(&id).unwrap_or(Slot::Absent);
                let before = match slot {
                    Slot::Stored(before) => Some(before),
                    Slot::Moved { before, .. } => before,
                    Slot::Absent | Slot::Broken => None,
                };
                self.products.insert(id, Slot::Moved { before, after: Arc::new(known) });
                (Some(product), None)
            }
            (After::Entry { entry, changed_at }, Stream::Entry(id)) => {
                let (state, moved, broken) = (Some(entry.clone()), true, false);
                self.entries.insert(id, EntrySlot { state, changed_at, moved, broken });
                (None, Some(entry))
            }
            (After::Directory(directory), _) => {
                self.directory = Arc::new(directory);
                (None, None)
            }
            (After::Same(product), _) => (product, None),
            (After::SameEntry(entry), _) => (None, Some(entry)),
            (After::Nothing | After::Product(_) | After::Entry { .. }, _) => (None, None),
        }
    }
}

const fn stream_of(target: Target) -> Option<Stream> {
    match target {
        Target::Product(id) | Target::NewProduct(id) => Some(Stream::Product(id)),
        Target::Entry(id) | Target::NewEntry(id) => Some(Stream::Entry(id)),
        Target::Directory | Target::Access => None,
    }
}

/// The event gets its version when it is appended: only the log's head is locked for it.
fn refused(facts: &Facts<'_>, event: AccessEvent) -> Change {
    let (stream, version) = (Stream::Access, 0);
    let fact = Fact::Access(event);
    let stored = Stored { position: 0, stream, version, at: facts.now, actor: facts.actor, fact };
    Change { stream, version, events: vec![stored], after: After::Nothing }
}

/// Runs the rules; a panic in them is told to the log and costs only this command.
fn guard<T>(rules: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(rules))
        .inspect_err(|_| tracing::error!("the rules panicked"))
        .ok()
}
