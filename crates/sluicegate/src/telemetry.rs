//! Logs on standard error: lines for people on a terminal, JSON otherwise.

use std::io::IsTerminal as _;

use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, registry,
    util::SubscriberInitExt as _,
};

use crate::failure::{Failure, Result};

/// Starts logging with a filter such as `info` or `info,sluicegate_store=debug`.
pub(crate) fn start(filter: &str) -> Result<()> {
    let targets: Targets = filter
        .parse()
        .map_err(|error| Failure::usage(format!("log filter `{filter}`: {error}")))?;
    let terminal = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_ansi(terminal).with_writer(std::io::stderr);
    let lines = if terminal {
        lines.with_target(false).boxed()
    } else {
        lines.json().flatten_event(true).boxed()
    };
    registry().with(lines.with_filter(targets)).try_init().map_err(Failure::usage)
}
