//! `cargo xtask new-migration NAME`: the next migration, in both folders.

use crate::migrations::Migrations;
use crate::process::{Outcome, root};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What it does, for example `add_hold_reason`
    name: String,
}

pub fn run(args: &Args) -> Outcome {
    let root = root()?;
    for file in Migrations::read(&root)?.create(&args.name)? {
        println!("{}", file.strip_prefix(&root).unwrap_or(&file).display());
    }
    println!("Write both, then freeze them with: cargo xtask generate");
    Ok(())
}
