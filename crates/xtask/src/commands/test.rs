//! `cargo xtask test`: the tests, with everything that they need.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::cluster::{Cluster, Durability};
use crate::process::{Context, Failure, Outcome, cargo, root, shown};
use crate::provision::{ensure_chromium, ensure_readers_tools};

/// Where tests find the server; `sluicegate_testkit::postgres_url` reads it.
pub(super) const POSTGRES_VARIABLE: &str = "SLUICEGATE_TEST_POSTGRES";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Passed on to `cargo test`, for example `-p sluicegate-store append -- --nocapture`
    #[arg(last = true)]
    cargo_args: Vec<String>,
}

/// How many tests ran, summed over all test programs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub passed: u64,
    pub failed: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

pub fn run(args: &Args) -> Outcome {
    let mut totals = Totals::default();
    if let Err(failure) = run_tests(&args.cargo_args, &mut totals) {
        eprintln!("error: {failure}");
        println!("{totals}");
        return Err(Failure::already_told());
    }
    println!("{totals}");
    Ok(())
}

/// Starts what the tests need, runs them, and counts as they go, so that a failure has totals too.
pub fn run_tests(cargo_args: &[String], totals: &mut Totals) -> Outcome {
    ensure_chromium()?;
    ensure_readers_tools()?;
    let cluster = Cluster::start(Durability::Tests)?;
    let mut command = cargo();
    command.arg("test").args(scope(cargo_args)).args(cargo_args);
    command.current_dir(root()?).env(POSTGRES_VARIABLE, cluster.url()).stdout(Stdio::piped());
    let mut tests = command.spawn().context("cannot start cargo test")?;
    if let Some(output) = tests.stdout.take() {
        count(BufReader::new(output), &mut std::io::stdout(), totals)?;
    }
    let status = tests.wait().context("cargo test")?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{} failed ({status})", shown(&command))))
}

/// The whole workspace to the end, unless the caller chose packages.
fn scope(cargo_args: &[String]) -> &'static [&'static str] {
    let is_choice = |arg: &String| arg.starts_with("-p") || arg.starts_with("--package");
    let for_cargo = cargo_args.iter().take_while(|arg| *arg != "--");
    if for_cargo.into_iter().any(is_choice) {
        &["--no-fail-fast"]
    } else {
        &["--workspace", "--no-fail-fast"]
    }
}

/// Passes the output on, byte by byte as it is, and adds up the results on the way.
fn count(mut output: impl BufRead, terminal: &mut impl Write, totals: &mut Totals) -> Outcome {
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).context("output of cargo test")? > 0 {
        terminal.write_all(&line).and_then(|()| terminal.flush()).context("standard output")?;
        if let Some((passed, failed)) = result_of(&String::from_utf8_lossy(&line)) {
            totals.passed += passed;
            totals.failed += failed;
        }
        line.clear();
    }
    Ok(())
}

/// Reads `test result: ok. 5 passed; 0 failed; 1 ignored; ...`.
fn result_of(line: &str) -> Option<(u64, u64)> {
    let counts = line.trim_end().strip_prefix("test result: ")?;
    let count_of = |word: &str| {
        let before = counts.split_once(word)?.0;
        before.split_whitespace().next_back()?.parse().ok()
    };
    Some((count_of(" passed;")?, count_of(" failed;")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_the_results_of_all_programs() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            the test result: none\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out\n";
        let mut totals = Totals::default();
        let mut terminal = Vec::new();
        count(output.as_bytes(), &mut terminal, &mut totals).unwrap();
        assert_eq!(terminal, output.as_bytes());
        assert_eq!(totals.to_string(), "15 passed, 2 failed");
    }

    #[test]
    fn chosen_packages_replace_the_workspace() {
        let args = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(scope(&args("append")), ["--workspace", "--no-fail-fast"]);
        assert_eq!(scope(&args("-p xtask")), ["--no-fail-fast"]);
        assert_eq!(scope(&args("append -- -p")), ["--workspace", "--no-fail-fast"]);
    }
}
