//! `measure`: the product through REST beside the raw limits of the same disk, in one run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use xtask::cluster::{Cluster, Durability};
use xtask::process::{Context, Failure, Outcome};

use crate::{
    load::{self, Plan, Sample},
    machine::{self, Machine},
    raw::{MANY_ROWS, Pgbench, ROWS, Sqlite, database},
    report::{Cell, Process, Report},
    server::{Launch, Server, size},
    world::World,
};

/// Products that the load works on.
const PRODUCTS: usize = 1024;
const CONNECTIONS: [usize; 3] = [1, 8, 64];
const MOST: usize = 64;

/// How long each figure is measured, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) warm_up: Duration,
    pub(crate) length: Duration,
    pub(crate) repetitions: usize,
}

impl Effort {
    pub(crate) const QUICK: Self = Self {
        warm_up: Duration::from_millis(500),
        length: Duration::from_secs(2),
        repetitions: 3,
    };
    pub(crate) const FULL: Self =
        Self { warm_up: Duration::from_secs(2), length: Duration::from_secs(8), repetitions: 3 };
}

/// Measures everything. Folders and servers are gone when it returns.
pub(crate) async fn measure(program: &Path, effort: Effort) -> Outcome<Report> {
    let folder = tempfile::Builder::new().prefix("sluicegate-bench-").tempdir();
    let folder = folder.context("cannot create a folder")?;
    let cluster = Cluster::start(Durability::Durable)?;
    same_disk(folder.path(), cluster.folder())?;
    let machine = Machine::look(folder.path(), cluster.programs(), Sqlite::version())?;
    let mut bench = Bench::prepare(program, folder, &cluster).await?;
    let mut cells = bench.cells();
    for repetition in 0..effort.repetitions {
        // One after the other in each repetition, so that a slow minute hits them all.
        for cell in &mut cells {
            eprintln!("repetition {}: {}", repetition + 1, cell.name());
            bench.fill(cell, repetition, effort).await?;
        }
    }
    let process = bench.process.clone();
    bench.stop()?;
    Ok(Report { machine, load_after: machine::load(), effort: effort.into(), process, cells })
}

/// Loads one server; its process is named, so that a profiler can look at it.
pub(crate) async fn one(
    program: &Path,
    postgres: bool,
    connections: usize,
    length: Duration,
) -> Outcome<Cell> {
    let cluster = postgres.then(|| Cluster::start(Durability::Durable)).transpose()?;
    let database = cluster.as_ref().map(|cluster| database(cluster, "product")).transpose()?;
    let folder = tempfile::Builder::new().prefix("sluicegate-bench-").tempdir();
    let folder = folder.context("cannot create a folder")?;
    let data = folder.path().join("data");
    let launch = Launch { program: program.to_path_buf(), data, database, single: false };
    let server = launch.start().await?;
    let mut world = World::build(server.port, &launch.administrator()?, PRODUCTS).await?;
    eprintln!("loading process {} for {} s", server.processor().0, length.as_secs());
    let (port, token, name) = (server.port, world.manager.clone(), "load".to_owned());
    let plan = Plan { port, token, connections, warm_up: Duration::ZERO, length, name };
    let sample = load::run(&plan, server.processor(), &mut world.products).await?;
    server.stop()?;
    let subject = Subject::Product { stand: 0, connections };
    let mut cell =
        Cell::new(if postgres { "PostgreSQL" } else { "SQLite" }, "REST", connections, subject);
    cell.add(&sample);
    Ok(cell)
}

fn same_disk(one: &Path, other: &Path) -> Outcome {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| path.metadata().map(|meta| meta.dev()).context(path.display());
    if device(one)? == device(other)? {
        return Ok(());
    }
    let (one, other) = (one.display(), other.display());
    Err(Failure::new(format!("{one} and {other} are on different disks; set TMPDIR")))
}

/// What a cell measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// SQLite alone, so many commands in each commit.
    RawSqlite(u64),
    /// The same over many rows.
    LargeSqlite(u64),
    /// PostgreSQL alone, one statement for each command, so many clients.
    RawPostgres(usize),
    /// The product through REST.
    Product { stand: usize, connections: usize },
}

/// A server with its world.
struct Stand {
    server: Server,
    world: World,
    database: &'static str,
    single: bool,
}

struct Bench {
    sqlite: Sqlite,
    large: Sqlite,
    postgres: Pgbench,
    stands: Vec<Stand>,
    process: Process,
    /// Removed when everything in it has ended.
    folder: TempDir,
}

impl Bench {
    async fn prepare(program: &Path, folder: TempDir, cluster: &Cluster) -> Outcome<Self> {
        let at = folder.path();
        let sqlite = Sqlite::prepare(at, ROWS)?;
        let large = Sqlite::prepare(at, MANY_ROWS)?;
        let postgres = Pgbench::prepare(cluster, at)?;
        let process = Process::of(size(program)?);
        let mut bench = Self { sqlite, large, postgres, stands: Vec::new(), process, folder };
        let at = bench.folder.path().to_path_buf();
        for single in [false, true] {
            let word = if single { "single" } else { "batch" };
            let launch = |data: PathBuf, database| {
                let program = program.to_path_buf();
                Launch { program, data, database, single }
            };
            let file = launch(at.join(format!("sqlite-{word}")), None);
            let url = database(cluster, &format!("product_{word}"))?;
            let server = launch(at.join(format!("postgres-{word}")), Some(url));
            bench.stand("SQLite", &file).await?;
            bench.stand("PostgreSQL", &server).await?;
        }
        Ok(bench)
    }

    /// Starts a server, twice so that the second start finds a database, and makes its world.
    async fn stand(&mut self, database: &'static str, launch: &Launch) -> Outcome {
        eprintln!("setting up {database}, {PRODUCTS} products");
        let first = launch.start().await?;
        let administrator = launch.administrator()?;
        let at_rest = if launch.single { None } else { Some(first.at_rest().await) };
        let empty = first.first_answer;
        first.stop()?;
        let server = launch.start().await?;
        if let Some(memory) = at_rest {
            self.process.note(database, memory, empty, server.first_answer);
        }
        let world = World::build(server.port, &administrator, PRODUCTS).await?;
        self.stands.push(Stand { server, world, database, single: launch.single });
        Ok(())
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            Cell::new("SQLite", "alone, 1 command a commit", 1, Subject::RawSqlite(1)),
            Cell::new("SQLite", "alone, 64 commands a commit", 1, Subject::RawSqlite(64)),
            Cell::new("SQLite", "alone, the same, 100,000 rows", 1, Subject::LargeSqlite(64)),
        ];
        for clients in CONNECTIONS {
            let what = "alone, one statement a command";
            cells.push(Cell::new("PostgreSQL", what, clients, Subject::RawPostgres(clients)));
        }
        for (stand, Stand { database, single, .. }) in self.stands.iter().enumerate() {
            let what = if *single { "REST, one transaction a request" } else { "REST" };
            let counts = if *single { &[MOST][..] } else { &CONNECTIONS[..] };
            for &connections in counts {
                let subject = Subject::Product { stand, connections };
                cells.push(Cell::new(database, what, connections, subject));
            }
        }
        // The databases side by side, as they are compared.
        cells.sort_by_key(|cell| cell.database == "PostgreSQL");
        cells
    }

    async fn fill(&mut self, cell: &mut Cell, repetition: usize, effort: Effort) -> Outcome {
        let sample = match cell.subject {
            Subject::RawSqlite(in_a_commit) => {
                Sample::of_rate(self.sqlite.run(in_a_commit, effort.length)?)
            }
            Subject::LargeSqlite(in_a_commit) => {
                Sample::of_rate(self.large.run(in_a_commit, effort.length)?)
            }
            Subject::RawPostgres(clients) => {
                Sample::of_rate(self.postgres.run(clients, effort.length)?)
            }
            Subject::Product { stand, connections } => {
                let stand = &mut self.stands[stand];
                let (warm_up, length) = (effort.warm_up, effort.length);
                let (port, token) = (stand.server.port, stand.world.manager.clone());
                let name = format!("load-{repetition}-{connections}");
                let plan = Plan { port, token, connections, warm_up, length, name };
                load::run(&plan, stand.server.processor(), &mut stand.world.products).await?
            }
        };
        cell.add(&sample);
        Ok(())
    }

    /// Ends the servers, as an operator would.
    fn stop(self) -> Outcome {
        for stand in self.stands {
            stand.server.stop()?;
        }
        Ok(())
    }
}
