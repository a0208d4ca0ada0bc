//! Decides the commands of a batch one by one, each on what the ones before it left.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use sluicegate_core::{
    digest::Digest,
    directory::{Directory, DirectoryEvent},
    id::ProductId,
    product::{Event, Product, Recorded, evolve},
    rules::Contents,
};

use super::batch::{Batch, Known, Outcome, Slot};
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
    Directory(Directory),
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
                    Ok(change) => self.apply(index, change),
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
        if matches!(self.slot(job.target), Some(Slot::Broken)) {
            self.outcomes[index] = Some(Outcome::Failed(Failure::Internal));
            return Ok(Vec::new());
        }
        for _ in 0..WORKFLOWS {
            let product = self.slot(job.target).and_then(Slot::product).map(Arc::as_ref);
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
    ) -> Result<Change, Failure<R::Refusal>> {
        let known = self.slot(job.target).and_then(Slot::known);
        let current = match (job.target, known) {
            (Target::Product(_), None) => return Err(Failure::NoSuchProduct),
            (Target::NewProduct(_), Some(_)) => return Err(Failure::ProductExists),
            (Target::Directory, _) => u32::try_from(self.directory.version).unwrap_or(u32::MAX),
            (_, known) => known.map_or(0, |known| known.product.version),
        };
        if job.expected_version.is_some_and(|expected| expected != current) {
            return Err(Failure::Stale { current });
        }
        let contents = self.contents(needs, &job.contents);
        let changed = known.and_then(|known| from_micros(known.changed_at));
        let now = changed.map_or(self.now, |changed| changed.max(self.now));
        let facts = Facts {
            now,
            actor: job.actor,
            directory: &self.directory,
            product: known.map(|known| known.product.as_ref()),
            contents: &contents,
        };
        let decided = guard(|| self.engine.rules.decide(&facts, &job.command));
        let decision = decided.ok_or(Failure::Internal)?.map_err(Failure::Refused)?;
        let change = match (decision, Self::product_of(job.target)) {
            (Decision::Product(events), Some(id)) => self.move_product(&facts, id, known, events),
            (Decision::Directory(events), None) => self.move_directory(&facts, job, events),
            _ => {
                tracing::error!("the rules decided about something that was not asked");
                None
            }
        };
        change.ok_or(Failure::Internal)
    }

    /// What `decide` may see.
    fn contents(&self, needs: &[Digest], new: &[NewContent]) -> Contents {
        let read = |digest: &Digest| {
            let value = self.read_contents.get(digest)?.clone()?;
            Some((*digest, value))
        };
        let mut contents: Contents = needs.iter().filter_map(read).collect();
        for content in new {
            contents.insert(content.digest(), content.value().clone());
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
                _ => true,
            };
            if !complete {
                tracing::error!("a token without its hash, or a workflow without its source");
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

    /// From here on the next commands see the change.
    fn apply(&mut self, index: usize, change: Change) -> Outcome<R::Refusal> {
        let job = self.jobs[index];
        let Change { stream, version, events, after } = change;
        let first = self.events.len();
        if !events.is_empty() {
            for content in &job.contents {
                self.new_contents.insert(content.digest(), content.stored());
                // So far it may have counted as missing.
                self.read_contents.insert(content.digest(), Some(content.value().clone()));
            }
        }
        let product = match (after, stream) {
            (After::Product(known), Stream::Product(id)) => {
                let product = known.product.clone();
                let slot = self.products.remove(&id).unwrap_or(Slot::Absent);
                let before = match slot {
                    Slot::Stored(before) => Some(before),
                    Slot::Moved { before, .. } => before,
                    Slot::Absent | Slot::Broken => None,
                };
                self.products.insert(id, Slot::Moved { before, after: Arc::new(known) });
                Some(product)
            }
            (After::Directory(directory), _) => {
                self.directory = Arc::new(directory);
                None
            }
            (After::Same(product), _) => product,
            (After::Product(_), Stream::Directory) => None,
        };
        self.events.extend(events);
        if let Some((key, _)) = Self::key_of(job) {
            self.accepted_keys.insert(key, index);
        }
        Outcome::Accepted { product, stream, version, events: first..self.events.len() }
    }
}

/// Runs the rules; a panic in them is told to the log and costs only this command.
fn guard<T>(rules: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(rules))
        .inspect_err(|_| tracing::error!("the rules panicked"))
        .ok()
}
