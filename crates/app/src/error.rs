//! Every way in which a use case can fail, classified once for all edges.

use sluicegate_core::rules::{Blocker, Refusal};
use sluicegate_store::{Failure, StoreError};

use crate::{judge::Refused, known::Unknown};

/// The classes that edges tell apart; REST makes a status of each, the web the same status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: it cannot be understood.
    Malformed,
    /// 401
    Unauthenticated,
    /// 403: the actor's rights do not allow it.
    Forbidden,
    /// 404
    NotFound,
    /// 409: the state does not allow it now.
    Conflict,
    /// 412: the version seen is not the current one.
    Stale,
    /// 413
    TooLarge,
    /// 422: understood, and wrong.
    Invalid,
    /// 422 as well: an idempotency key was used for another request.
    KeyReused,
    /// 429, with Retry-After.
    TooMany,
    /// 503, with Retry-After.
    Unavailable,
    /// 500: a bug or corrupt data; the log says which.
    Internal,
}

/// What is missing where no rule of the process, but the use itself says who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Right {
    #[error("a person does this, and in the own name")]
    OwnName,
    #[error("only its owner may")]
    Owner,
    #[error("only those may who have a role there, above it or beneath it")]
    Role,
    #[error("only the person and administrators may")]
    SelfOrAdministrator,
    #[error("only auditors and administrators of the whole house may")]
    Auditor,
    #[error("a session does this, not a token")]
    Session,
}

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("the token is missing, unknown, expired or revoked")]
    Unauthenticated,
    /// Which of the two is wrong, or whether there is such a name, nobody learns.
    #[error("name or password is wrong")]
    SignInFailed,
    /// Or it was used already.
    #[error("the code is wrong")]
    WrongCode,
    /// The password alone does not let this person in.
    #[error("a code of the second factor is missing")]
    FactorNeeded,
    #[error("too many attempts: try again in {seconds} s")]
    TooManyAttempts { seconds: u32 },
    #[error("not allowed: {0}")]
    Forbidden(Right),
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("refused")]
    Refused(Box<Refusal>),
    #[error("it has changed: the current version is {current}")]
    Stale { current: u32 },
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("at most {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the upload broke off")]
    UploadBroken,
    #[error("nothing was sent: the body is the file")]
    UploadEmpty,
    #[error("this cursor is not of this list")]
    BadCursor,
    /// Values that somebody filters by and that nothing is called.
    #[error("nothing is called so: {}", .0.iter().map(|one| &*one.value).collect::<Vec<_>>().join(", "))]
    Unknown(Vec<Unknown>),
    #[error("a workflow has {} problems", .0.len())]
    BadWorkflow(Vec<sluicegate_core::definition::Diagnostic>),
    #[error("try again")]
    Unavailable,
    #[error("internal error: {0}")]
    Internal(String),
}

pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// The class, from which an edge makes its status.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Unauthenticated | Self::SignInFailed | Self::WrongCode => Kind::Unauthenticated,
            Self::TooManyAttempts { .. } => Kind::TooMany,
            Self::Forbidden(_) | Self::FactorNeeded => Kind::Forbidden,
            Self::NotFound(_) => Kind::NotFound,
            Self::Refused(refusal) => refused(refusal),
            Self::Stale { .. } => Kind::Stale,
            Self::KeyReused => Kind::KeyReused,
            Self::TooLarge { .. } => Kind::TooLarge,
            Self::BadCursor | Self::UploadBroken | Self::UploadEmpty | Self::Unknown(_) => {
                Kind::Malformed
            }
            Self::BadWorkflow(_) => Kind::Invalid,
            Self::Unavailable => Kind::Unavailable,
            Self::Internal(_) => Kind::Internal,
        }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        Self::Internal(error.to_string())
    }

    /// The stable code of a problem document; each is in `docs/reference/problems.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::SignInFailed => "sign_in_failed",
            Self::WrongCode => "wrong_code",
            Self::FactorNeeded => "second_factor_needed",
            Self::TooManyAttempts { .. } => "too_many_requests",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Refused(refusal) => match **refusal {
                Refusal::NoSuch(_) => "not_found",
                Refusal::Invalid { .. } => "invalid",
                Refusal::Blocked { .. } => "blocked",
            },
            Self::Stale { .. } => "stale",
            Self::KeyReused => "idempotency_key_reused",
            Self::TooLarge { .. } => "too_large",
            Self::BadCursor => "bad_cursor",
            Self::UploadBroken | Self::UploadEmpty => "upload_broken",
            Self::Unknown(_) => "bad_parameter",
            Self::BadWorkflow(_) => "bad_workflow",
            Self::Unavailable => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Broken(_) => Self::UploadBroken,
            StoreError::Empty => Self::UploadEmpty,
            StoreError::Unavailable(why) => {
                tracing::warn!(%why, "the database cannot be reached");
                Self::Unavailable
            }
            StoreError::OutcomeUnknown => Self::Unavailable,
            StoreError::Missing(what) => Self::NotFound(what),
            StoreError::Stale { current } => Self::Stale { current },
            StoreError::BadCursor => Self::BadCursor,
            StoreError::TooLarge { limit } => Self::TooLarge { limit },
            error @ (StoreError::Unusable(_)
            | StoreError::Corrupt { .. }
            | StoreError::Internal(_)) => Self::internal(error),
        }
    }
}

impl From<Failure<Refused>> for AppError {
    fn from(failure: Failure<Refused>) -> Self {
        match failure {
            Failure::Refused(Refused::ByRule(refusal)) => Self::Refused(refusal),
            // Nothing was written, or a repeat with the same key finds out.
            Failure::Refused(Refused::Again)
            | Failure::Busy
            | Failure::Unavailable
            | Failure::OutcomeUnknown => Self::Unavailable,
            Failure::Stale { current } => Self::Stale { current },
            Failure::NoSuchProduct => Self::NotFound("product"),
            Failure::NoSuchEntry => Self::NotFound("entry"),
            Failure::KeyReused => Self::KeyReused,
            failure @ (Failure::ProductExists | Failure::Internal) => Self::internal(failure),
        }
    }
}

/// A refusal is forbidden when a right is all that is missing, and a conflict otherwise.
fn refused(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::NoSuch(_) => Kind::NotFound,
        Refusal::Invalid { .. } => Kind::Invalid,
        Refusal::Blocked { unmet } => {
            if unmet.iter().all(|each| is_right(&each.blocker)) {
                Kind::Forbidden
            } else {
                Kind::Conflict
            }
        }
    }
}

/// Is what is missing a right, and nothing that time or work could bring?
pub(crate) fn is_right(blocker: &Blocker) -> bool {
    use Blocker as B;
    matches!(
        blocker,
        B::NotYourRole { .. }
            | B::NotYours { .. }
            | B::AccountClosed
            | B::PeopleOnly
            | B::ClockOnly
            | B::NotByDeputy
            | B::NotDelegated { .. }
            | B::DeputyMayNot { .. }
            | B::ActedAsDeputy
            | B::NotOnPanel
            | B::SubmitterMayNotReview
            | B::SubmitterMayNotDecide
            | B::AskerMayNotApprove
            | B::AskerMayNotConfirm
            | B::OwnFactor
            | B::OwnSigning
            | B::EvidenceGiverMayNotClose
    )
}
