//! What can go wrong with stored things, in the words of the domain.

/// An error of the store. Internal detail is for the log, never for the caller of the API.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or is too busy to.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database is too old, belongs to a newer program, or is not what it says it is.
    #[error("this database cannot be used: {0}")]
    Unusable(String),
    /// What is stored cannot be read back.
    #[error("{column} of row {row} is corrupt: {why}")]
    Corrupt {
        /// As `table.column`.
        column: &'static str,
        row: String,
        why: String,
    },
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// Somebody else changed it first.
    #[error("it has changed: the current version is {current}")]
    Stale { current: u32 },
    /// The answer to a commit was lost. Only a repeat with the same idempotency key is safe.
    #[error("the connection broke while committing: repeat with the same idempotency key")]
    OutcomeUnknown,
    /// A cursor that this list did not give out.
    #[error("this is no cursor of this list")]
    BadCursor,
    #[error("an attachment has at most {limit} bytes")]
    TooLarge { limit: u64 },
    /// The sender of an attachment stopped.
    #[error("the upload broke off: {0}")]
    Broken(String),
    #[error("nothing was sent")]
    Empty,
    /// A bug, here or in a caller.
    #[error("internal error: {0}")]
    Internal(String),
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    pub(crate) fn corrupt(
        column: &'static str,
        row: impl std::fmt::Display,
        why: impl std::fmt::Display,
    ) -> Self {
        Self::Corrupt { column, row: row.to_string(), why: why.to_string() }
    }
}
