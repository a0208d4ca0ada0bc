//! What the log holds: an event with its circumstances, and the exact bytes that were hashed.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    directory::DirectoryEvent,
    id::{IdError, ProductId},
    product::{Actor, Event, Recorded},
};

use crate::error::{Result, StoreError};

/// Whose history an event belongs to; written `prd_...` or `org`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    Product(ProductId),
    /// People, roles, portfolios, tokens and workflows.
    Directory,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(id) => id.fmt(f),
            Self::Directory => f.write_str("org"),
        }
    }
}

impl FromStr for Stream {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "org" { Ok(Self::Directory) } else { text.parse().map(Self::Product) }
    }
}

/// One event of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// From 1, without gaps, in the order of commits.
    pub position: u64,
    pub stream: Stream,
    /// From 1 in its stream.
    pub version: u64,
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Product(Event),
    Directory(DirectoryEvent),
}

impl Stored {
    /// As `evolve` wants it; none for events of the directory.
    pub fn recorded(&self) -> Option<Recorded> {
        match &self.fact {
            Fact::Product(event) => {
                Some(Recorded { at: self.at, actor: self.actor, event: event.clone() })
            }
            Fact::Directory(_) => None,
        }
    }
}

/// A leaf of the audit log, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub position: u64,
    /// The exact bytes that were hashed.
    pub record: String,
    /// RFC 6962 leaf hash of them, as stored.
    pub hash: [u8; 32],
}
