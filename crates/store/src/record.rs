//! What the log holds: an event with its circumstances, and the exact bytes that were hashed.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    access::AccessEvent,
    directory::DirectoryEvent,
    id::{IdError, ProductId},
    intake::{EntryEvent, EntryId, RecordedEntry},
    product::{Actor, Event, Recorded},
};

use crate::error::{Result, StoreError};

/// Whose history an event belongs to; written `prd_...`, `org`, `access`, or as the id of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    Product(ProductId),
    /// People, roles, portfolios, tokens and workflows.
    Directory,
    /// An intake link, an idea, feedback or a field day.
    Entry(EntryId),
    /// What was tried and refused.
    Access,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(id) => id.fmt(f),
            Self::Directory => f.write_str("org"),
            Self::Access => f.write_str("access"),
            Self::Entry(id) => id.fmt(f),
        }
    }
}

impl FromStr for Stream {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "org" => return Ok(Self::Directory),
            "access" => return Ok(Self::Access),
            _ => {}
        }
        // What is no entry is a product, or else no stream at all.
        text.parse().map(Self::Entry).or_else(|_| text.parse().map(Self::Product))
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
    Entry(EntryEvent),
    Access(AccessEvent),
}

impl Stored {
    /// As `evolve` wants it; none for events of other streams than products.
    pub fn recorded(&self) -> Option<Recorded> {
        match &self.fact {
            Fact::Product(event) => {
                Some(Recorded { at: self.at, actor: self.actor, event: event.clone() })
            }
            Fact::Directory(_) | Fact::Entry(_) | Fact::Access(_) => None,
        }
    }

    /// Was it this one? Of a person also what a deputy did in that name, what was done in the name
    /// of an absent one, and what was refused at the door of the account, whoever stood there.
    pub fn is_of(&self, actor: Actor) -> bool {
        let Actor::Person(person) = actor else { return self.actor == actor };
        let refused = match &self.fact {
            Fact::Access(event) => event.person(),
            Fact::Product(_) | Fact::Directory(_) | Fact::Entry(_) => None,
        };
        [self.actor.hands(), self.actor.principal(), refused].contains(&Some(person))
    }

    /// As the `evolve` of entries wants it; none for events of other streams.
    pub fn recorded_entry(&self) -> Option<RecordedEntry> {
        match &self.fact {
            Fact::Entry(event) => {
                Some(RecordedEntry { at: self.at, actor: self.actor, event: event.clone() })
            }
            Fact::Product(_) | Fact::Directory(_) | Fact::Access(_) => None,
        }
    }
}

/// A leaf of the audit log, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub position: u64,
    /// The name of the event and its time, as they stand beside the record.
    pub kind: String,
    pub at: DateTime<Utc>,
    /// The exact bytes that were hashed.
    pub record: String,
    /// RFC 6962 leaf hash of them, as stored.
    pub hash: [u8; 32],
}

/// The text that is hashed and stored.
#[derive(Serialize)]
struct RecordOut<'a, E> {
    stream: String,
    version: u64,
    at: String,
    /// In seconds: the time is that of the event before, because the clock was behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_behind: Option<i64>,
    actor: Actor,
    event: &'a E,
}

#[derive(Deserialize)]
struct RecordIn<E> {
    at: DateTime<Utc>,
    actor: Actor,
    event: E,
}

/// Just the name of the event in a record.
#[derive(Deserialize)]
struct Tagged {
    event: Tag,
}

#[derive(Deserialize)]
struct Tag {
    event: String,
}

/// A record that is about to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) record: String,
    pub(crate) kind: String,
}

impl Stored {
    /// Only stream, version, time, actor and event are part of the record: the position is the
    /// place of its leaf in the tree.
    ///
    /// The record also says when the clock was behind, for those who read it: states know nothing of it.
    pub(crate) fn write(&self, clock_behind: Option<TimeDelta>) -> Result<Written> {
        let behind = clock_behind.map(|behind| behind.num_seconds());
        let record = match &self.fact {
            Fact::Product(event) => self.record(event, behind),
            Fact::Directory(event) => self.record(event, behind),
            Fact::Entry(event) => self.record(event, behind),
            Fact::Access(event) => self.record(event, behind),
        }?;
        let tagged: Tagged = serde_json::from_str(&record).map_err(crate::codec::internal)?;
        Ok(Written { record, kind: tagged.event.event })
    }

    fn record<E: Serialize>(&self, event: &E, clock_behind: Option<i64>) -> Result<String> {
        crate::codec::json(&RecordOut {
            stream: self.stream.to_string(),
            version: self.version,
            at: self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            clock_behind,
            actor: self.actor,
            event,
        })
    }

    /// Reads a row with position, stream, version and record.
    pub(crate) fn read(row: &crate::db::Row) -> Result<Self> {
        let position = row.i64("event.position")?;
        let name = position.to_string();
        let stream: Stream = crate::codec::parse("event.stream", &name, row.text("event.stream")?)?;
        let record = row.text("event.record")?;
        let (at, actor, fact) = match stream {
            Stream::Product(_) => read_as(&name, record, Fact::Product)?,
            Stream::Directory => read_as(&name, record, Fact::Directory)?,
            Stream::Entry(_) => read_as(&name, record, Fact::Entry)?,
            Stream::Access => read_as(&name, record, Fact::Access)?,
        };
        let number = |column, value: i64| {
            u64::try_from(value).map_err(|error| StoreError::corrupt(column, &name, error))
        };
        let version = number("event.version", row.i64("event.version")?)?;
        let position = number("event.position", position)?;
        Ok(Self { position, stream, version, at, actor, fact })
    }
}

fn read_as<'a, E: Deserialize<'a>>(
    row: &str,
    record: &'a str,
    fact: fn(E) -> Fact,
) -> Result<(DateTime<Utc>, Actor, Fact)> {
    let record: RecordIn<E> = crate::codec::from_json("event.record", row, record)?;
    Ok((record.at, record.actor, fact(record.event)))
}
