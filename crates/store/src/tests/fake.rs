//! A toy set of rules: products that are started and renamed, and whose names say what is to do.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    digest::Digest,
    directory::DirectoryEvent,
    id::{PersonId, ProductId},
    intake::{self, Entry, EntryId, Move},
    key::StageKey,
    product::{Actor, Event, Position, Product, WorkflowRef},
};
use uuid::Uuid;

use crate::{
    Addressee, Clock, Decision, Facts, Failure, IdempotencyKey, Job, Projection, Rules, Store,
    Target, Task, Writer,
};

#[derive(Clone, Debug)]
pub(crate) enum Command {
    Start {
        name: String,
        portfolio: &'static str,
        owner: PersonId,
    },
    Rename(String),
    /// Renames the product to what this content says.
    RenameBy(Digest),
    Directory(Vec<DirectoryEvent>),
    Moves(Vec<Move>),
    /// Renames the product, if the actor has an account.
    RenameAsPerson(String),
    Nothing,
    Refuse,
    Panic,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct No(pub(crate) &'static str);

#[derive(Debug, Default)]
pub(crate) struct Fake {
    /// Workflows that have to be learnt before a product that is pinned to them is touched.
    pub(crate) learnt: Mutex<BTreeMap<Digest, String>>,
    pub(crate) must_learn: bool,
}

pub(crate) fn workflow_source() -> String {
    "workflow: toy".to_owned()
}

pub(crate) fn workflow_digest() -> Digest {
    Digest::of(workflow_source().as_bytes())
}

impl Rules for Fake {
    type Command = Command;
    type Refusal = No;

    fn needs(&self, _: Option<&Product>, command: &Command) -> Vec<Digest> {
        match command {
            Command::RenameBy(digest) => vec![*digest],
            _ => Vec::new(),
        }
    }

    fn unknown_workflow(&self, product: Option<&Product>, _: &Command) -> Option<Digest> {
        let digest = product?.workflow.digest;
        let known = !self.must_learn || self.learnt.lock().unwrap().contains_key(&digest);
        (!known).then_some(digest)
    }

    fn learn(&self, digest: Digest, source: &str) {
        self.learnt.lock().unwrap().insert(digest, source.to_owned());
    }

    fn decide(&self, facts: &Facts<'_>, command: &Command) -> Result<Decision, No> {
        let renamed = |name: String| Decision::Product(vec![Event::ProductRenamed { name }]);
        match command {
            Command::Start { name, portfolio, owner } => {
                let stage = StageKey::new("idea").unwrap();
                let started = Event::ProductStarted {
                    product: started_id(*owner, name),
                    workflow: WorkflowRef {
                        key: "toy".parse().unwrap(),
                        version: 1,
                        digest: workflow_digest(),
                    },
                    name: name.clone(),
                    portfolio: portfolio.parse().unwrap(),
                    owner: *owner,
                    card: Digest::of(b"card"),
                    stage: stage.clone(),
                };
                let dues = BTreeMap::new();
                let entered = Event::StageEntered { stage, visit: 1, dues };
                let markets = tagged(name, "market:")
                    .map(|market| Event::MarketAdded { market: market.parse().unwrap() });
                let events = [started, entered].into_iter().chain(markets);
                Ok(Decision::Product(events.collect()))
            }
            Command::Rename(name) => Ok(renamed(name.clone())),
            Command::RenameBy(digest) => match facts.contents.get(digest) {
                Some(value) => Ok(renamed(value["name"].as_str().unwrap().to_owned())),
                None => Err(No("no content")),
            },
            Command::RenameAsPerson(name) => match facts.actor {
                Actor::Person(person) if facts.directory.is_active(person) => {
                    Ok(renamed(name.clone()))
                }
                _ => Err(No("no account")),
            },
            Command::Directory(events) => Ok(Decision::Directory(events.clone())),
            Command::Moves(moves) => Ok(Decision::Moves(moves.clone())),
            Command::Nothing => Ok(Decision::Product(Vec::new())),
            Command::Refuse => Err(No("refused")),
            Command::Panic => panic!("the rules panic, as this test wants"),
        }
    }

    /// Each word of the name is a task of the owner; `due:5` is due five seconds after 1970.
    fn project(&self, product: &Product) -> Projection {
        let word = |key: &str| {
            let word = product.name.split(' ').find_map(|word| word.strip_prefix(key));
            word.map(str::to_owned)
        };
        let due_at = word("due:").and_then(|at| DateTime::from_timestamp(at.parse().ok()?, 0));
        let Position::InStage(stage) = &product.position else { panic!("no gates here") };
        let words = product.name.split(' ').filter(|word| !word.contains('\0'));
        let tasks = words.map(|word| Task {
            key: word.to_owned(),
            addressee: Addressee::Person(product.owner),
            kind: "read".to_owned(),
            due_at,
            since: product.started_at,
        });
        Projection {
            stage: word("stage:").map_or_else(|| stage.clone(), |key| key.parse().unwrap()),
            side: "upstream".to_owned(),
            due_at,
            next_tick: due_at,
            tasks: tasks.collect(),
            holders: tagged(&product.name, "finance:")
                .map(|n| (person(n.parse().unwrap()), "finance".parse().unwrap()))
                .chain([(product.owner, "owner".parse().unwrap())])
                .collect(),
        }
    }
}

/// What follows this tag in the words of a name.
pub(crate) fn tagged<'a>(name: &'a str, tag: &'a str) -> impl Iterator<Item = &'a str> {
    name.split(' ').filter_map(move |word| word.strip_prefix(tag))
}

pub(crate) fn person(n: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(n))
}

pub(crate) fn product(n: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(n))
}

/// Products are found by their first name: `p17` starts as number 17.
fn started_id(_: PersonId, name: &str) -> ProductId {
    let number = name.split(' ').next().unwrap().trim_start_matches('p').trim_start_matches('P');
    product(number.parse().unwrap())
}

pub(crate) fn start(n: u128, rest: &str, owner: u128) -> Job<Command> {
    let name = format!("p{n}{rest}");
    let command = Command::Start { name, portfolio: "alpha", owner: person(owner) };
    Job::new(Actor::Person(person(owner)), Target::NewProduct(product(n)), command)
}

pub(crate) fn on(n: u128, command: Command) -> Job<Command> {
    Job::new(Actor::Person(person(1)), Target::Product(product(n)), command)
}

pub(crate) fn rename(n: u128, name: &str) -> Job<Command> {
    on(n, Command::Rename(name.to_owned()))
}

pub(crate) fn directory(events: Vec<DirectoryEvent>) -> Job<Command> {
    Job::new(Actor::Person(person(1)), Target::Directory, Command::Directory(events))
}

pub(crate) fn keyed(mut job: Job<Command>, key: &str) -> Job<Command> {
    let fingerprint = Digest::of(format!("{:?}", job.command).as_bytes());
    job.key = Some(IdempotencyKey { key: key.to_owned(), fingerprint });
    job
}

/// A second after the epoch, and a millisecond later at each look.
pub(crate) fn clock() -> Clock {
    let millis = AtomicI64::new(0);
    Arc::new(move || -> DateTime<Utc> {
        let millis = millis.fetch_add(1, Ordering::Relaxed);
        DateTime::from_timestamp(1_000, 0).unwrap() + TimeDelta::milliseconds(millis)
    })
}

pub(crate) fn writer(store: &Store) -> Writer<Fake> {
    store.writer(Arc::new(Fake::default()), clock())
}

/// Submits and expects success.
pub(crate) async fn accept(writer: &Writer<Fake>, job: Job<Command>) -> crate::Done {
    match writer.submit(job).await {
        Ok(done) => done,
        Err(failure) => panic!("{failure:?}"),
    }
}

pub(crate) async fn fail(writer: &Writer<Fake>, job: Job<Command>) -> Failure<No> {
    writer.submit(job).await.map(|done| done.events).expect_err("it was accepted")
}

/// Everything that must hold of any database at any time: positions without gaps, leaves and root
/// as RFC 6962 says, states and directory as the events make them.
pub(crate) async fn verify(store: &Store) -> u64 {
    use sluicegate_core::{directory::Directory, merkle, product::evolve};

    use crate::{EventFilter, Fact, Stream};

    let mut entries: BTreeMap<EntryId, Option<Entry>> = BTreeMap::new();
    let mut frontier = merkle::Frontier::default();
    let mut products: BTreeMap<ProductId, Option<Product>> = BTreeMap::new();
    let (mut directory, mut refused) = (Directory::default(), 0);
    loop {
        let after = frontier.size();
        let leaves = store.leaves(after, 1000).await.unwrap();
        let feed = store.events(after, &EventFilter::default(), 1000).await.unwrap();
        assert_eq!(feed.events.len(), leaves.len());
        if leaves.is_empty() {
            break;
        }
        for (leaf, event) in leaves.iter().zip(feed.events) {
            frontier.push(merkle::leaf_hash(leaf.record.as_bytes()));
            assert_eq!(leaf.hash, merkle::leaf_hash(leaf.record.as_bytes()));
            assert_eq!((leaf.position, event.position), (frontier.size(), frontier.size()));
            match (event.stream, &event.fact) {
                (Stream::Product(id), Fact::Product(_)) => {
                    let product = products.entry(id).or_default();
                    *product = evolve(product.take(), &event.recorded().unwrap());
                    assert_eq!(u64::from(product.as_ref().unwrap().version), event.version);
                }
                (Stream::Entry(id), Fact::Entry(_)) => {
                    let entry = entries.entry(id).or_default();
                    *entry = intake::evolve(entry.take(), &event.recorded_entry().unwrap());
                    assert_eq!(u64::from(entry.as_ref().unwrap().version()), event.version);
                }
                (_, Fact::Directory(fact)) => {
                    directory.evolve(fact);
                    assert_eq!(directory.version, event.version);
                }
                (Stream::Access, Fact::Access(_)) => {
                    refused += 1;
                    assert_eq!(refused, event.version);
                }
                _ => panic!("{event:?}"),
            }
        }
    }
    let head = store.log_head().await.unwrap();
    assert_eq!((head.position, head.root), (frontier.size(), frontier.root()));
    assert_eq!(*store.directory().await.unwrap(), directory);
    for (id, entry) in entries {
        assert_eq!(store.entry(id).await.unwrap().as_deref(), entry.as_ref());
    }
    let mut stored = Vec::new();
    while let page = store.states(stored.last().map(|p: &Product| p.id), 100).await.unwrap()
        && !page.is_empty()
    {
        stored.extend(page);
    }
    let replayed: Vec<Product> = products.into_values().flatten().collect();
    assert_eq!(stored, replayed);
    for product in replayed {
        assert_eq!(store.listed(product.id).await.unwrap().unwrap().name, product.name);
    }
    head.position
}
