//! `cargo xtask generate`: files that a program writes, and the list of frozen migrations.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::migrations::Migrations;
use crate::process::{Context, Failure, Outcome, capture, cargo, root};

/// A file, and the command whose standard output it is.
#[derive(Debug)]
struct Generated {
    file: &'static str,
    command: &'static [&'static str],
}

/// Every generated file of the repository.
const GENERATED: &[Generated] = &[
    Generated {
        file: "docs/openapi.json",
        command: &["cargo", "run", "--quiet", "-p", "sluicegate", "--", "openapi"],
    },
    Generated {
        file: "workflows/schema.json",
        command: &["cargo", "run", "--quiet", "-p", "sluicegate", "--", "schema"],
    },
];

/// How many differing lines a failed check shows.
const SHOWN_DIFFERENCES: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    Check,
}

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Change nothing; fail when a file is not what its generator writes
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args) -> Outcome {
    let mode = if args.check { Mode::Check } else { Mode::Write };
    generate(&root()?, mode)
}

/// Writes or checks all generated files; a check names every stale one before it fails.
pub fn generate(root: &Path, mode: Mode) -> Outcome {
    let mut stale = bring_all(root, GENERATED, mode)?;
    let unlisted = Migrations::read(root)?.list_new(mode == Mode::Write)?;
    for name in &unlisted {
        match mode {
            Mode::Write => println!("migrations/CHECKSUMS: listed {name}"),
            Mode::Check => stale.push(format!("migrations/CHECKSUMS does not list {name}")),
        }
    }
    if stale.is_empty() {
        println!("generate: {} generated files and CHECKSUMS are current", GENERATED.len());
        return Ok(());
    }
    let trouble = stale.join("\n");
    Err(Failure::new(format!("{trouble}\n  mend it with: cargo xtask generate")))
}

fn bring_all(root: &Path, table: &[Generated], mode: Mode) -> Outcome<Vec<String>> {
    let mut stale = Vec::new();
    for entry in table {
        let fresh = capture(&mut command(entry.command, root)?)?;
        let path = root.join(entry.file);
        let stored = fs::read_to_string(&path).unwrap_or_default();
        if stored == fresh {
            continue;
        }
        if mode == Mode::Check {
            stale.push(format!("{} is stale\n{}", entry.file, difference(&stored, &fresh)));
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).context(folder.display())?;
        }
        fs::write(&path, fresh).context(path.display())?;
        println!("wrote {}", entry.file);
    }
    Ok(stale)
}

fn command(words: &[&str], root: &Path) -> Outcome<Command> {
    let Some((program, args)) = words.split_first() else {
        return Err(Failure::new("a generated file has an empty command"));
    };
    let mut command = if *program == "cargo" { cargo() } else { Command::new(program) };
    command.args(args).current_dir(root).stdin(Stdio::null());
    Ok(command)
}

/// The first lines that differ, place by place.
fn difference(stored: &str, fresh: &str) -> String {
    let (mut old, mut new) = (stored.lines(), fresh.lines());
    let mut shown = Vec::new();
    let mut number = 0;
    while shown.len() < SHOWN_DIFFERENCES {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => break,
            (before, after) if before == after => {}
            (before, after) => {
                let sign = |sign: char, line: Option<&str>| {
                    line.map(|line| format!("  {number}: {sign} {line}\n")).unwrap_or_default()
                };
                shown.push(sign('-', before) + &sign('+', after));
            }
        }
    }
    if shown.is_empty() {
        return "  only the line ends differ".to_owned();
    }
    shown.concat().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAKE: &[Generated] =
        &[Generated { file: "docs/fake.txt", command: &["printf", "one\\ntwo\\n"] }];

    #[test]
    fn writes_what_the_generator_prints_and_then_finds_it_current() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(bring_all(root.path(), FAKE, Mode::Check).unwrap().len(), 1);
        assert!(!root.path().join("docs").exists(), "a check writes nothing");
        bring_all(root.path(), FAKE, Mode::Write).unwrap();
        let written = fs::read_to_string(root.path().join("docs/fake.txt")).unwrap();
        assert_eq!(written, "one\ntwo\n");
        assert_eq!(bring_all(root.path(), FAKE, Mode::Check).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_stale_file_is_found_and_its_difference_shown() {
        let root = tempfile::tempdir().unwrap();
        bring_all(root.path(), FAKE, Mode::Write).unwrap();
        fs::write(root.path().join("docs/fake.txt"), "one\n2\n").unwrap();
        let stale = bring_all(root.path(), FAKE, Mode::Check).unwrap();
        assert_eq!(stale, ["docs/fake.txt is stale\n  2: - 2\n  2: + two"]);
    }

    #[test]
    fn a_generator_that_fails_leaves_the_file_alone() {
        let root = tempfile::tempdir().unwrap();
        let failing = [Generated { file: "fake.txt", command: &["false"] }];
        assert!(bring_all(root.path(), &failing, Mode::Write).is_err());
        assert!(!root.path().join("fake.txt").exists());
    }

    #[test]
    fn a_migration_that_is_not_listed_is_found() {
        let root = tempfile::tempdir().unwrap();
        Migrations::read(root.path()).unwrap().create("init").unwrap();
        let migrations = |mode| Migrations::read(root.path()).unwrap().list_new(mode).unwrap();
        assert_eq!(migrations(false).len(), 2);
        migrations(true);
        assert_eq!(migrations(false).len(), 0);
    }

    #[test]
    fn a_long_difference_is_cut() {
        let many = "x\n".repeat(100);
        assert_eq!(difference("", &many).lines().count(), SHOWN_DIFFERENCES);
        assert_eq!(difference("a\n", "a\r\n"), "  only the line ends differ");
    }
}
