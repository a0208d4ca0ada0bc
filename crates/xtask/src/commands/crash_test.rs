//! `cargo xtask crash-test`: kills the server in the middle of a load and looks what is left.

use clap::builder::PossibleValuesParser;

use super::bench::{Built, Profile};
use crate::process::{Outcome, run as run_program};

const EXAMPLES: &str = "\
Examples:
  cargo xtask crash-test                                   200 crashes on each database
  cargo xtask crash-test --database postgres --seed 4711   the moments of an earlier run again

A crash is SIGKILL. With PostgreSQL, about every third one hits the database server itself. Power
cuts are not tried: what a disk has confirmed is taken as written.";

/// In CI, for each database.
const SHORT: usize = 3;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Crashes for each database
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Which database
    #[arg(long, default_value = "both", value_parser = PossibleValuesParser::new(DATABASES))]
    database: String,
    /// Draw the moments of an earlier run again
    #[arg(long)]
    seed: Option<u64>,
    /// Crash the debug build
    #[arg(long)]
    debug: bool,
}

const DATABASES: [&str; 3] = ["sqlite", "postgres", "both"];

pub fn run(args: &Args) -> Outcome {
    let built = Built::of(if args.debug { Profile::Debug } else { Profile::Release })?;
    let mut command = built.bench();
    command.args(["crash", "--rounds", &args.rounds.to_string(), "--database", &args.database]);
    if let Some(seed) = args.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    run_program(&mut command)
}

/// The short form for CI: a few crashes of the build that the tests have made.
pub fn run_short() -> Outcome {
    run(&Args { rounds: SHORT, database: "both".to_owned(), seed: None, debug: true })
}
