//! `cargo xtask`: one command for each chore of this repository.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::commands::{
    bench, ci, crash_test, dev, explain, fuzz_api, generate, new_migration, record, test, tidy,
    walk,
};

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
    /// Send requests that nobody should send, made from the API's own document
    FuzzApi(fuzz_api::Args),
    /// Create the next migration in both folders
    NewMigration(new_migration::Args),
    /// Walk the rules at random, for as long as a night allows
    Walk(walk::Args),
    /// Measure the server beside the raw limits of the databases
    Bench(bench::Args),
    /// Kill the server in the middle of a load, and check that nothing is lost
    CrashTest(crash_test::Args),
    /// Say what each list of products costs, and how the databases read it
    Explain(explain::Args),
    /// What the record costs, and how fast it is checked
    Record(record::Args),
    /// Build and run the server; do both again when a source file changes
    Dev(dev::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Ci => ci::run(),
        Command::Test(args) => test::run(&args),
        Command::Tidy => tidy::run(),
        Command::Generate(args) => generate::run(&args),
        Command::FuzzApi(args) => fuzz_api::run(&args),
        Command::NewMigration(args) => new_migration::run(&args),
        Command::Walk(args) => walk::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::CrashTest(args) => crash_test::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Record(args) => record::run(&args),
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
