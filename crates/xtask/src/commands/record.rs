//! `cargo xtask record`: what the record costs, and how fast it is checked.

use crate::cluster::{Cluster, Durability};
use crate::commands::test::POSTGRES_VARIABLE;
use crate::process::{Outcome, cargo, root, run as run_program};

const EXAMPLES: &str = "\
Examples:
  cargo xtask record                      a minute once it is built
  cargo xtask record --events 10000000    a file as a large house has after years

It says how fast commands are with and without the Merkle tree, in turns on one database, and how fast
an exported file is checked beside plain SHA-256 over its bytes.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Commands in each of 15 rounds
    #[arg(long, default_value_t = 1000)]
    commands: u64,
    /// Events in the file that is checked
    #[arg(long, default_value_t = 200_000)]
    events: u64,
}

pub fn run(args: &Args) -> Outcome {
    let cluster = Cluster::start(Durability::Durable)?;
    let mut command = cargo();
    command.args(["run", "--release", "-p", "sluicegate-app", "--example", "record", "--"]);
    command.args([args.commands.to_string(), args.events.to_string()]);
    command.env(POSTGRES_VARIABLE, cluster.url());
    run_program(command.current_dir(root()?))
}
