//! `sluicegate check`: every problem of workflow files, as a compiler prints them.

use std::{
    io::{IsTerminal as _, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use sluicegate_core::definition::{
    self,
    render::{Report, Style, render},
};

use crate::{
    failure::{FAILED_CHECK, Failure, Result},
    open::today,
    output::{Output, write},
};

pub(super) fn run(files: &[PathBuf], output: Output) -> Result<ExitCode> {
    let style = if std::io::stdout().is_terminal() { Style::Coloured } else { Style::Plain };
    let (mut errors, mut reports) = (0, Vec::new());
    for file in files {
        let source = source(file)?;
        let name = file.display().to_string();
        let diagnostics = definition::check_on(&source, today()).diagnostics;
        let report = Report::new(&name, &diagnostics);
        errors += report.errors;
        if output.json {
            reports.push(serde_json::to_value(report).map_err(Failure::usage)?);
        } else {
            write(&render(&name, &source, &diagnostics, style))?;
        }
    }
    if output.json {
        write(&super::pretty(&reports)?)?;
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(FAILED_CHECK) })
}

/// The same, and silent for programs when nothing is wrong: they are told something else.
pub(super) fn faultless(files: &[PathBuf], output: Output) -> Result<ExitCode> {
    let mut errors = 0;
    for file in files {
        let found = definition::check_on(&source(file)?, today()).diagnostics;
        errors += Report::new(&file.display().to_string(), &found).errors;
    }
    if errors == 0 && output.json { Ok(ExitCode::SUCCESS) } else { run(files, output) }
}

/// The text of a file, or of standard input.
pub(super) fn source(file: &Path) -> Result<String> {
    let read = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let name = file.display();
    let bytes = read.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let (line, column, byte) = not_utf8(error.as_bytes(), error.utf8_error().valid_up_to());
        Failure::usage(format!(
            "{name}:{line}:{column}: the byte {byte:#04x} is not UTF-8: save the file as UTF-8"
        ))
    })
}

/// Line, column in characters and value of the first byte that is not UTF-8.
fn not_utf8(bytes: &[u8], at: usize) -> (usize, usize, u8) {
    let before = String::from_utf8_lossy(&bytes[..at]);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1, bytes[at])
}
