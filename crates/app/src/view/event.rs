//! Events, as histories and feeds show them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::product::Actor;

use super::{Names, PersonName, Texts};

/// One event of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventView {
    pub position: u64,
    /// A product's id, or `org`.
    pub stream: String,
    /// From 1 in its stream.
    pub version: u64,
    pub at: DateTime<Utc>,
    pub actor: Actor,
    /// Empty for the system.
    pub actor_name: String,
    /// The absent person in whose name a deputy acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonName>,
    /// As in the event's own tag, for example `gate_decided`.
    pub kind: String,
    pub event: Value,
    /// What the event names by digest.
    pub texts: Texts,
    /// Whom the event names by id.
    pub people: Names,
    /// Scores of others are left out while gatekeepers score alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// What stood there before, in the audit trail only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ReplacedView>,
}

/// The earlier event that set the value which another one replaces.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplacedView {
    pub position: u64,
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub actor_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonName>,
    pub event: Value,
    pub texts: Texts,
    pub people: Names,
}

impl From<EventView> for ReplacedView {
    fn from(view: EventView) -> Self {
        let EventView { position, at, actor, actor_name, on_behalf_of, .. } = view;
        let EventView { event, texts, people, .. } = view;
        Self { position, at, actor, actor_name, on_behalf_of, event, texts, people }
    }
}

/// A part of the feed: go on after `next`, whether or not anything was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedView {
    pub events: Vec<EventView>,
    pub next: u64,
}

/// A page of the audit trail, the newest event first: go on before `next`, unless there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditView {
    pub items: Vec<EventView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
