//! `sluicegate publish`: a workflow file becomes a version that products can start with.

use std::path::Path;

use serde_json::json;
use sluicegate_app::{App, AppError, PublishWorkflow, Request};
use sluicegate_core::definition::render::{Style, render};

use super::{check::source, request};
use crate::{failure::Result, output::Output};

pub(super) async fn run(app: &App, file: &Path, dry_run: bool, output: Output) -> Result<()> {
    let source = source(file)?;
    let command = PublishWorkflow { source: source.clone() };
    let done = app.publish_workflow(Request { dry_run, ..request(command) }).await;
    let done = done.inspect_err(|error| {
        if let AppError::BadWorkflow(problems) = error {
            let name = file.display().to_string();
            eprint!("{}", render(&name, &source, problems, Style::Plain));
        }
    })?;
    let new = !done.events.is_empty();
    let Some((key, version)) = done.workflow else { return Ok(()) };
    let shown = json!({
        "workflow": key,
        "version": version.version,
        "digest": version.digest,
        "new": new,
        "dry_run": dry_run,
    });
    output.show(&shown, |_| {
        let what = match (new, dry_run) {
            (true, false) => "published",
            (true, true) => "would be published",
            (false, _) => {
                return format!(
                    "{key}: nothing new, the file means the same as version {}\n",
                    version.version
                );
            }
        };
        format!("{key} version {} {what}\n", version.version)
    })
}
