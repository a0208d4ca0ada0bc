//! How a command fails, and the exit code that says so.

use std::process::ExitCode;

use sluicegate_app::{AppError, Kind, Lang, Voice, view::Names};
use sluicegate_core::rules::Refusal;

/// Something was checked and is not as it should be.
pub(crate) const FAILED_CHECK: u8 = 1;
const USAGE: u8 = 2;
const CONFLICT: u8 = 3;
const UNAVAILABLE: u8 = 4;
/// Of many, some were done and some could not be.
pub(crate) const DONE_IN_PART: u8 = 5;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was asked for makes no sense.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Unavailable(String),
    #[error("{}", told(.0))]
    App(#[from] AppError),
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn usage(why: impl std::fmt::Display) -> Self {
        Self::Usage(why.to_string())
    }

    /// A file or an address that cannot be used now.
    pub(crate) fn unavailable(what: impl std::fmt::Display, why: impl std::fmt::Display) -> Self {
        Self::Unavailable(format!("{what}: {why}"))
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => USAGE,
            Self::Unavailable(_) => UNAVAILABLE,
            Self::App(error) => match error.kind() {
                _ if matches!(error, AppError::BadWorkflow(_)) => FAILED_CHECK,
                Kind::Malformed | Kind::NotFound | Kind::TooLarge | Kind::Invalid => USAGE,
                Kind::Unauthenticated
                | Kind::Forbidden
                | Kind::Conflict
                | Kind::Stale
                | Kind::KeyReused => CONFLICT,
                Kind::TooMany | Kind::Unavailable => UNAVAILABLE,
                Kind::Internal => FAILED_CHECK,
            },
        })
    }
}

/// A refusal with its reasons; on a terminal nobody sees the problem document.
fn told(error: &AppError) -> String {
    let AppError::Refused(refusal) = error else { return error.to_string() };
    let names = Names::new();
    let voice = Voice { lang: Lang::En, definition: None, names: &names };
    match &**refusal {
        Refusal::NoSuch(thing) => voice.no_such(thing),
        Refusal::Invalid { problems } => {
            let problem = |problem: &sluicegate_core::rules::Problem| {
                let place = problem.pointer.trim_start_matches('/').replace('/', ".");
                let sentence = voice.problem(&problem.kind);
                if place.is_empty() { sentence } else { format!("{place}: {sentence}") }
            };
            problems.iter().map(problem).collect::<Vec<_>>().join("\n")
        }
        Refusal::Blocked { unmet } => {
            let sentences = unmet.iter().map(|unmet| voice.blocker(&unmet.blocker));
            sentences.collect::<Vec<_>>().join("\n")
        }
    }
}
