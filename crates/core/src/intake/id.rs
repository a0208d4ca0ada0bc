//! One name for an entry of any kind.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::{FeedbackId, FieldDayId, IdError, IdeaId, IntakeLinkId};

/// Which stream of the loop; written as the id of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum EntryId {
    Link(IntakeLinkId),
    Idea(IdeaId),
    Feedback(FeedbackId),
    FieldDay(FieldDayId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Link,
    Idea,
    Feedback,
    FieldDay,
}

impl EntryKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Idea => "idea",
            Self::Feedback => "feedback",
            Self::FieldDay => "field_day",
        }
    }
}

impl EntryId {
    pub const fn kind(self) -> EntryKind {
        match self {
            Self::Link(_) => EntryKind::Link,
            Self::Idea(_) => EntryKind::Idea,
            Self::Feedback(_) => EntryKind::Feedback,
            Self::FieldDay(_) => EntryKind::FieldDay,
        }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(id) => id.fmt(f),
            Self::Idea(id) => id.fmt(f),
            Self::Feedback(id) => id.fmt(f),
            Self::FieldDay(id) => id.fmt(f),
        }
    }
}

impl FromStr for EntryId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('_').map(|(prefix, _)| prefix) {
            Some(IntakeLinkId::PREFIX) => text.parse().map(Self::Link),
            Some(FeedbackId::PREFIX) => text.parse().map(Self::Feedback),
            Some(FieldDayId::PREFIX) => text.parse().map(Self::FieldDay),
            _ => text.parse().map(Self::Idea),
        }
    }
}

impl TryFrom<String> for EntryId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> String {
        id.to_string()
    }
}

impl From<IntakeLinkId> for EntryId {
    fn from(id: IntakeLinkId) -> Self {
        Self::Link(id)
    }
}

impl From<IdeaId> for EntryId {
    fn from(id: IdeaId) -> Self {
        Self::Idea(id)
    }
}

impl From<FeedbackId> for EntryId {
    fn from(id: FeedbackId) -> Self {
        Self::Feedback(id)
    }
}

impl From<FieldDayId> for EntryId {
    fn from(id: FieldDayId) -> Self {
        Self::FieldDay(id)
    }
}
