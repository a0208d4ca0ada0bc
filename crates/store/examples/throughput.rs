//! How many commands a second the writer commits, and what the database alone could do with the
//! same rows: `cargo run --release -p sluicegate-store --example throughput -- [seconds]`.
//! PostgreSQL takes part when `SLUICEGATE_TEST_POSTGRES` names an empty database.
#![expect(clippy::unwrap_used, reason = "an example that fails should fail loudly")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::StageKey,
    product::*,
};
use sluicegate_store::*;
use uuid::Uuid;

/// A state of about 4 KB of JSON, as a product has in the middle of its way.
const DELIVERABLES: u8 = 9;
const PRODUCTS: u128 = 2000;

struct Toy;

enum Command {
    Start(ProductId),
    Answer(u64),
}

impl Rules for Toy {
    type Command = Command;
    type Refusal = ();

    fn needs(&self, _: Option<&Product>, _: &Command) -> Vec<Digest> {
        Vec::new()
    }
    fn unknown_workflow(&self, _: Option<&Product>, _: &Command) -> Option<Digest> {
        None
    }
    fn learn(&self, _: Digest, _: &str) {}

    fn decide(&self, _: &Facts<'_>, command: &Command) -> Result<Decision, ()> {
        Ok(Decision::Product(match command {
            Command::Start(id) => started(*id),
            Command::Answer(n) => {
                let criterion = "strategic_fit".parse().unwrap();
                let evidence = Digest::of(&n.to_be_bytes());
                vec![Event::CriterionAnswered { criterion, yes: n % 2 == 0, evidence }]
            }
        }))
    }

    /// Three standing tasks, and one that each command replaces, as most real ones do.
    fn project(&self, product: &Product) -> Projection {
        let at = product.started_at;
        let flip = product.version % 2;
        let task = |key: String, since| Task {
            key,
            addressee: Addressee::Person(product.owner),
            kind: "review".into(),
            due_at: Some(at),
            since,
        };
        let mut tasks: Vec<_> = (0..3).map(|n| task(format!("standing {n}"), at)).collect();
        tasks.push(task(format!("moving {flip}"), at));
        Projection {
            stage: StageKey::new("market_definition").unwrap(),
            side: "upstream".into(),
            due_at: Some(at),
            next_tick: Some(at),
            tasks,
            holders: [(product.owner, "product_manager".parse().unwrap())].into(),
        }
    }
}

fn started(id: ProductId) -> Vec<Event> {
    let stage = StageKey::new("market_definition").unwrap();
    let workflow =
        WorkflowRef { key: "npi".parse().unwrap(), version: 1, digest: Digest::of(b"workflow") };
    let mut events = vec![Event::ProductStarted {
        product: id,
        workflow,
        name: format!("Product {id}"),
        portfolio: "ultrasound".parse().unwrap(),
        owner: person(),
        card: Digest::of(b"card"),
        stage,
    }];
    for n in 0..DELIVERABLES {
        let deliverable = DeliverableRef::new(format!("deliverable-{n}").parse().unwrap(), None);
        let document =
            Document { content: Some(Digest::of(&[n])), attachments: Vec::new(), link: None };
        events.push(Event::DeliverableSubmitted { deliverable: deliverable.clone(), document });
        events.push(Event::DeliverableReviewed {
            deliverable: deliverable.clone(),
            role: "finance".parse().unwrap(),
        });
        events.push(Event::DeliverableAccepted { deliverable, revision: 1, visit: 1 });
    }
    events
}

fn person() -> PersonId {
    PersonId::new(Uuid::from_u128(1))
}

fn product(n: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
}

fn clock() -> Clock {
    let micros = AtomicI64::new(0);
    let from = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    Arc::new(move || -> DateTime<Utc> {
        from + TimeDelta::microseconds(micros.fetch_add(1, Ordering::Relaxed))
    })
}

/// Commands a second with so many callers, each waiting for its answer.
async fn load(writer: &Writer<Toy>, callers: u64, length: Duration, keys: bool) -> f64 {
    static RUN: AtomicU64 = AtomicU64::new(0);
    let run = RUN.fetch_add(1, Ordering::Relaxed);
    let begin = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|caller| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let mut done = 0_u64;
                let mut chance = caller * 7919 + run;
                while begin.elapsed() < length {
                    chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let target = Target::Product(product(u128::from(chance >> 33) % PRODUCTS));
                    let actor = Actor::Person(person());
                    let mut job = Job::new(actor, target, Command::Answer(chance));
                    if keys {
                        let key = format!("{run}-{caller}-{done}");
                        job.key = Some(IdempotencyKey { key, fingerprint: Digest::of(b"f") });
                    }
                    writer.submit(job).await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for caller in callers {
        done += caller.await.unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "it is far below 2^52")]
    let done = done as f64;
    done / begin.elapsed().as_secs_f64()
}

async fn measure(name: &str, options: Options, length: Duration) {
    let store = Store::open(options).await.unwrap();
    let writer = store.writer(Arc::new(Toy), clock());
    let mut starts = Vec::new();
    for n in 0..PRODUCTS {
        let command = Command::Start(product(n));
        let job = Job::new(Actor::Person(person()), Target::NewProduct(product(n)), command);
        let writer = writer.clone();
        starts.push(tokio::spawn(async move { writer.submit(job).await.map(drop).is_ok() }));
        if starts.len() == 500 {
            for start in starts.drain(..) {
                assert!(start.await.unwrap());
            }
        }
    }
    let state = store.product(product(1)).await.unwrap().unwrap();
    let size = serde_json::to_string(&*state).unwrap().len();
    println!("{name}: {PRODUCTS} products of {size} bytes");
    let mut results: BTreeMap<(u64, bool), Vec<f64>> = BTreeMap::new();
    for _ in 0..3 {
        for (callers, keys) in [(1, false), (8, false), (64, false), (64, true), (256, true)] {
            let rate = load(&writer, callers, length, keys).await;
            results.entry((callers, keys)).or_default().push(rate);
        }
    }
    for ((callers, keys), mut rates) in results {
        rates.sort_by(f64::total_cmp);
        let keys = if keys { "with keys" } else { "" };
        println!("{name}: {callers:>4} callers {keys:<9} {:>8.0}/s  ({rates:.0?})", rates[1]);
    }
    println!("{name}: {:?}", store.stats());
    writer.shutdown().await;
    store.close().await;
}

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    let length = Duration::from_secs(seconds);
    let folder = tempfile::tempdir().unwrap();
    let attachments = folder.path().join("attachments");
    let file = Database::Sqlite(folder.path().join("throughput.sqlite"));
    measure("SQLite", Options::new(file, attachments.clone()), length).await;
    if let Ok(url) = std::env::var("SLUICEGATE_TEST_POSTGRES") {
        measure("PostgreSQL", Options::new(Database::Postgres(url), attachments), length).await;
    }
}
