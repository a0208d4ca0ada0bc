//! `cargo xtask walk`: the random walk over the rules, as far as a night allows.

use crate::process::{Outcome, cargo, root, run as run_command};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many commands to try; the tests try 20,000
    #[arg(long, default_value_t = 1_000_000)]
    steps: u64,
    /// Where to start; a failure names the seed that leads to it again
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(args: &Args) -> Outcome {
    let mut command = cargo();
    command.args(["test", "--release", "-p", "sluicegate-core", "--test", "rules"]);
    command.args(["--", "--exact", "invariants::walk", "--nocapture"]);
    command.env("SLUICEGATE_STEPS", args.steps.to_string());
    command.env("SLUICEGATE_SEED", args.seed.to_string());
    run_command(command.current_dir(root()?))
}
