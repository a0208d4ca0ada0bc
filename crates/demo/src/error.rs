//! Why a demo could not be built.

use sluicegate_app::{AppError, Lang, Voice, view::Names};
use sluicegate_core::{key::KeyError, rules::Refusal};

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The curated data do not fit the workflows.
    #[error("the demo's data: {0}")]
    Data(String),
    #[error("{0}")]
    App(#[from] AppError),
    #[error("{0}")]
    Key(#[from] KeyError),
    /// A story could not go on as its sheet says.
    #[error("{product}, {place}: {why}")]
    Story { product: String, place: String, why: String },
    /// The same, of several.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Stories(Vec<DemoError>),
}

/// A refusal in sentences.
pub(crate) fn told(error: &AppError) -> String {
    let AppError::Refused(refusal) = error else { return error.to_string() };
    let names = Names::new();
    let voice = Voice { lang: Lang::En, definition: None, names: &names };
    match &**refusal {
        Refusal::NoSuch(thing) => voice.no_such(thing),
        Refusal::Invalid { problems } => {
            let say = |problem: &sluicegate_core::rules::Problem| {
                format!("{}: {}", problem.pointer, voice.problem(&problem.kind))
            };
            problems.iter().map(say).collect::<Vec<_>>().join("; ")
        }
        Refusal::Blocked { unmet } => {
            let said: Vec<_> = unmet.iter().map(|unmet| voice.blocker(&unmet.blocker)).collect();
            said.join("; ")
        }
    }
}
