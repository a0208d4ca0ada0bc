//! `sluicegate workflow`: published workflows, and pictures of them.

use std::{path::Path, process::ExitCode};

use sluicegate_app::{App, GraphFormat, Lang, draw};
use sluicegate_core::definition::{self, Definition};

use super::{check, migrate, read};
use crate::{
    cli::{Format, Language, Workflow},
    config::Config,
    failure::{Failure, Result},
    open::{Create, exists, open},
    output::{Output, table, write},
    shipped,
};

pub(super) async fn run(config: &Config, command: Workflow, output: Output) -> Result<ExitCode> {
    match command {
        Workflow::List => {
            let app = open(config, Create::No).await?;
            let listed = list(&app, output).await;
            app.shutdown().await;
            listed?;
        }
        Workflow::Move { workflow, to } => {
            let app = open(config, Create::No).await?;
            let moved = match read("workflow", &workflow) {
                Ok(key) => migrate::all(&app, &key, &to, output).await,
                Err(failure) => Err(failure),
            };
            app.shutdown().await;
            return moved;
        }
        Workflow::Show { workflow, version } => {
            let source = source(config, &workflow, version).await?;
            if output.json {
                write(&super::pretty(&load(&workflow, &source)?)?)?;
            } else {
                write(&source)?;
            }
        }
        Workflow::Graph { workflow, version, format, lang } => {
            let definition = load(&workflow, &source(config, &workflow, version).await?)?;
            let format = match format {
                Format::Mermaid => GraphFormat::Mermaid,
                Format::Dot => GraphFormat::Dot,
                Format::Svg => GraphFormat::Svg,
            };
            let lang = match lang {
                Language::En => Lang::En,
                Language::Ko => Lang::Ko,
            };
            write(&draw(&definition, format, lang))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(app: &App, output: Output) -> Result<()> {
    let lines = app.workflows(&app.operator().await?).await?;
    output.show(&lines, |lines| {
        let rows: Vec<[String; 4]> = lines
            .iter()
            .map(|line| {
                let latest = line.versions.last();
                let version = latest.map(|it| it.version.to_string()).unwrap_or_default();
                let day = latest.map(|it| it.published_at.date_naive().to_string());
                [line.key.to_string(), version, day.unwrap_or_default(), line.title.en.clone()]
            })
            .collect();
        table(["KEY", "VERSION", "PUBLISHED", "TITLE"], &rows)
    })
}

/// A file, a published workflow, or, as long as there is no database, a shipped one.
async fn source(config: &Config, workflow: &str, version: Option<u32>) -> Result<String> {
    let path = Path::new(workflow);
    if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
        return check::source(path);
    }
    if !exists(config) {
        let found = shipped::source(workflow).filter(|_| version.is_none_or(|one| one == 1));
        return found.map(str::to_owned).ok_or_else(|| {
            Failure::usage(format!("no workflow `{workflow}` is shipped, and no database is there"))
        });
    }
    let key = read("workflow", workflow)?;
    let app = open(config, Create::No).await?;
    let view = async { app.workflow(&app.operator().await?, &key, version).await }.await;
    app.shutdown().await;
    Ok(view?.source)
}

fn load(name: &str, source: &str) -> Result<Definition> {
    definition::load(source)
        .map_err(|_| Failure::usage(format!("`{name}` has problems: sluicegate check shows them")))
}
