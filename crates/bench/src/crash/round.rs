//! The rounds: load, crash, start again, ask again, compare.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use xtask::cluster::Cluster;
use xtask::process::{Context, Failure, Outcome};

use super::{
    chance::Chance,
    driver::{Asked, Driver, Taken, ask},
    ledger::{Ledger, Seen},
};
use crate::{
    client::{Client, number},
    http::Connection,
    server::{Launch, Server},
    world::World,
};

const CONNECTIONS: usize = 8;
const PRODUCTS: usize = 3 * CONNECTIONS;
/// When the crash comes, in milliseconds after the load began.
const MOMENT: (u64, u64) = (10, 300);
/// A load that is not cut off ends by itself.
const LONGEST_LOAD: Duration = Duration::from_secs(5);
/// How long the server may take to find its database again.
const RECOVERY: Duration = Duration::from_secs(20);
/// Of the rounds with PostgreSQL, one in so many kills the database and not the server.
const DATABASE_CRASHES: u64 = 3;
const VERIFY_EVERY: usize = 10;
const PAGE: usize = 500;

/// A server with its world, and what it has acknowledged.
pub(super) struct Trial {
    launch: Launch,
    cluster: Option<Cluster>,
    chance: Chance,
    server: Option<Server>,
    world: World,
    drivers: Vec<Driver>,
    ledger: Ledger,
    /// The ledger's head and versions before the first round.
    before: (u64, HashMap<String, u64>),
    summary: Summary,
}

/// What happened in all rounds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Summary {
    rounds: usize,
    database_crashes: usize,
    acknowledged: usize,
    unanswered: usize,
    /// Of these: done before the crash, though nobody was told.
    done_before: usize,
    verified: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, database_crashes, acknowledged, unanswered, done_before, verified } =
            self;
        write!(
            f,
            "{rounds} crashes ({database_crashes} of the database itself), {acknowledged} \
             commands acknowledged, each there exactly once; {unanswered} were cut off, of which \
             {done_before} had been done; verified {verified} times"
        )
    }
}

impl Trial {
    pub(super) async fn begin(
        launch: Launch,
        cluster: Option<Cluster>,
        chance: Chance,
    ) -> Outcome<Self> {
        let server = launch.start().await?;
        let administrator = launch.administrator()?;
        let world = World::build(server.port, &administrator, PRODUCTS).await?;
        let mut drivers = Vec::new();
        for (driver, share) in world.products.chunks(PRODUCTS / CONNECTIONS).enumerate() {
            let products = share.iter().map(|product| product.id.clone()).collect();
            drivers.push(Driver::new(driver, products, world.manager.clone()));
        }
        let mut trial = Self {
            launch,
            cluster,
            chance,
            server: Some(server),
            world,
            drivers,
            ledger: Ledger::default(),
            before: (0, HashMap::new()),
            summary: Summary::default(),
        };
        trial.compare().await?;
        // The set-up's own deliverables have no links, so they are no commands of the ledger.
        trial.before = (trial.ledger.head, trial.ledger.versions.clone());
        Ok(trial)
    }

    pub(super) async fn run(&mut self, rounds: usize) -> Outcome<Summary> {
        for round in 1..=rounds {
            self.round()
                .await
                .map_err(|failure| Failure::new(format!("round {round} of {rounds}: {failure}")))?;
            self.summary.rounds = round;
            if round.is_multiple_of(VERIFY_EVERY) || round == rounds {
                self.launch.verify()?;
                self.summary.verified += 1;
                eprintln!("round {round} of {rounds}: {} acknowledged", self.ledger.count());
            }
        }
        // Once more from the beginning: nothing that was right after its round changed later.
        let (head, versions) = self.before.clone();
        self.ledger = self.ledger.unread(head, versions);
        self.compare().await?;
        self.summary.acknowledged = self.ledger.count();
        if let Some(server) = self.server.take() {
            server.stop()?;
        }
        self.launch.verify()?;
        self.summary.verified += 1;
        Ok(self.summary)
    }

    /// Lets the server go and gives the database's cluster back.
    pub(super) fn end(mut self) -> Option<Cluster> {
        self.server.take();
        self.cluster.take()
    }

    async fn round(&mut self) -> Outcome {
        let asked = self.cut_off().await?;
        self.ask_again(asked).await?;
        self.compare().await?;
        self.versions().await
    }

    /// Loads the server, crashes it or its database in the middle, and brings it back.
    async fn cut_off(&mut self) -> Outcome<Vec<Asked>> {
        let port = self.port()?;
        let (end, mut tasks) = (Instant::now() + LONGEST_LOAD, JoinSet::new());
        for driver in self.drivers.drain(..) {
            tasks.spawn(driver.drive(port, end));
        }
        tokio::time::sleep(self.chance.millis(MOMENT.0, MOMENT.1)).await;
        let database = self.chance.one_in(DATABASE_CRASHES);
        if let Some(cluster) = self.cluster.as_mut().filter(|_| database) {
            cluster.crash()?;
            self.summary.database_crashes += 1;
        } else {
            self.server.take().map(Server::kill).transpose()?;
        }
        let mut asked = Vec::new();
        while let Some(task) = tasks.join_next().await {
            let (driver, commands) = task.context("a connection")??;
            self.drivers.push(driver);
            asked.extend(commands);
        }
        if self.server.is_none() {
            self.server = Some(self.launch.start().await?);
        } else if let Some(cluster) = &mut self.cluster {
            cluster.restart()?;
            ready(self.port()?).await?;
        }
        Ok(asked)
    }

    /// Asks again what was not answered, and the last answered command of each product too.
    async fn ask_again(&mut self, asked: Vec<Asked>) -> Outcome {
        let mut last: HashMap<String, Asked> = HashMap::new();
        let mut open = Vec::new();
        for command in asked {
            match command.receipt {
                None => open.push(command),
                Some(at) => {
                    self.ledger.answered(&command.mark, &command.product, at);
                    last.insert(command.product.clone(), command);
                }
            }
        }
        self.summary.unanswered += open.len();
        let token = self.drivers.first().map(|driver| driver.token().to_owned());
        let token = token.ok_or_else(|| Failure::new("no connection is left"))?;
        let connection = Connection::open(self.port()?).await;
        let mut connection = connection.context("cannot reach the server")?;
        for command in open.iter().chain(last.values()) {
            let key = &command.key;
            match (ask(&mut connection, command, &token).await?, command.receipt) {
                (Taken::Done { at, replayed }, None) => {
                    self.summary.done_before += usize::from(replayed);
                    self.ledger.answered(&command.mark, &command.product, at);
                }
                (Taken::Done { at, replayed: true }, Some(first)) if at == first => {}
                (now, first) => {
                    let text = format!("{key}, asked again: {now:?}, the first time {first:?}");
                    return Err(Failure::new(text));
                }
            }
        }
        Ok(())
    }

    /// Reads the feed to its end and holds it against the ledger.
    async fn compare(&mut self) -> Outcome {
        let mut client = Client::open(self.port()?).await?;
        loop {
            let path = format!("/v1/events?after={}&limit={PAGE}", self.ledger.head);
            let page = client.get(&self.world.administrator, &path).await?;
            let events = page["events"].as_array().map(Vec::as_slice).unwrap_or_default();
            let events = events.iter().map(Seen::of).collect::<Outcome<Vec<_>>>()?;
            told(&self.ledger.read(&events))?;
            if events.len() < PAGE {
                return told(&self.ledger.lost());
            }
        }
    }

    /// The products themselves must be where the feed says that they are.
    async fn versions(&self) -> Outcome {
        let mut client = Client::open(self.port()?).await?;
        for product in &self.world.products {
            let path = format!("/v1/products/{}", product.id);
            let found = client.get(&self.world.administrator, &path).await?;
            let version = number(&found, "version")?;
            let expected = self.ledger.versions.get(&product.id).copied();
            if expected != Some(version) {
                let text = format!("{} is at {version}, its feed at {expected:?}", product.id);
                return Err(Failure::new(text));
            }
        }
        Ok(())
    }

    fn port(&self) -> Outcome<u16> {
        let server = self.server.as_ref().ok_or_else(|| Failure::new("no server runs"))?;
        Ok(server.port)
    }
}

/// A server whose database was away has to find it again by itself.
async fn ready(port: u16) -> Outcome {
    let begin = Instant::now();
    loop {
        let mut client = Client::open(port).await?;
        match client.get("", "/readyz").await {
            Ok(_) => return Ok(()),
            Err(failure) if begin.elapsed() > RECOVERY => return Err(failure),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

fn told(problems: &[String]) -> Outcome {
    if problems.is_empty() { Ok(()) } else { Err(Failure::new(problems.join("\n"))) }
}
