//! An application in the test's own process, with a clock that the test turns.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use serde_json::Value;
use sluicegate_app::{
    AccessConfig, App, AppConfig, AppError, Caller, Clock, Done, NewPerson, PasswordCost, Reading,
    Request, Sealer, StartProduct, verify,
};
use sluicegate_core::{
    directory::{Grant, Kind, Scope},
    id::{PersonId, ProductId},
    key::RoleKey,
    organisation,
    product::Actor,
    rules::Command,
};
use sluicegate_store::{Database, Store, testing};

use crate::{chance, home::Home};

/// The application, its database and its people. Dropping it asserts that everything stored is
/// what the log says.
#[derive(Debug)]
pub struct TestApp {
    pub app: App,
    home: Home,
    clock: Arc<Mutex<DateTime<Utc>>>,
    people: BTreeMap<String, Caller>,
    verify: bool,
}

/// Monday, 2027-01-04, nine o'clock: a business day.
fn first_day() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, 1, 4, 9, 0, 0).single().expect("a date")
}

fn config(home: &Home, clock: Clock) -> AppConfig {
    let access = AccessConfig { cost: PasswordCost::CHEAP, ..AccessConfig::default() };
    AppConfig { store: home.options(), clock, chance: chance::counted(), access }
}

impl TestApp {
    /// On an SQLite file.
    pub async fn sqlite(workflow: &str) -> Self {
        Self::open(Home::sqlite(), workflow).await
    }

    /// On a new database of the private PostgreSQL.
    pub async fn postgres(workflow: &str) -> Self {
        Self::open(Home::postgres().await, workflow).await
    }

    /// # Panics
    /// The database cannot be opened, or the workflow has problems.
    pub async fn open(home: Home, workflow: &str) -> Self {
        let clock = Arc::new(Mutex::new(first_day()));
        let hands = clock.clone();
        let read = move || *hands.lock().unwrap_or_else(PoisonError::into_inner);
        let config = config(&home, Arc::new(read));
        let app = App::open(config).await.expect("the database opens");
        let workflows = [("test.yaml".to_owned(), workflow.to_owned())];
        let made =
            app.bootstrap(Reading::begin(&workflows)).await.expect("the workflow is published");
        let mut people = BTreeMap::new();
        if let Some(first) = made.first {
            let person = first.person;
            people.insert("admin".to_owned(), Caller::new(person, Kind::Human));
        }
        Self { app, home, clock, people, verify: true }
    }

    /// The same application after a new start: nothing is left in its memory.
    ///
    /// # Panics
    /// The database cannot be opened.
    #[must_use]
    pub async fn restarted(mut self) -> Self {
        self.app.shutdown().await;
        let hands = self.clock.clone();
        let read = move || *hands.lock().unwrap_or_else(PoisonError::into_inner);
        let config = config(&self.home, Arc::new(read));
        self.app = App::open(config).await.expect("the database opens once more");
        self
    }

    /// The file of the database, where it is one.
    pub fn file(&self) -> Option<PathBuf> {
        match self.home.options().database {
            Database::Sqlite(file) => Some(file),
            Database::Postgres(_) => None,
        }
    }

    /// Do not verify at the end: the test damages its database on purpose.
    pub fn damaged(&mut self) {
        self.verify = false;
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    /// Turns the clock, and lets the timers see it.
    ///
    /// # Panics
    /// The timers fail.
    pub async fn pass(&self, time: TimeDelta) -> usize {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) += time;
        self.app.run_timers_once().await.expect("the timers run")
    }

    /// Somebody who was added by name; `admin` is there from the start.
    ///
    /// # Panics
    /// Nobody has this name.
    pub fn caller(&self, name: &str) -> Caller {
        self.people.get(name).unwrap_or_else(|| panic!("who is {name}?")).clone()
    }

    pub fn id(&self, name: &str) -> PersonId {
        self.caller(name).person
    }

    /// Adds a person with roles that hold everywhere.
    ///
    /// # Panics
    /// A role is in no published workflow.
    pub async fn person(&mut self, name: &str, roles: &[&str]) -> Caller {
        let who = NewPerson { name: name.to_owned(), email: None, kind: Kind::Human };
        let (person, _) = self.app.add_person(self.request("admin", who)).await.expect("added");
        let caller = Caller::new(person, Kind::Human);
        self.people.insert(name.to_owned(), caller.clone());
        for role in roles {
            let role = RoleKey::new(role).expect("a role's key");
            let grant = Grant { role, scope: Scope::Everywhere, person };
            let command = organisation::Command::Grant { grant };
            self.app.administer(self.request("admin", command)).await.expect("granted");
        }
        caller
    }

    /// A request of somebody, with nothing around it.
    pub fn request<C>(&self, who: &str, command: C) -> Request<C> {
        let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
        let actor = Actor::Person(self.id(who));
        Request { actor, command, contents, key, seen, dry_run }
    }

    /// A request whose command names contents.
    pub fn sealed<C>(&self, who: &str, build: impl FnOnce(&mut Sealer) -> C) -> Request<C> {
        let mut sealer = self.app.sealer();
        let command = build(&mut sealer);
        let contents = sealer.contents();
        Request { contents, ..self.request(who, command) }
    }

    /// Tries a command.
    ///
    /// # Errors
    /// As the application answers.
    pub async fn run(
        &self,
        who: &str,
        product: ProductId,
        build: impl FnOnce(&mut Sealer) -> Command,
    ) -> Result<Done, AppError> {
        self.app.execute(product, self.sealed(who, build)).await
    }

    /// Starts a product of a workflow in the portfolio `main`.
    ///
    /// # Panics
    /// A key is no key.
    ///
    /// # Errors
    /// As the application answers.
    pub async fn start(
        &self,
        who: &str,
        workflow: &str,
        name: &str,
        card: &Value,
        markets: &[&str],
    ) -> Result<ProductId, AppError> {
        let request = self.sealed(who, |sealer| StartProduct {
            workflow: workflow.parse().expect("a workflow's key"),
            version: None,
            name: name.to_owned(),
            portfolio: "main".parse().expect("a portfolio's key"),
            owner: None,
            card: sealer.json(card.clone()),
            markets: markets.iter().map(|key| key.parse().expect("a market's key")).collect(),
        });
        Ok(self.app.start(request).await?.product.id)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let (options, cluster) = (self.home.options(), self.home.cluster.take());
        let wanted = self.verify && !std::thread::panicking();
        // Another runtime, because the test's own may be the very thread that waits here.
        let checked = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                if wanted {
                    let store = Store::open(options).await.expect("the database opens again");
                    let report = verify(&store, |_| {}).await.expect("the database is readable");
                    store.close().await;
                    assert_eq!(report.differences, [], "the log and its tables differ");
                }
                if let Some((cluster, name)) = cluster {
                    testing::drop_database(&cluster, &name).await;
                }
            });
        });
        let checked = checked.join();
        assert!(!wanted || checked.is_ok(), "verification failed, see above");
    }
}
