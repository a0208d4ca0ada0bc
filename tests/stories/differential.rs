//! One seeded history on both databases: every answer, every list and the whole log come out equal.

use std::{fmt::Write, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sluicegate_app::{AppError, Done, EventFilter, Lang, ProductFilter, Sort, SortBy};
use sluicegate_core::{
    definition::{self, Definition},
    digest::Digest,
    id::{PersonId, ProductId},
    product::Product,
};
use sluicegate_store::NewContent;
use sluicegate_testkit::{Home, TestApp, chance};

use crate::random::{self, Dice, Setting};

const PEOPLE: [(&str, &[&str]); 8] = [
    ("Mina", &["product_manager"]),
    ("Rudi", &["rd"]),
    ("Finn", &["finance"]),
    ("Leo", &["leadership"]),
    ("Lisa", &["leadership"]),
    ("Kim", &["field"]),
    ("Uma", &["field"]),
    ("Ruth", &["rd", "finance"]),
];

/// What a command is made in: the product as it is, and the contents that go along.
struct Desk {
    now: DateTime<Utc>,
    product: Arc<Product>,
    definition: Definition,
    salt: u128,
    contents: Vec<NewContent>,
}

impl Setting for Desk {
    fn content(&mut self, value: Value) -> Digest {
        self.salt += 1;
        let content = NewContent::of(self.salt.to_be_bytes(), value);
        let digest = content.digest();
        self.contents.push(content);
        digest
    }
    fn now(&self) -> DateTime<Utc> {
        self.now
    }
    fn product(&self) -> &Product {
        &self.product
    }
    fn definition(&self) -> &Definition {
        &self.definition
    }
}

#[test]
fn both_databases_tell_the_same_history() {
    for seed in [11, 12, 13] {
        let sqlite = told(seed, false);
        let postgres = told(seed, true);
        let difference = sqlite.lines().zip(postgres.lines()).position(|(a, b)| a != b);
        let line = difference.map(|at| (sqlite.lines().nth(at), postgres.lines().nth(at)));
        assert_eq!(line, None, "seed {seed} differs");
        assert_eq!(sqlite.len(), postgres.len(), "seed {seed}: one history is longer");
        assert!(sqlite.matches("\"event\"").count() > 100, "seed {seed} told too little");
    }
}

/// The history on a thread and a runtime of its own, so that chance repeats itself.
fn told(seed: u64, postgres: bool) -> String {
    let history = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let home = if postgres { Home::postgres().await } else { Home::sqlite() };
            chance::repeatable();
            history(seed, home).await
        })
    };
    std::thread::spawn(history).join().expect("the history is told")
}

async fn history(seed: u64, home: Home) -> String {
    let mut dice = Dice::new(seed);
    let yaml = random::definition(&mut dice);
    let definition = definition::load(&yaml).expect("a random workflow loads");
    let mut app = TestApp::open(home, &yaml).await;
    for (name, roles) in PEOPLE {
        app.person(name, roles).await;
    }
    let card = json!({"problem": "Leaks", "regions": ["US"]});
    let mut products = Vec::new();
    for number in 0..3 {
        let name = format!("Valve {number}");
        let started = app.start("Mina", "random", &name, &card, &["US", "KR"]).await;
        products.push(started.expect("started"));
    }
    let mut told = String::new();
    let mut salt = 1 << 64;
    for _ in 0..220 {
        if dice.one_in(15) {
            let due = app.pass(TimeDelta::days(dice.below(40).into())).await;
            let _ = writeln!(told, "{due} products had something due");
            continue;
        }
        let id = dice.pick(&products);
        let answer = step(&app, &definition, &mut dice, id, &mut salt).await;
        let _ = writeln!(told, "{answer}");
    }
    told + &shown(&app, &products).await
}

/// Somebody tries something with a product.
async fn step(
    app: &TestApp,
    definition: &Definition,
    dice: &mut Dice,
    id: ProductId,
    salt: &mut u128,
) -> String {
    let (who, _) = dice.pick(&PEOPLE);
    let caller = app.caller(who);
    let people: Vec<PersonId> = PEOPLE.iter().map(|(name, _)| app.id(name)).collect();
    let open = app.app.actions(&caller, id, Lang::En).await.expect("explained").actions;
    let allowed: Vec<_> = open.iter().filter(|action| action.allowed).collect();
    let product = app.app.product(&caller, id, None).await.expect("a product").state;
    let (contents, definition) = (Vec::new(), definition.clone());
    let mut desk = Desk { now: app.now(), product, definition, salt: *salt, contents };
    let command = match dice.choose(&allowed) {
        Some(chosen) if !dice.one_in(4) => {
            random::command_for(&mut desk, dice, &chosen.action.clone(), &people)
        }
        _ => random::wild_command(&mut desk, dice, &people),
    };
    *salt = desk.salt;
    let mut request = app.request(who, command);
    request.contents = desk.contents;
    answer(&app.app.execute(id, request).await)
}

fn answer(done: &Result<Done, AppError>) -> String {
    match done {
        Ok(done) => {
            let events: Vec<_> = done.events.iter().map(|stored| format!("{stored:?}")).collect();
            let state = serde_json::to_string(&*done.product).expect("a state");
            format!("\"event\" {} {state}", events.join("; "))
        }
        Err(error) => format!("{} {error:?}", error.code()),
    }
}

/// Every list, inbox and page of the log.
async fn shown(app: &TestApp, products: &[ProductId]) -> String {
    let mut told = String::new();
    let admin = app.caller("admin");
    for by in [SortBy::Due, SortBy::Name, SortBy::Changed, SortBy::Started] {
        for descending in [false, true] {
            let (filter, sort) = (ProductFilter::default(), Sort { by, descending });
            let page = app.app.products(&admin, &filter, sort, None, 2).await.expect("a page");
            let _ = writeln!(told, "{page:?}");
            let next = page.next.as_deref();
            let page = app.app.products(&admin, &filter, sort, next, 2).await.expect("a page");
            let _ = writeln!(told, "{page:?}");
        }
    }
    for (name, _) in PEOPLE {
        let inbox = app.app.inbox(&app.caller(name), None, 50, Lang::En).await.expect("an inbox");
        let _ = writeln!(told, "{inbox:?}");
    }
    for id in products {
        let view = app.app.product(&admin, *id, None).await.expect("a product");
        let gates = app.app.gates(&admin, *id, Lang::En).await.expect("gates");
        let _ = writeln!(told, "{view:?} {gates:?}");
    }
    let mut after = 0;
    loop {
        let feed =
            app.app.events(&admin, after, EventFilter::default(), 100).await.expect("a feed");
        let _ = writeln!(told, "{feed:?}");
        if feed.next == after {
            return told;
        }
        after = feed.next;
    }
}
