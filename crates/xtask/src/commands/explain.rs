//! `cargo xtask explain`: what each list of products costs, on both databases.

use crate::cluster::{Cluster, Durability};
use crate::process::{Outcome, cargo, root, run as run_program};

const EXAMPLES: &str = "\
Examples:
  cargo xtask explain                      ten thousand products, a minute once it is built
  cargo xtask explain --products 1000000   as many as a large house has; several minutes

It fills databases of its own, which are gone at the end.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How many products to list
    #[arg(long, default_value_t = 10_000)]
    products: u64,
    /// Pages of each list
    #[arg(long, default_value_t = 20)]
    pages: u64,
}

pub fn run(args: &Args) -> Outcome {
    let cluster = Cluster::start(Durability::Tests)?;
    let mut command = cargo();
    let example = ["run", "--release", "-p", "sluicegate-store", "--features", "testing"];
    command.args(example).args(["--example", "lists", "--"]);
    command.args([args.products.to_string(), args.pages.to_string()]).arg(cluster.url());
    run_program(command.current_dir(root()?))
}
