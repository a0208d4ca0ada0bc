//! `cargo xtask bench`: how fast the product is, beside what the databases can do alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture, cargo, root, run as run_program};

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench --quick              about three minutes, once everything is built
  cargo xtask bench --dist               the binary as it is shipped; its build takes long
  cargo xtask bench --json figures.json  longer and steadier, and the figures for a program

What is measured, and how to read it: docs/performance.md";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Shorter, and less exact
    #[arg(long)]
    quick: bool,
    /// Build the server as it is shipped, not as `cargo run --release` does
    #[arg(long)]
    dist: bool,
    /// Write the figures to this file too
    #[arg(long)]
    json: Option<PathBuf>,
}

pub fn run(args: &Args) -> Outcome {
    let profile = if args.dist { Profile::Dist } else { Profile::Release };
    let built = Built::of(profile)?;
    let mut command = built.bench();
    command.arg("measure");
    if args.quick {
        command.arg("--quick");
    }
    if let Some(file) = &args.json {
        command.arg("--json").arg(file);
    }
    run_program(&mut command)
}

/// How the programs are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    Dist,
    Release,
    Debug,
}

/// The server, and the program that loads it.
pub(super) struct Built {
    server: PathBuf,
    bench: PathBuf,
}

impl Built {
    /// Builds both.
    pub(super) fn of(profile: Profile) -> Outcome<Self> {
        let root = root()?;
        let build = |args: &[&str]| {
            let mut command = cargo();
            run_program(command.arg("build").args(args).current_dir(&root))
        };
        // One after the other: together they would share the features of their crates, and the
        // server would not be the one that users build.
        let target = target(&root)?;
        let optimised = |profile: &str| {
            build(&["--profile", profile, "-p", "sluicegate"])?;
            build(&["--release", "-p", "sluicegate-bench"])?;
            let bench = target.join("release/sluicegate-bench");
            Ok(Self { server: target.join(profile).join("sluicegate"), bench })
        };
        match profile {
            Profile::Dist => optimised("dist"),
            Profile::Release => optimised("release"),
            Profile::Debug => {
                // As the tests build it, so that after them nothing is left to do.
                build(&["--workspace", "--bins"])?;
                let folder = target.join("debug");
                let [server, bench] = ["sluicegate", "sluicegate-bench"].map(|it| folder.join(it));
                Ok(Self { server, bench })
            }
        }
    }

    /// The program that loads the server; its subcommand is still missing.
    pub(super) fn bench(&self) -> Command {
        let mut command = Command::new(&self.bench);
        command.arg("--program").arg(&self.server);
        command
    }
}

/// Cargo's target folder, which may be anywhere.
fn target(root: &Path) -> Outcome<PathBuf> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root);
    let metadata = cargo_metadata::MetadataCommand::parse(capture(&mut command)?);
    let metadata = metadata.map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    Ok(metadata.target_directory.into_std_path_buf())
}
