//! `cargo xtask explain`: what each list of products costs, on both databases.

use crate::cluster::{Cluster, Durability};
use crate::process::{Outcome, cargo, root, run as run_program};

const EXAMPLES: &str = "\
Examples:
  cargo xtask explain                      ten thousand products, a minute once it is built
  cargo xtask explain --products 1000000   as many as a large house has; most of an hour
  cargo xtask explain --database sqlite    on one of the two databases

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
    /// Only on this one
    #[arg(long)]
    database: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

pub fn run(args: &Args) -> Outcome {
    if args.database != Some(Kind::Postgres) {
        lists(args, None)?;
    }
    if args.database == Some(Kind::Sqlite) {
        return Ok(());
    }
    let cluster = Cluster::start(Durability::Tests)?;
    lists(args, Some(cluster.url()))
}

fn lists(args: &Args, cluster: Option<&str>) -> Outcome {
    let mut command = cargo();
    let example = ["run", "--release", "-p", "sluicegate-store", "--features", "testing"];
    command.args(example).args(["--example", "lists", "--"]);
    command.args([args.products.to_string(), args.pages.to_string()]).args(cluster);
    run_program(command.current_dir(root()?))
}
