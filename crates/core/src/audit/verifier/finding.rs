//! What is wrong with a file, and where it begins.

use std::fmt;

use serde::Serialize;

/// The first thing that is not as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line of the file, from 1.
    pub line: u64,
    /// The position in the log, where it is known.
    pub position: Option<u64>,
    pub kind: Kind,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A record is not the one that was signed.
    Altered,
    /// A record is left out.
    Missing,
    /// A record stands at another place.
    Reordered,
    /// A record stands there that the log does not have, or not there.
    Inserted,
    /// A text or form is not the one that the record names.
    Content,
    /// The hashes between the records and the root do not add up.
    Tree,
    /// The checkpoint is not signed by the key.
    Signature,
    /// The file is not written as we write it.
    Shape,
}

impl Finding {
    pub(super) fn at_line(line: u64, kind: Kind, why: impl Into<String>) -> Self {
        Self { line, position: None, kind, why: why.into() }
    }

    pub(super) fn of(line: u64, position: u64, kind: Kind, why: impl Into<String>) -> Self {
        Self { line, position: Some(position), kind, why: why.into() }
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
            Self::Inserted => "inserted",
            Self::Content => "content",
            Self::Tree => "tree",
            Self::Signature => "signature",
            Self::Shape => "damaged",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "record {position}: ")?;
        }
        write!(f, "{} (line {}): {}", self.kind.name(), self.line, self.why)
    }
}

impl std::error::Error for Finding {}
