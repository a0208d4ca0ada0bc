//! One file for each command or group of commands.

mod audit;
mod check;
mod code;
mod delegation;
mod demo;
mod doctor;
mod erase;
mod migrate;
mod people;
mod portfolio;
mod product;
mod publish;
mod role;
mod serve;
mod token;
mod verify;
mod witness;
mod workflow;

use std::process::ExitCode;

use clap::CommandFactory as _;
use sluicegate_app::{App, Request};
use sluicegate_core::{definition::language_schema, product::Actor};

use crate::{
    cli::{Audit, Cli, Command, Place},
    config::Config,
    failure::{Failure, Result},
    open::{Create, open},
    output::{Output, write},
};

/// Runs a command to its exit code.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    let output = Output { json: cli.json };
    match cli.command.unwrap_or(Command::Serve) {
        Command::Check { files, in_flight: false } => return check::run(&files, output),
        Command::Audit(Audit::Verify { file, key, witness }) => {
            return audit::verify(&file, &key, &witness, output);
        }
        Command::Schema => write(&pretty(&language_schema())?)?,
        Command::Openapi => write(&sluicegate_rest::openapi_json())?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "sluicegate", &mut script);
            write(&String::from_utf8_lossy(&script))?;
        }
        command => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::unavailable("threads", error))?;
            let demo = demo::Asked { demo: cli.demo, products: cli.products };
            return runtime.block_on(with_config(command, &cli.place, demo, output));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The commands that need a configuration.
async fn with_config(
    command: Command,
    place: &Place,
    demo: demo::Asked,
    output: Output,
) -> Result<ExitCode> {
    let mut config = Config::read(place, &|name| std::env::var(name).ok())?;
    // Only the server tells of its work; a command says what is wrong and nothing else.
    let serves = matches!(command, Command::Serve | Command::Demo { .. });
    demo.check(serves)?;
    let watches = matches!(command, Command::Witness { .. });
    let quiet = place.log.is_none() && !serves && !watches;
    crate::telemetry::start(if quiet { "off" } else { &config.log.value })?;
    match command {
        Command::Serve => serve::run(&config, demo.wanted(), output).await?,
        Command::Demo { ephemeral } => {
            // Dropped, and with it removed, when the server has ended.
            let _folder = if ephemeral { Some(demo::Folder::replace(&mut config)?) } else { None };
            let demo = demo::Asked { demo: true, ..demo };
            serve::run(&config, demo.wanted(), output).await?;
        }
        Command::Witness { folder, log, name } => {
            witness::run(&config, &folder, &log, &name, output).await?;
        }
        Command::Audit(Audit::Rotate) => {
            let app = open(&config, Create::No).await?;
            let rotated = audit::rotate(&config, &app, output).await;
            app.shutdown().await;
            rotated?;
        }
        Command::Code { secret } => code::run(&config, &secret, output)?,
        Command::Doctor => return doctor::run(&config, output).await,
        Command::Publish { file, dry_run } => {
            let app = open(&config, Create::Yes).await?;
            publish::run(&app, &file, dry_run, output).await?;
            app.shutdown().await;
        }
        Command::Workflow(command) => return workflow::run(&config, command, output).await,
        Command::Check { files, .. } => {
            let checked = check::faultless(&files, output)?;
            if checked != ExitCode::SUCCESS {
                return Ok(checked);
            }
            let app = open(&config, Create::No).await?;
            let shown = migrate::in_flight(&app, &files, output).await;
            app.shutdown().await;
            return shown;
        }
        command => {
            let app = open(&config, Create::No).await?;
            let code = with_app(&app, command, output).await;
            app.shutdown().await;
            return code;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The commands that need a database with something in it.
async fn with_app(app: &App, command: Command, output: Output) -> Result<ExitCode> {
    match command {
        Command::Verify { rebuild } => return verify::run(app, rebuild, output).await,
        Command::Audit(command) => audit::run(app, command, output).await?,
        Command::Person(command) => people::run(app, command, output).await?,
        Command::Role(command) => role::run(app, command, output).await?,
        Command::Token(command) => token::run(app, command, output).await?,
        Command::Delegation(command) => delegation::run(app, command, output).await?,
        Command::Erase(command) => erase::run(app, command, output).await?,
        Command::Portfolio(command) => portfolio::run(app, command, output).await?,
        Command::Product(command) => product::run(app, command, output).await?,
        Command::Serve
        | Command::Demo { .. }
        | Command::Doctor
        | Command::Code { .. }
        | Command::Witness { .. }
        | Command::Publish { .. }
        | Command::Workflow(_)
        | Command::Check { .. }
        | Command::Schema
        | Command::Openapi
        | Command::Completions { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Whoever reaches the database is its master; the log names them `system`.
fn request<C>(command: C) -> Request<C> {
    let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
    Request { actor: Actor::System, command, contents, key, seen, dry_run }
}

fn pretty(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::usage)?;
    Ok(text + "\n")
}

/// Reads an argument as the type that it stands for.
fn read<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error| Failure::usage(format!("{name} `{text}`: {error}")))
}
