//! `cargo xtask fuzz-api`: requests that nobody should send, made from the API's own document.

use std::fmt;

use crate::cluster::{Cluster, Durability};
use crate::process::{Outcome, cargo, root, run as run_program};

/// Where the fuzzer reads how long and from which seed; see `tests/fuzz_api/main.rs`.
const REQUESTS_VARIABLE: &str = "SLUICEGATE_FUZZ_REQUESTS";
const SEED_VARIABLE: &str = "SLUICEGATE_FUZZ_SEED";
/// Where it finds PostgreSQL.
const POSTGRES_VARIABLE: &str = "SLUICEGATE_TEST_POSTGRES";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// So many requests to each database
    #[arg(long, default_value_t = 20_000)]
    requests: u64,
    /// The same seed gives the same requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which database is under the API
    #[arg(long, value_enum, default_value_t = Databases::Both)]
    database: Databases,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Databases {
    Sqlite,
    Postgres,
    Both,
}

impl fmt::Display for Databases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Both => "both",
        })
    }
}

pub fn run(args: &Args) -> Outcome {
    let cluster = match args.database {
        Databases::Sqlite => None,
        Databases::Postgres | Databases::Both => Some(Cluster::start(Durability::Tests)?),
    };
    let mut command = cargo();
    command.args(["test", "-p", "sluicegate-tests", "--test", "fuzz_api", "--"]);
    command.args(["--nocapture", "--test-threads", "1"]);
    if args.database != Databases::Both {
        command.arg(args.database.to_string());
    }
    if let Some(cluster) = &cluster {
        command.env(POSTGRES_VARIABLE, cluster.url());
    }
    command.env(REQUESTS_VARIABLE, args.requests.to_string());
    command.env(SEED_VARIABLE, args.seed.to_string()).current_dir(root()?);
    run_program(&mut command)
}
