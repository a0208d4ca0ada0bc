//! `cargo xtask ci`: everything that must pass before a merge, fastest first.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::crash_test;
use super::generate::{Mode, generate};
use super::test::{Totals, run_tests};
use crate::migrations::Migrations;
use crate::process::{Failure, Outcome, capture, cargo, root, run as run_program};
use crate::tidy;

/// One step; only the tests add to the totals.
struct Step {
    name: &'static str,
    run: fn(&Path, &mut Totals) -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "toolchain", run: |_, _| toolchain() },
    Step { name: "format", run: |root, _| in_root(root, &["fmt", "--all", "--check"]) },
    Step { name: "migrations", run: |root, _| migrations(root) },
    Step { name: "tidy", run: |root, _| tidy::check(root) },
    Step {
        name: "clippy",
        run: |root, _| {
            let args = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            in_root(root, &args)
        },
    },
    Step { name: "docs", run: |root, _| docs(root) },
    Step { name: "generated files", run: |root, _| generate(root, Mode::Check) },
    Step { name: "tests", run: |_, totals| run_tests(&[], totals) },
    Step { name: "crashes", run: |_, _| crash_test::run_short() },
];

/// The tools that a minimal toolchain lacks.
const COMPONENTS: [(&str, &str); 2] = [("fmt", "rustfmt"), ("clippy", "clippy")];

pub fn run() -> Outcome {
    let root = root()?;
    let mut totals = Totals::default();
    let mut done: Vec<(&str, Duration)> = Vec::new();
    let mut failed = None;
    for step in STEPS {
        println!("\n== {} ==", step.name);
        let start = Instant::now();
        let outcome = (step.run)(&root, &mut totals);
        done.push((step.name, start.elapsed()));
        if let Err(failure) = outcome {
            eprintln!("error: {failure}");
            failed = Some(step.name);
            break;
        }
    }
    print!("{}", summary(&done, failed));
    if let Some(step) = failed {
        println!("\nci FAILED at: {step}");
    }
    // The last line, so that a person and a program find it without searching. No line is better
    // than one with zeros when no test ran.
    if done.len() == STEPS.len() {
        println!("{totals}");
    }
    failed.map_or(Ok(()), |_| Err(Failure::already_told()))
}

fn summary(done: &[(&str, Duration)], failed: Option<&str>) -> String {
    let mut table = String::from("\nstep               result    seconds\n");
    for (name, duration) in done {
        let result = if failed == Some(*name) { "FAILED" } else { "ok" };
        let seconds = duration.as_secs_f64();
        let _ = writeln!(table, "{name:<18} {result:<8} {seconds:>8.1}");
    }
    for step in STEPS.iter().skip(done.len()) {
        let _ = writeln!(table, "{:<18} not run", step.name);
    }
    table
}

fn in_root(root: &Path, args: &[&str]) -> Outcome {
    run_program(cargo().args(args).current_dir(root))
}

/// Formatting and lints need two tools that not every toolchain has.
fn toolchain() -> Outcome {
    for (subcommand, component) in COMPONENTS {
        if capture(cargo().args([subcommand, "--version"])).is_ok() {
            continue;
        }
        println!("{component} is missing; adding it with rustup");
        let added = run_program(Command::new("rustup").args(["component", "add", component]));
        added.map_err(|failure| {
            Failure::new(format!("{failure}\n  install it: rustup component add {component}"))
        })?;
    }
    println!("{}", capture(cargo().arg("--version"))?.trim());
    Ok(())
}

fn docs(root: &Path) -> Outcome {
    let mut command = cargo();
    command.args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-Dwarnings");
    run_program(command.current_dir(root))
}

fn migrations(root: &Path) -> Outcome {
    let migrations = Migrations::read(root)?;
    let problems = migrations.frozen_problems()?;
    if problems.is_empty() {
        println!("migrations: {} pairs, none changed after it was listed", migrations.count());
        return Ok(());
    }
    Err(Failure::new(problems.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_the_failed_step_and_those_that_did_not_run() {
        let done = [("toolchain", Duration::from_millis(1500)), ("format", Duration::ZERO)];
        let table = summary(&done, Some("format"));
        assert!(table.contains("toolchain          ok            1.5"), "{table}");
        assert!(table.contains("format             FAILED"), "{table}");
        assert!(table.contains("tests              not run"), "{table}");
    }

    #[test]
    fn a_changed_migration_stops_ci() {
        let root = tempfile::tempdir().unwrap();
        let created = Migrations::read(root.path()).unwrap().create("init").unwrap();
        Migrations::read(root.path()).unwrap().list_new(true).unwrap();
        assert!(migrations(root.path()).is_ok());
        std::fs::write(&created[0], "changed").unwrap();
        assert!(migrations(root.path()).unwrap_err().to_string().contains("0001_init.sql changed"));
    }
}
