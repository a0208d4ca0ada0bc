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

/// The text of a file, or of standard input.
pub(super) fn source(file: &Path) -> Result<String> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}
