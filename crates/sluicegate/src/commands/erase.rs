//! `sluicegate erase`: personal data, forgotten on request.

use std::{fs, io, path::Path};

use serde_json::json;
use sluicegate_app::{
    App, AppError, Kind, Request,
    view::{ErasedThing, ErasureLine},
};
use sluicegate_core::{digest::Digest, organisation::Command};

use super::{people, read, request};
use crate::{
    cli::{Erase, Why},
    failure::{Failure, Result},
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Erase, output: Output) -> Result<()> {
    let (what, why) = match command {
        Erase::Person { person, why } => {
            (ErasedThing::Person(people::find(app, &person).await?), why)
        }
        Erase::Content { digest, why } => (ErasedThing::Content(read("digest", &digest)?), why),
        Erase::Attachment { digest, why } => {
            (ErasedThing::Attachment(read("digest", &digest)?), why)
        }
        Erase::List => return list(app, output).await,
        Erase::Again { file } => return again(app, &file, output).await,
    };
    let done = erase(app, what, &why).await?;
    if !why.dry_run {
        app.follow_erasures().await?;
    }
    let shown = json!({ "erased": what, "before": done == Done::Before, "dry_run": why.dry_run });
    output.show(&shown, |_| match done {
        Done::Before => format!("{} was erased before\n", name(what)),
        Done::Now if why.dry_run => format!("{} would be erased\n", name(what)),
        Done::Now => format!("{} is erased\n", name(what)),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Now,
    Before,
}

async fn erase(app: &App, what: ErasedThing, why: &Why) -> Result<Done, AppError> {
    let mut sealer = app.sealer();
    let reason: Digest = sealer.text(why.reason.trim());
    let command = match what {
        ErasedThing::Person(person) => Command::ErasePerson { person, reason },
        ErasedThing::Content(content) => Command::EraseContent { content, reason },
        ErasedThing::Attachment(attachment) => Command::EraseAttachment { attachment, reason },
    };
    let (contents, dry_run) = (sealer.contents(), why.dry_run);
    let done = app.administer(Request { contents, dry_run, ..request(command) }).await?;
    Ok(if done.events.is_empty() { Done::Before } else { Done::Now })
}

async fn list(app: &App, output: Output) -> Result<()> {
    let lines = app.erasures().await?;
    output.show(&lines, |lines| {
        let row = |line: &ErasureLine| {
            let reason = line.reason.clone().unwrap_or_default();
            [line.at.to_rfc3339(), line.by.to_string(), name(line.what), reason]
        };
        table(["AT", "BY", "WHAT", "REASON"], &lines.iter().map(row).collect::<Vec<_>>())
    })
}

/// What is not there in the restored database needs no erasure.
async fn again(app: &App, file: &Path, output: Output) -> Result<()> {
    let unreadable = |error: io::Error| Failure::usage(format!("{}: {error}", file.display()));
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin()).map_err(unreadable)?
    } else {
        fs::read_to_string(file).map_err(unreadable)?
    };
    let lines: Vec<ErasureLine> = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    let mut told = Vec::new();
    for line in lines {
        let reason = line.reason.unwrap_or_else(|| "Erased before a restore".to_owned());
        close(app, line.what).await?;
        let became = match erase(app, line.what, &Why { reason, dry_run: false }).await {
            Ok(Done::Now) => "erased",
            Ok(Done::Before) => "erased before",
            Err(error) if error.kind() == Kind::NotFound => "not there",
            Err(error) => return Err(error.into()),
        };
        told.push(json!({ "what": name(line.what), "became": became }));
    }
    app.follow_erasures().await?;
    output.show(&told, |told| {
        let line = |one: &serde_json::Value| {
            let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
            format!("{}: {}\n", text("what"), text("became"))
        };
        told.iter().map(line).collect()
    })
}

/// In an older backup the account of an erased person may still be open.
async fn close(app: &App, what: ErasedThing) -> Result<()> {
    let ErasedThing::Person(person) = what else { return Ok(()) };
    let found = app.person(&app.operator().await?, person).await;
    if found.is_ok_and(|found| found.active) {
        app.administer(request(Command::DeactivatePerson { person })).await?;
    }
    Ok(())
}

fn name(what: ErasedThing) -> String {
    match what {
        ErasedThing::Person(person) => person.to_string(),
        ErasedThing::Content(digest) => format!("content {digest}"),
        ErasedThing::Attachment(digest) => format!("attachment {digest}"),
    }
}
