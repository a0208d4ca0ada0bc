//! Measures the program and crashes it, from outside, as a user meets it: over HTTP.
//!
//! `cargo xtask bench` and `cargo xtask crash-test` build what is needed and start this.

mod client;
mod crash;
mod http;
mod load;
mod machine;
mod measure;
mod raw;
mod report;
mod server;
mod stats;
mod table;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use xtask::process::{Context, Outcome};

use crate::{
    crash::{Which, Wish, crash},
    measure::{Effort, measure},
};

#[derive(Parser)]
#[command(about = "Measures and crashes the server; see `cargo xtask bench --help`")]
struct Cli {
    /// The program under test
    #[arg(long)]
    program: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure commands a second beside the raw limits of the databases
    Measure {
        /// Shorter, and less exact
        #[arg(long)]
        quick: bool,
        /// Write the figures to this file too
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Load one server for a while, for a look at it with a profiler
    Load {
        /// On a private PostgreSQL; on SQLite when nothing is said
        #[arg(long)]
        postgres: bool,
        #[arg(long, default_value_t = 64)]
        connections: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Kill the server in the middle of a load, again and again, and compare what is left
    Crash {
        /// Crashes for each database
        #[arg(long, default_value_t = 200)]
        rounds: usize,
        #[arg(long, value_enum, default_value = "both")]
        database: Which,
        /// Draw the moments of an earlier run again
        #[arg(long)]
        seed: Option<u64>,
    },
}

/// One thread: the load generator shares the machine with what it measures.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> Outcome {
    match &cli.command {
        Command::Measure { quick, json } => {
            let effort = if *quick { Effort::QUICK } else { Effort::FULL };
            let report = measure(&cli.program, effort).await?;
            println!("{}", report.text());
            if let Some(file) = json {
                let text = serde_json::to_string_pretty(&report).context("the report")?;
                std::fs::write(file, text + "\n").context(file.display())?;
            }
            Ok(())
        }
        Command::Load { postgres, connections, seconds } => {
            let length = Duration::from_secs(*seconds);
            let cell = measure::one(&cli.program, *postgres, *connections, length).await?;
            println!("{}", cell.line());
            Ok(())
        }
        Command::Crash { rounds, database, seed } => {
            let (program, rounds, which, seed) = (cli.program.clone(), *rounds, *database, *seed);
            crash(&Wish { program, rounds, which, seed }).await
        }
    }
}
