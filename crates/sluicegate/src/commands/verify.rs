//! `sluicegate verify`: is what is stored what was decided?

use std::{io::IsTerminal as _, process::ExitCode};

use sluicegate_app::{App, Progress, VerifyReport};

use crate::{
    failure::{FAILED_CHECK, Result},
    output::Output,
};

pub(super) async fn run(app: &App, rebuild: bool, output: Output) -> Result<ExitCode> {
    if rebuild {
        app.rebuild_passages().await?;
    }
    let terminal = std::io::stderr().is_terminal();
    let report = app
        .verify(move |progress: Progress| {
            if terminal {
                let Progress { what, done, of } = progress;
                let of = if of == 0 { String::new() } else { format!(" of {of}") };
                eprint!("\r\x1b[K{what}: {done}{of}");
            }
        })
        .await;
    if terminal {
        eprint!("\r\x1b[K");
    }
    let report = report?;
    output.show(&report, told)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(FAILED_CHECK) })
}

fn told(report: &VerifyReport) -> String {
    let VerifyReport { events, products, entries, contents, attachments, root, differences } =
        report;
    let found: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let found = found.join("\n") + if found.is_empty() { "" } else { "\n" };
    let verdict = if differences.is_empty() { "clean" } else { "NOT clean" };
    format!(
        "{found}{verdict}: {events} events, {products} products, {entries} entries, {contents} contents, \
         {attachments} attachments\nroot of the log: {root}\n"
    )
}
