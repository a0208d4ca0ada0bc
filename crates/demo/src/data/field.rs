//! What comes from the field: intake links, ideas, feedback with its answers, field days.

use serde::Deserialize;

use super::Say;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldData {
    pub(crate) links: Vec<LinkRow>,
    pub(crate) ideas: Vec<IdeaRow>,
    pub(crate) feedback: Vec<FeedbackRow>,
    pub(crate) days: Vec<DayRow>,
}

/// An address at which ideas are taken in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkRow {
    pub(crate) key: String,
    pub(crate) title: Say,
    pub(crate) portfolio: String,
    pub(crate) workflow: String,
    pub(crate) by: String,
    /// It was revoked so many days ago.
    pub(crate) revoked: Option<i64>,
}

/// An idea, submitted so many days ago, and what became of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdeaRow {
    pub(crate) key: Option<String>,
    pub(crate) link: String,
    pub(crate) ago: i64,
    pub(crate) name: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) problem: String,
    pub(crate) idea: String,
    #[serde(default)]
    pub(crate) evidence: Vec<String>,
    pub(crate) market: Option<String>,
    pub(crate) segment: Option<String>,
    /// Days until somebody let it in, and until it was screened.
    #[serde(default)]
    pub(crate) after: (i64, i64),
    pub(crate) then: Fate,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fate {
    /// Nobody has looked at it yet.
    Received,
    /// Let in, and open for screening.
    Open,
    Rejected(String),
    Declined(String),
    Parked {
        days: i64,
        why: String,
    },
    /// A duplicate of an idea of this key.
    Merged(String),
    /// A product of this sheet does it already.
    MergedInto(String),
}

/// Something that somebody saw of a product.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FeedbackRow {
    /// The sheet of the product.
    pub(crate) on: String,
    pub(crate) ago: i64,
    pub(crate) by: String,
    #[serde(flatten)]
    pub(crate) what: Seen,
    /// Days until it was answered, and the answer; none: it waits.
    pub(crate) answer: Option<(i64, Reply)>,
    /// Whether it was to be reported, by quality, and why; days after it was sent.
    pub(crate) assessed: Option<(i64, bool, String)>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the words of the field, as the files write them")]
pub(crate) struct Seen {
    pub(crate) kind: String,
    pub(crate) market: Option<String>,
    #[serde(default)]
    pub(crate) urgent: bool,
    pub(crate) seen: String,
    pub(crate) said_by: Option<String>,
    #[serde(default)]
    pub(crate) incident: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Reply {
    Idea {
        problem: String,
        idea: String,
    },
    /// A deliverable is owed anew; made after so many days.
    Obligation {
        deliverable: String,
        requirement: String,
        why: String,
        made: Option<i64>,
    },
    No(String),
}

/// A day that marketing spent with sales.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayRow {
    pub(crate) ago: i64,
    pub(crate) portfolio: String,
    pub(crate) market: String,
    pub(crate) marketer: String,
    pub(crate) seller: String,
    pub(crate) on: Vec<String>,
    pub(crate) account: String,
    pub(crate) seen: String,
    pub(crate) learned: String,
    pub(crate) usable: Option<String>,
    pub(crate) not_usable: Option<String>,
    /// Text, owner, days until due, days until done.
    #[serde(default)]
    pub(crate) follow_ups: Vec<(String, String, i64, Option<i64>)>,
    /// What goes upstream: the sheet, and what was seen.
    #[serde(default)]
    pub(crate) learnings: Vec<Learning>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Learning {
    pub(crate) on: String,
    pub(crate) kind: String,
    pub(crate) seen: String,
    pub(crate) answer: Option<(i64, Reply)>,
}
