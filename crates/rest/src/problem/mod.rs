//! Problem documents (RFC 9457): what every answer is that is not a success.
//!
//! A [`Problem`] is made where it is found and knows no language, address or request id; the layer
//! around all routes writes it, so a problem looks the same wherever it comes from.

mod code;
mod document;
mod responses;
mod words;

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sluicegate_app::{AppError, Kind, Unknown};
use sluicegate_core::rules::Refusal;

pub(crate) use code::Code;
pub(crate) use document::{About, ProblemDocument, document, write};
pub(crate) use responses::{Changing, Knocking, Open, Proving, Reading, SigningIn, Visiting};

use crate::parse::{BadJson, Slip, SlipKind, Where};

/// Why there is no success.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Arc<Cause>);

/// What was refused in an answer that as a whole was given.
#[derive(Clone, Debug)]
pub(crate) struct Within(pub(crate) Arc<[Problem]>);

#[derive(Debug)]
pub(crate) enum Cause {
    /// The application refused or failed.
    App(AppError),
    MalformedJson(BadJson),
    /// The body is JSON and not what is asked for.
    Body(Vec<Slip>),
    /// The same, with what the rules found in the part that could be read.
    BodyAndRules(Vec<Slip>, Refusal),
    Parameters(Vec<Slip>),
    Headers(Vec<Slip>),
    /// A path that no id of ours can be in.
    NoSuchPath(Slip),
    MediaType {
        wanted: &'static str,
    },
    /// Somebody without an account asks too much.
    TooMany {
        seconds: u32,
    },
    Plain(Code),
}

impl Problem {
    pub(crate) fn cause(&self) -> &Cause {
        &self.0
    }

    pub(crate) fn code(&self) -> Code {
        match self.cause() {
            Cause::App(error) => app_code(error),
            Cause::MalformedJson(_) => Code::MalformedJson,
            Cause::Body(_) | Cause::BodyAndRules(..) => Code::Invalid,
            Cause::Parameters(_) => Code::BadParameter,
            Cause::Headers(_) => Code::BadHeader,
            Cause::NoSuchPath(_) => Code::NotFound,
            Cause::MediaType { .. } => Code::UnsupportedMediaType,
            Cause::TooMany { .. } => Code::TooManyRequests,
            Cause::Plain(code) => *code,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self.cause() {
            Cause::App(error) if error.kind() == Kind::Forbidden => StatusCode::FORBIDDEN,
            _ => self.code().status(),
        }
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        AppError::TooLarge { limit: u64::try_from(limit).unwrap_or(u64::MAX) }.into()
    }
}

/// The app's codes are names of ours; the tests hold them together.
fn app_code(error: &AppError) -> Code {
    let named = |code: &&Code| code.name() == error.code();
    Code::ALL.iter().find(named).copied().unwrap_or(Code::Internal)
}

impl From<Cause> for Problem {
    fn from(cause: Cause) -> Self {
        Self(Arc::new(cause))
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unknown(values) => {
                Cause::Parameters(slips(values, |field| Where::Query(field.to_owned()))).into()
            }
            error => Cause::App(error).into(),
        }
    }
}

/// Names in a filter that nothing has, at their places.
pub(crate) fn slips(values: Vec<Unknown>, at: impl Fn(&'static str) -> Where) -> Vec<Slip> {
    let slip = |Unknown { field, value: text, near }| Slip {
        at: at(field),
        kind: SlipKind::UnknownValue { text, near },
    };
    values.into_iter().map(slip).collect()
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Cause::Plain(code).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use sluicegate_app::Right;

    use super::*;

    #[test]
    fn every_error_of_the_application_has_its_code() {
        let errors = [
            AppError::Unauthenticated,
            AppError::SignInFailed,
            AppError::WrongCode,
            AppError::FactorNeeded,
            AppError::TooManyAttempts { seconds: 1 },
            AppError::Forbidden(Right::Owner),
            AppError::NotFound("thing"),
            AppError::Stale { current: 1 },
            AppError::KeyReused,
            AppError::TooLarge { limit: 1 },
            AppError::UploadBroken,
            AppError::UploadEmpty,
            AppError::BadCursor,
            AppError::Unknown(Vec::new()),
            AppError::BadWorkflow(Vec::new()),
            AppError::Unavailable,
            AppError::Internal(String::new()),
        ];
        for error in errors {
            assert_eq!(app_code(&error).name(), error.code());
        }
    }
}
