//! The definition language: from a YAML file to a checked, immutable [`Definition`].

pub mod calendar;
mod canonical;
pub mod diagnostic;
pub mod env;
pub mod form;
pub mod graph;
pub mod holidays;
mod model;
mod node;
mod read;
pub mod render;
mod resolve;
mod schema;
mod source;
pub mod span;

pub use diagnostic::Diagnostic;
pub use model::*;
pub use schema::language_schema;

use chrono::NaiveDate;
use diagnostic::{Problems, Severity};
use read::Read as _;

/// What a file is worth: its definition, unless it cannot be evaluated, and all that was noticed.
#[derive(Debug)]
pub struct Checked {
    pub definition: Option<Definition>,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a workflow file and reports all of its problems.
pub fn check(source: &str) -> Checked {
    checked(source, None)
}

/// Checks a workflow file and reports all of its problems, those included that depend on the day:
/// how long the holidays of its countries are known yet.
pub fn check_on(source: &str, today: NaiveDate) -> Checked {
    checked(source, Some(today))
}

fn checked(source: &str, today: Option<NaiveDate>) -> Checked {
    let mut problems = Problems::default();
    let definition = node::parse(source, &mut problems)
        .and_then(|node| source::Workflow::read(&node, &mut problems))
        .and_then(|workflow| {
            let definition = resolve::resolve(&workflow, source, &mut problems)?;
            if let (Some(today), Some(calendar)) = (today, &workflow.calendar) {
                resolve::warn_of_end(calendar, &definition.calendar, today, &mut problems);
            }
            Some(definition)
        })
        .map(Definition::sealed);
    Checked { definition, diagnostics: problems.finish(source) }
}

/// Loads a workflow file that is to go into use.
///
/// # Errors
/// All problems of the file, warnings included, when one of them is an error.
pub fn load(source: &str) -> Result<Definition, Vec<Diagnostic>> {
    accepted(check(source), |found| found.severity == Severity::Error)
}

/// Reads a file back that has been published. What was good enough then is read for ever, so
/// only what an evaluation needs is asked for: see [`diagnostic::SOUNDNESS`].
///
/// # Errors
/// All problems of the file, when one of them is structural.
pub fn reload(source: &str) -> Result<Definition, Vec<Diagnostic>> {
    accepted(check(source), Diagnostic::is_structural)
}

fn accepted(
    checked: Checked,
    fatal: impl Fn(&Diagnostic) -> bool,
) -> Result<Definition, Vec<Diagnostic>> {
    let Checked { definition, diagnostics } = checked;
    let broken = diagnostics.iter().any(fatal);
    definition.filter(|_| !broken).ok_or(diagnostics)
}

#[cfg(test)]
mod tests;
