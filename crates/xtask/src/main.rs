//! `cargo xtask`: one command for each chore of this repository.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::commands::{ci, dev, generate, new_migration, test, tidy, walk};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of this repository", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask ci                                  everything that must pass before a merge
  cargo xtask test -- -p sluicegate-store         the tests of one crate, with PostgreSQL";

#[derive(Subcommand)]
enum Command {
    /// Run every check, fastest first, and stop at the first failure
    Ci,
    /// Run the tests with a private PostgreSQL and a browser
    Test(test::Args),
    /// Check what the compiler does not: crate edges, licences, file sizes, links
    Tidy,
    /// Write the generated files again
    Generate(generate::Args),
    /// Create the next migration in both folders
    NewMigration(new_migration::Args),
    /// Walk the rules at random, for as long as a night allows
    Walk(walk::Args),
    /// Build and run the server; do both again when a source file changes
    Dev(dev::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Ci => ci::run(),
        Command::Test(args) => test::run(&args),
        Command::Tidy => tidy::run(),
        Command::Generate(args) => generate::run(&args),
        Command::NewMigration(args) => new_migration::run(&args),
        Command::Walk(args) => walk::run(&args),
        Command::Dev(args) => dev::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_told() {
                eprintln!("error: {failure}");
            }
            ExitCode::FAILURE
        }
    }
}
