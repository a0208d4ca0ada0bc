//! `sluicegate doctor`: each setting with its origin, and whether the server could run.

use std::process::ExitCode;

use serde::Serialize;

use crate::{
    config::Config,
    failure::{FAILED_CHECK, Result},
    open::{Create, exists, open},
    output::{Output, table},
    shipped,
};

#[derive(Serialize)]
struct Report {
    settings: Vec<Setting>,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Setting {
    name: String,
    value: String,
    origin: String,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    found: String,
}

impl Check {
    fn of(name: &'static str, found: Result<String, String>) -> Self {
        match found {
            Ok(found) => Self { name, ok: true, found },
            Err(found) => Self { name, ok: false, found },
        }
    }
}

pub(super) async fn run(config: &Config, output: Output) -> Result<ExitCode> {
    let settings = config.settings().into_iter();
    let settings = settings.map(|[name, value, origin]| Setting { name, value, origin });
    let checks = vec![
        Check::of("workflows", workflows(config)),
        Check::of("listen", listen(config).await),
        Check::of("database", database(config).await),
        Check::of("clock", clock(config).await),
        Check::of("record", guards(config).await),
    ];
    let report = Report { settings: settings.collect(), checks };
    output.show(&report, told)?;
    let ok = report.checks.iter().all(|check| check.ok);
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::from(FAILED_CHECK) })
}

fn told(report: &Report) -> String {
    let row = |it: &Setting| [it.name.clone(), it.value.clone(), it.origin.clone()];
    let settings: Vec<[String; 3]> = report.settings.iter().map(row).collect();
    let row = |it: &Check| {
        let state = if it.ok { "ok" } else { "NOT OK" };
        [it.name.to_owned(), state.to_owned(), it.found.clone()]
    };
    let checks: Vec<[String; 3]> = report.checks.iter().map(row).collect();
    let settings = table(["SETTING", "VALUE", "FROM"], &settings);
    format!("{settings}\n{}", table(["CHECK", "", "FOUND"], &checks))
}

fn workflows(config: &Config) -> Result<String, String> {
    let folder = config.workflows.value.as_deref();
    let all = shipped::workflows(folder).map_err(|failure| failure.to_string())?;
    let broken: Vec<&str> = all
        .iter()
        .filter(|(_, source)| sluicegate_core::definition::load(source).is_err())
        .map(|(name, _)| name.as_str())
        .collect();
    if broken.is_empty() {
        Ok(format!("{} files without errors", all.len()))
    } else {
        Err(format!("errors in {}", broken.join(", ")))
    }
}

async fn listen(config: &Config) -> Result<String, String> {
    let address = &config.listen.value;
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Ok(format!("{address} is taken: a server may be running"))
        }
        Err(error) => Err(format!("{address}: {error}")),
    }
}

async fn database(config: &Config) -> Result<String, String> {
    if !exists(config) {
        return Ok("none yet; `sluicegate serve` creates it".to_owned());
    }
    let app = open(config, Create::No).await.map_err(|failure| failure.to_string())?;
    let head = app.store().log_head().await;
    app.shutdown().await;
    match head {
        Ok(head) => Ok(format!("{} events", head.position)),
        Err(error) => Err(error.to_string()),
    }
}

/// Events never go back in time: while the clock is behind the last of them, they all get its time.
async fn clock(config: &Config) -> Result<String, String> {
    if !exists(config) {
        return Ok("nothing to compare it with".to_owned());
    }
    let app = open(config, Create::No).await.map_err(|failure| failure.to_string())?;
    let behind = app.clock_behind().await;
    app.shutdown().await;
    match behind.map_err(|error| error.to_string())? {
        Some(behind) => Err(format!("it is {} s behind the record", behind.num_seconds())),
        None => Ok("not behind the record".to_owned()),
    }
}

/// Without its triggers the record can be changed, which is only found afterwards.
async fn guards(config: &Config) -> Result<String, String> {
    if !exists(config) {
        return Ok("nothing to protect yet".to_owned());
    }
    let app = open(config, Create::No).await.map_err(|failure| failure.to_string())?;
    let missing = app.store().missing_guards().await;
    app.shutdown().await;
    let missing = missing.map_err(|error| error.to_string())?;
    if missing.is_empty() {
        Ok("its tables only take what is new".to_owned())
    } else {
        Err(format!("triggers are missing, so it could be changed: {}", missing.join(", ")))
    }
}
