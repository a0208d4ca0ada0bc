//! `sluicegate audit`: the record as it leaves the house, and whether it is what was signed.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Read as _, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sluicegate_app::{App, ExportWish, Exported, Progress, Signed, Stream};
use sluicegate_core::audit::{Finding, KeyKind, PublicKey, Verified, Verifier, file::Scope};

use super::read;
use crate::{
    cli::{Audit, ExportArgs},
    config::Config,
    failure::{FAILED_CHECK, Failure, Result},
    keys,
    output::{Output, table},
};

/// Bytes that are read or written at once.
const BUFFER: usize = 1 << 20;
/// A longer line is no record of ours: an attachment is never in it, and a form is smaller.
const LONGEST: u64 = 256 << 20;

pub(super) async fn run(app: &App, command: Audit, output: Output) -> Result<()> {
    match command {
        Audit::Key => key(app, output).await,
        Audit::Checkpoint => checkpoint(app, output).await,
        Audit::Export { file, wish } => {
            let wish = wanted(&wish)?;
            export(app, &file, &wish, output).await
        }
        Audit::Prove { position, file } => {
            let wish = ExportWish { position: Some(position), ..ExportWish::default() };
            export(app, &file, &wish, output).await
        }
        Audit::Verify { .. } | Audit::Rotate => Ok(()),
    }
}

async fn key(app: &App, output: Output) -> Result<()> {
    sign(app).await?;
    let keys = app.record_keys().await?;
    let Some(last) = keys.last() else {
        return Err(Failure::unavailable("the record's key", "`sluicegate serve` makes it"));
    };
    output.show(last, |last| format!("{}\n", last.key))
}

/// The record goes on with another key. What was signed with the one before stays so.
pub(super) async fn rotate(config: &Config, app: &App, output: Output) -> Result<()> {
    let file = keys::file(config);
    sign(app).await?;
    let mut used = app.record_keys().await?;
    let Some(before) = used.pop() else {
        return Err(Failure::usage("the record has no key yet: `sluicegate serve` makes it"));
    };
    let before: PublicKey =
        before.key.parse().map_err(|error| Failure::unavailable("the record's key", error))?;
    let key = match keys::read(&file)? {
        Some(held) if *held.public() == before => keys::replace(&file, &before)?,
        Some(brought) => brought,
        None => keys::make_key(&file, before.name(), KeyKind::Note)?,
    };
    let brought = key.public().to_string();
    if used.iter().any(|key| key.key == brought) {
        let why = "this key was replaced before: take it away, or bring another one";
        return Err(Failure::usage(format!("{}: {why}", file.display())));
    }
    if key.public().name() != before.name() {
        let why = format!("a key of this record is named {}", before.name());
        return Err(Failure::usage(format!("{}: {why}", file.display())));
    }
    app.take_up_key(key.public()).await?;
    let keys = app.record_keys().await?;
    output.show(&keys, |keys| {
        let since = keys.last().map_or(0, |key| key.since);
        let mut shown: Vec<String> = keys.iter().map(|key| key.key.clone()).collect();
        shown.push(format!("Checkpoints after event {since} are signed with the last one.\n"));
        shown.join("\n")
    })
}

async fn checkpoint(app: &App, output: Output) -> Result<()> {
    sign(app).await?;
    output.show(&app.last_checkpoint().await?, |last| last.note.clone())
}

/// What is written shall go as far as the log does.
async fn sign(app: &App) -> Result<()> {
    match app.sign(true).await? {
        Signed::OtherKey(key) => {
            eprintln!("warning: not signed: the record's key is {key}, and this is another one");
        }
        Signed::NoKey => eprintln!("warning: not signed: the record's key is not in this folder"),
        Signed::Now(_) | Signed::Before(_) => {}
    }
    Ok(())
}

fn wanted(args: &ExportArgs) -> Result<ExportWish> {
    let day = |date: NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc();
    let time = |name: &str, text: &String| -> Result<DateTime<Utc>> {
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(day(date));
        }
        let parsed = DateTime::parse_from_rfc3339(text);
        let rule = "a day like 2027-03-31, or a time like 2027-03-31T09:00:00Z";
        parsed.map(|time| time.to_utc()).map_err(|_| Failure::usage(format!("{name}: {rule}")))
    };
    Ok(ExportWish {
        stream: match &args.product {
            Some(product) => Some(read("product", product)?),
            None => args.refused.then_some(Stream::Access),
        },
        from: args.from.as_ref().map(|it| time("--from", it)).transpose()?,
        until: args.to.as_ref().map(|it| time("--to", it)).transpose()?,
        position: None,
        bare: args.bare,
    })
}

async fn export(app: &App, file: &Path, wish: &ExportWish, output: Output) -> Result<()> {
    sign(app).await?;
    let (mut out, done): (Box<dyn Write + Send>, Option<PathBuf>) = if file == Path::new("-") {
        (Box::new(BufWriter::with_capacity(BUFFER, io::stdout())), None)
    } else {
        let draft = crate::keys::beside(file);
        let made = File::create_new(&draft);
        let made = made.map_err(|error| Failure::unavailable(file.display(), error))?;
        (Box::new(BufWriter::with_capacity(BUFFER, made)), Some(draft))
    };
    let exported = app.export(wish, &mut *out, &mut progress()).await;
    clear();
    drop(out);
    // Half a file is none: it gets its name when it is whole.
    if let Some(draft) = &done {
        let moved = match &exported {
            Ok(_) => std::fs::rename(draft, file),
            Err(_) => std::fs::remove_file(draft),
        };
        moved.map_err(|error| Failure::unavailable(file.display(), error))?;
    }
    let exported = exported?;
    if done.is_none() {
        return Ok(());
    }
    output.show(&exported, |exported| told_export(exported, file))
}

fn told_export(exported: &Exported, file: &Path) -> String {
    let Exported { size, root, records, contents, .. } = exported;
    format!(
        "{}: {records} records and {contents} contents\nlog of {size} events, root {root}\n",
        file.display()
    )
}

fn progress() -> impl FnMut(Progress) + Send {
    let terminal = io::stderr().is_terminal();
    move |progress: Progress| {
        if terminal && progress.done.is_multiple_of(1024) {
            eprint!("\r\x1b[K{}: {} of {}", progress.what, progress.done, progress.of);
        }
    }
}

fn clear() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

/// Offline: nothing but the file and the keys.
pub(super) fn verify(
    file: &Path,
    key: &str,
    witnesses: &[String],
    output: Output,
) -> Result<ExitCode> {
    let key = public_key(key)?;
    let witnesses = witnesses.iter().map(|key| public_key(key)).collect::<Result<Vec<_>>>()?;
    let input: Box<dyn io::Read> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let opened = File::open(file);
        Box::new(opened.map_err(|error| Failure::unavailable(file.display(), error))?)
    };
    let verifier = Verifier::new(key, witnesses);
    let found = checked(verifier, input);
    clear();
    match found.map_err(|it| Failure::unavailable(file.display(), it))? {
        Ok(shown) => {
            output.show(&json!({ "clean": true, "verified": shown }), |_| told(&shown))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(finding) => {
            let shown = json!({ "clean": false, "finding": finding });
            output.show(&shown, |_| format!("NOT clean: {finding}\n"))?;
            Ok(ExitCode::from(FAILED_CHECK))
        }
    }
}

fn checked(
    mut verifier: Verifier,
    input: Box<dyn io::Read>,
) -> io::Result<Result<Verified, Finding>> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let (mut line, mut lines, terminal) = (Vec::new(), 0_u64, io::stderr().is_terminal());
    loop {
        lines += 1;
        if terminal && lines.is_multiple_of(1 << 17) {
            eprint!("\r\x1b[K{lines} lines");
        }
        line.clear();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(verifier.finish());
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if let Err(finding) = verifier.line(text) {
            return Ok(Err(finding));
        }
    }
}

/// A key as `audit key` prints it, or a file with it.
pub(super) fn public_key(text: &str) -> Result<PublicKey> {
    let error = match text.parse() {
        Ok(key) => return Ok(key),
        Err(error) => error,
    };
    match std::fs::read_to_string(text) {
        Ok(found) => found.parse().map_err(|error| Failure::usage(format!("{text}: {error}"))),
        Err(_) => Err(Failure::usage(format!("key `{text}`: {error}"))),
    }
}

/// What a clean file says, and what it cannot say.
const fn shows(verified: &Verified) -> &'static str {
    match (verified.scope, verified.picked, verified.stream.is_some()) {
        (Scope::Whole, _, _) => "the whole log",
        (Scope::Part, true, _) => "records that were searched for; others may lie between them",
        (Scope::Part, false, true) => "all of the stream between the first and the last of them",
        (Scope::Part, false, false) => "all between the first and the last of them",
    }
}

fn told(verified: &Verified) -> String {
    let rows: Vec<[String; 2]> = [
        ("log", verified.origin.clone()),
        ("events in the log", verified.size.to_string()),
        ("root", verified.root.to_string()),
        ("records in the file", verified.records.to_string()),
        ("contents in the file", verified.contents.to_string()),
        ("stream", verified.stream.clone().unwrap_or_else(|| "all".to_owned())),
        ("shows", shows(verified).to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| [name.to_owned(), value])
    .chain(verified.witnesses.iter().map(|seen| {
        let at = i64::try_from(seen.at).ok().and_then(|at| DateTime::from_timestamp(at, 0));
        let at = at.map_or_else(String::new, |at| at.to_rfc3339());
        [format!("witness {}", seen.name), at]
    }))
    .collect();
    format!("clean\n{}", table(["", ""], &rows).trim_start_matches('\n'))
}
