//! `crash`: kills the server in the middle of a load, again and again, and looks what is left.
//!
//! After each crash the commands without an answer are asked again under their old keys. Then every
//! command that was ever acknowledged must be in the log exactly once, at the place that its answer
//! named, and `sluicegate verify` must find nothing.

mod chance;
mod driver;
mod ledger;
mod round;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use tempfile::TempDir;
use xtask::cluster::{Cluster, Durability};
use xtask::process::{Context, Failure, Outcome, capture};

use self::{chance::Chance, round::Trial};
use crate::{raw::database, server::Launch};

/// Which database is crashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    Sqlite,
    Postgres,
    Both,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) program: PathBuf,
    pub(crate) rounds: usize,
    pub(crate) which: Which,
    /// Draws the moments; the same seed gives the same moments.
    pub(crate) seed: Option<u64>,
}

pub(crate) async fn crash(wish: &Wish) -> Outcome {
    let seed = wish.seed.unwrap_or_else(Chance::any_seed);
    println!("seed {seed}");
    if wish.which != Which::Postgres {
        one(wish, seed, None).await?;
    }
    if wish.which != Which::Sqlite {
        one(wish, seed, Some(Cluster::start(Durability::Durable)?)).await?;
    }
    Ok(())
}

async fn one(wish: &Wish, seed: u64, cluster: Option<Cluster>) -> Outcome {
    let name = if cluster.is_some() { "postgres" } else { "sqlite" };
    let folder = tempfile::Builder::new().prefix("sluicegate-crash-").tempdir();
    let folder = folder.context("cannot create a folder")?;
    let data = folder.path().join(name);
    let database = cluster.as_ref().map(|cluster| database(cluster, "crashed")).transpose()?;
    let launch = Launch { program: wish.program.clone(), data, database, single: false };
    let mut trial = Trial::begin(launch, cluster, Chance::new(seed)).await?;
    match trial.run(wish.rounds).await {
        Ok(summary) => {
            println!("{name}: {summary}");
            Ok(())
        }
        Err(failure) => {
            let kept = keep(folder, trial.end());
            let again = format!(
                "cargo xtask crash-test --database {name} --rounds {} --seed {seed}",
                wish.rounds
            );
            let text = format!("{name}: {failure}\n  what is left: {kept}\n  again: {again}");
            Err(Failure::new(text))
        }
    }
}

/// Keeps everything for whoever looks for the cause, with PostgreSQL's own files.
fn keep(folder: TempDir, cluster: Option<Cluster>) -> String {
    let folder = folder.keep();
    if let Some(cluster) = cluster
        && let Err(failure) = copy(cluster, &folder)
    {
        eprintln!("error: {failure}");
    }
    folder.display().to_string()
}

fn copy(mut cluster: Cluster, to: &Path) -> Outcome {
    // As it is now: a clean stop would change what there is to see.
    drop(cluster.crash());
    capture(Command::new("cp").arg("-a").arg(cluster.folder()).arg(to.join("cluster"))).map(drop)
}
