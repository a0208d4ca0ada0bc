//! Commands that are decided and committed together: what is known, and what comes of it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    directory::Directory,
    id::ProductId,
    intake::{Entry, EntryId},
    product::{Actor, Product},
};

use super::ticket::Engine;
use crate::{
    db::Conn,
    error::{Result, StoreError},
    facet::Facet,
    job::{Done, Failure, IdempotencyKey, Job, NewDraft, NewSketch, Rules, StoredContent, Target},
    listing::{Listing, Task},
    record::{Stored, Stream},
    sql::schema,
    time::truncate,
};

/// A product as it is stored; kept between batches.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) product: Arc<Product>,
    pub(crate) changed_at: i64,
    /// None when it was not read: it then counts as changed.
    pub(crate) listing: Option<Listing>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) facets: BTreeSet<Facet>,
}

/// A product in this batch.
pub(super) enum Slot {
    /// There is none with this id.
    Absent,
    /// It cannot be read; the log says why.
    Broken,
    /// As stored.
    Stored(Arc<Known>),
    /// Changed by this batch.
    Moved { before: Option<Arc<Known>>, after: Arc<Known> },
}

impl Slot {
    /// The state that the next command meets.
    pub(super) fn known(&self) -> Option<&Known> {
        match self {
            Self::Absent | Self::Broken => None,
            Self::Stored(known) => Some(known),
            Self::Moved { after, .. } => Some(after),
        }
    }
    pub(super) fn product(&self) -> Option<&Arc<Product>> {
        self.known().map(|known| &known.product)
    }
}

/// An entry in this batch; its state is none while it does not exist.
#[derive(Default)]
pub(super) struct EntrySlot {
    pub(super) state: Option<Arc<Entry>>,
    pub(super) changed_at: i64,
    /// Changed by this batch.
    pub(super) moved: bool,
    /// It cannot be read; the log says why.
    pub(super) broken: bool,
}

/// A used idempotency key.
#[derive(Clone, Debug)]
pub(crate) struct KeyRow {
    pub(crate) fingerprint: Digest,
    pub(crate) stream: Stream,
    /// Of the stream, after the command.
    pub(crate) version: u64,
    pub(crate) first_position: u64,
    pub(crate) event_count: u64,
}

/// What is answered to one command.
pub(super) enum Verdict<F> {
    Accepted(Done),
    Repeat(KeyRow),
    Failed(Failure<F>),
}

/// What became of one command within the batch.
pub(super) enum Outcome<F> {
    Accepted {
        product: Option<Arc<Product>>,
        entry: Option<Arc<Entry>>,
        /// Stream and version after the command.
        stream: Stream,
        version: u64,
        /// Which of the batch's events are its own.
        events: Range<usize>,
    },
    Repeat(KeyRow),
    /// The same command came twice in this batch; the earlier one's answer counts.
    SameAs(usize),
    Failed(Failure<F>),
}

pub(super) struct Batch<'a, R: Rules> {
    pub(super) engine: &'a Engine<R>,
    pub(super) jobs: Vec<&'a Job<R::Command>>,
    /// Read with locks, for a commit; else with none, for a rehearsal.
    pub(super) locks: bool,
    pub(super) now: DateTime<Utc>,
    /// How far the clock was behind the record; none when it was not.
    pub(super) clock_behind: Option<TimeDelta>,
    pub(super) directory: Arc<Directory>,
    /// The version of the directory that is stored.
    pub(super) directory_before: u64,
    pub(super) keys: HashMap<(Actor, String), KeyRow>,
    /// Commands of this batch that have a key and were accepted.
    pub(super) accepted_keys: HashMap<(Actor, String), usize>,
    pub(super) products: BTreeMap<ProductId, Slot>,
    pub(super) entries: BTreeMap<EntryId, EntrySlot>,
    /// Contents that the rules asked for; none when there is no such content.
    pub(super) read_contents: HashMap<Digest, Option<Arc<Value>>>,
    pub(super) new_contents: BTreeMap<Digest, &'a StoredContent>,
    pub(super) new_drafts: Vec<(Actor, &'a NewDraft)>,
    pub(super) new_sketches: Vec<&'a NewSketch>,
    /// In the order of their positions.
    pub(super) events: Vec<Stored>,
    pub(super) outcomes: Vec<Option<Outcome<R::Refusal>>>,
}

impl<'a, R: Rules> Batch<'a, R> {
    pub(super) fn new(engine: &'a Engine<R>, jobs: Vec<&'a Job<R::Command>>) -> Self {
        Self {
            engine,
            locks: true,
            now: truncate((engine.clock)()),
            clock_behind: None,
            directory: engine.store.shared.cached_directory(),
            directory_before: 0,
            keys: HashMap::new(),
            accepted_keys: HashMap::new(),
            products: BTreeMap::new(),
            entries: BTreeMap::new(),
            read_contents: HashMap::new(),
            new_contents: BTreeMap::new(),
            new_drafts: Vec::new(),
            new_sketches: Vec::new(),
            events: Vec::new(),
            outcomes: jobs.iter().map(|_| None).collect(),
            jobs,
        }
    }

    /// The same steps without locks and without an end: what would be answered.
    pub(super) async fn rehearse(
        engine: &'a Engine<R>,
        conn: &mut Conn<'_>,
        job: &'a Job<R::Command>,
    ) -> Result<Result<Done, Failure<R::Refusal>>> {
        let mut batch = Batch::new(engine, vec![job]);
        batch.locks = false;
        conn.execute(&schema::BEGIN_READ, &[]).await?;
        let decided = async {
            batch.load(conn).await?;
            batch.decide(conn).await
        };
        let decided = decided.await;
        // The connection goes back to its pool without an open transaction, or not at all.
        conn.execute(&schema::ROLLBACK, &[]).await?;
        decided?;
        match batch.outcomes.pop().flatten() {
            Some(Outcome::Accepted { product, entry, events, .. }) => {
                let events = batch.events[events].to_vec();
                Ok(Ok(Done { product, entry, events, replayed: false }))
            }
            Some(Outcome::Failed(failure)) => Ok(Err(failure)),
            _ => Err(StoreError::Internal("a rehearsal without an outcome".into())),
        }
    }

    /// Every command was refused, or repeated, or changes nothing and needs no memory.
    pub(super) fn changes_nothing(&self) -> bool {
        self.events.is_empty() && self.accepted_keys.is_empty()
    }

    pub(super) fn key_of(job: &Job<R::Command>) -> Option<((Actor, String), &IdempotencyKey)> {
        job.key.as_ref().map(|key| ((job.actor, key.key.clone()), key))
    }

    pub(super) fn product_of(target: Target) -> Option<ProductId> {
        match target {
            Target::Product(id) | Target::NewProduct(id) => Some(id),
            Target::Directory | Target::Entry(_) | Target::NewEntry(_) | Target::Access => None,
        }
    }

    pub(super) const fn entry_of(target: Target) -> Option<EntryId> {
        match target {
            Target::Entry(id) | Target::NewEntry(id) => Some(id),
            Target::Directory | Target::Product(_) | Target::NewProduct(_) | Target::Access => None,
        }
    }

    /// The product that a command is about: its own, or the first that it touches.
    pub(super) fn subject(&self, job: &Job<R::Command>) -> Option<&Slot> {
        job.targets().find_map(|target| self.slot(target))
    }

    pub(super) fn slot(&self, target: Target) -> Option<&Slot> {
        Self::product_of(target).and_then(|id| self.products.get(&id))
    }

    /// After the commit: remembers what is stored now, and turns outcomes into answers.
    pub(super) fn finish(mut self) -> Vec<Verdict<R::Refusal>> {
        let shared = &self.engine.store.shared;
        shared.cache_directory(&self.directory);
        let mut cache = shared.known();
        for (id, slot) in std::mem::take(&mut self.products) {
            match slot {
                Slot::Moved { after, .. } => cache.put(id, after),
                Slot::Stored(known) => cache.put(id, known),
                Slot::Absent | Slot::Broken => {}
            }
        }
        drop(cache);
        let mut verdicts: Vec<Verdict<R::Refusal>> = Vec::with_capacity(self.jobs.len());
        for outcome in self.outcomes {
            let verdict = match outcome {
                Some(Outcome::Accepted { product, entry, events, .. }) => {
                    let events = self.events[events].to_vec();
                    Verdict::Accepted(Done { product, entry, events, replayed: false })
                }
                Some(Outcome::Repeat(key)) => Verdict::Repeat(key),
                Some(Outcome::SameAs(earlier)) => match &verdicts[earlier] {
                    Verdict::Accepted(done) => {
                        Verdict::Accepted(Done { replayed: true, ..done.clone() })
                    }
                    _ => Verdict::Failed(Failure::Internal),
                },
                Some(Outcome::Failed(failure)) => Verdict::Failed(failure),
                None => Verdict::Failed(Failure::Internal),
            };
            verdicts.push(verdict);
        }
        verdicts
    }
}
