//! Checks what the compiler does not. Each check returns its problems, one line for each.

mod edges;
mod files;
mod licences;
mod links;
pub mod rules;
mod versions;
mod workspace;

use std::path::Path;

use crate::migrations::Migrations;
use crate::process::{Failure, Outcome};

/// Runs every check and fails with all problems at once.
pub fn check(root: &Path) -> Outcome {
    let workspace = workspace::Workspace::read(root)?;
    let files = files::tracked(root)?;
    let texts = files::read(root, &files);
    let migrations = Migrations::read(root)?;

    let mut problems = edges::problems(&workspace, rules::CRATES, rules::ONLY);
    problems.extend(versions::problems(&workspace.locked, rules::BANNED, rules::HELD));
    problems.extend(licences::problems(&workspace, rules::LICENCES));
    problems.extend(files::length_problems(&texts, rules::LONGEST_FILE));
    problems.extend(files::word_problems(&texts, &files::forbidden_words(root)));
    problems.extend(links::problems(root, &texts));
    problems.extend(migrations.pairing_problems());

    if problems.is_empty() {
        println!(
            "tidy: {} packages, {} files and {} migrations are in order",
            workspace.packages.len(),
            files.len(),
            migrations.count()
        );
        return Ok(());
    }
    for problem in &problems {
        eprintln!("  {problem}");
    }
    Err(Failure::new(format!("tidy found {} problem(s), listed above", problems.len())))
}
