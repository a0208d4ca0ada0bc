//! The rows of multi-row statements; field names are those of the statement's `rows`.

use std::collections::BTreeSet;

use serde::Serialize;
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId, TokenId},
    intake::{self, EntryId, Line},
    key::{GateKey, MarketKey, PortfolioKey, StageKey, WorkflowKey},
    product::{Actor, DeliverableRef},
    text,
};

use crate::{
    facet, listing,
    time::{micros, micros_or_never},
};

#[derive(Serialize)]
pub(super) struct Key<'a> {
    pub(super) actor: Actor,
    pub(super) key: &'a str,
}

#[derive(Serialize)]
pub(crate) struct Version {
    pub(crate) id: ProductId,
    pub(crate) version: u32,
}

#[derive(Serialize)]
pub(crate) struct Event {
    pub(crate) position: u64,
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) record: String,
    pub(crate) leaf: String,
}

#[derive(Serialize)]
pub(crate) struct State {
    pub(crate) id: ProductId,
    pub(crate) version: u32,
    pub(crate) changed_at: i64,
    /// From 1, in the blob that goes along.
    pub(crate) place: usize,
    pub(crate) length: usize,
}

#[derive(Serialize)]
pub(crate) struct Listing<'a> {
    product: ProductId,
    name: &'a str,
    name_key: String,
    words: String,
    portfolio: &'a PortfolioKey,
    workflow: &'a WorkflowKey,
    workflow_version: u32,
    stage: &'a StageKey,
    gate: Option<&'a GateKey>,
    side: &'a str,
    standing: listing::Standing,
    outcome: Option<&'a str>,
    owner: PersonId,
    due_at: i64,
    condition_due_at: Option<i64>,
    started_at: i64,
    next_tick: i64,
}

impl<'a> Listing<'a> {
    pub(crate) fn of(product: ProductId, listing: &'a listing::Listing) -> Self {
        Self {
            product,
            name: &listing.name,
            name_key: text::sort_key(&listing.name),
            words: listing::spaced_words(&listing.name),
            portfolio: &listing.portfolio,
            workflow: &listing.workflow,
            workflow_version: listing.workflow_version,
            stage: &listing.stage,
            gate: listing.gate.as_ref(),
            side: &listing.side,
            standing: listing.standing,
            outcome: listing.outcome.as_deref(),
            owner: listing.owner,
            due_at: micros_or_never(listing.due_at),
            condition_due_at: listing.condition_due_at.map(micros),
            started_at: listing.started_at.timestamp_micros(),
            next_tick: micros_or_never(listing.next_tick),
        }
    }
}

/// The two dates of a line, when nothing else of it has moved.
#[derive(Serialize)]
pub(super) struct Dates {
    product: ProductId,
    due_at: i64,
    next_tick: i64,
}

impl Dates {
    /// None when more has moved than these.
    pub(super) fn of(
        product: ProductId,
        before: &listing::Listing,
        after: &listing::Listing,
    ) -> Option<Self> {
        let moved =
            listing::Listing { due_at: after.due_at, next_tick: after.next_tick, ..before.clone() };
        (moved == *after).then(|| Self {
            product,
            due_at: micros_or_never(after.due_at),
            next_tick: micros_or_never(after.next_tick),
        })
    }
}

#[derive(Serialize)]
pub(crate) struct Facet<'a> {
    product: ProductId,
    kind: &'a str,
    value: &'a str,
}

/// Facets that go, and facets that come.
#[derive(Default)]
pub(crate) struct FacetChange<'a> {
    pub(crate) dropped: Vec<Facet<'a>>,
    pub(crate) added: Vec<Facet<'a>>,
}

impl<'a> FacetChange<'a> {
    pub(crate) fn add(
        &mut self,
        product: ProductId,
        before: Option<&'a BTreeSet<facet::Facet>>,
        after: &'a BTreeSet<facet::Facet>,
    ) {
        let none = const { &BTreeSet::new() };
        let before = before.unwrap_or(none);
        let row =
            |facet: &'a facet::Facet| Facet { product, kind: &facet.kind, value: &facet.value };
        self.dropped.extend(before.difference(after).map(row));
        self.added.extend(after.difference(before).map(row));
    }
}

#[derive(Serialize)]
pub(super) struct TaskKey<'a> {
    pub(super) product: ProductId,
    pub(super) key: &'a str,
    pub(super) addressee: &'a listing::Addressee,
}

#[derive(Serialize)]
pub(crate) struct Task<'a> {
    pub(crate) product: ProductId,
    pub(crate) key: &'a str,
    pub(crate) addressee: &'a listing::Addressee,
    pub(crate) kind: &'a str,
    pub(crate) due_at: i64,
    pub(crate) since: i64,
}

impl<'a> Task<'a> {
    pub(crate) fn of(product: ProductId, task: &'a listing::Task) -> Self {
        Self {
            product,
            key: &task.key,
            addressee: &task.addressee,
            kind: &task.kind,
            due_at: micros_or_never(task.due_at),
            since: micros(task.since),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Content<'a> {
    pub(crate) digest: String,
    pub(crate) salt: String,
    pub(crate) body: &'a str,
}

#[derive(Serialize)]
pub(super) struct UsedKey<'a> {
    pub(super) actor: Actor,
    pub(super) key: &'a str,
    pub(super) fingerprint: String,
    pub(super) stream: String,
    pub(super) version: u64,
    pub(super) first_position: u64,
    pub(super) event_count: usize,
    pub(super) at: i64,
}

#[derive(Serialize)]
pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) kind: sluicegate_core::directory::Kind,
    pub(super) active: u8,
    pub(super) profile: String,
}

#[derive(Serialize)]
pub(super) struct Token<'a> {
    pub(super) id: TokenId,
    pub(super) hash: String,
    pub(super) person: PersonId,
    pub(super) label: &'a str,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
}

#[derive(Serialize)]
pub(super) struct Workflow<'a> {
    #[serde(rename = "workflow")]
    pub(super) name: &'a WorkflowKey,
    pub(super) version: u32,
    pub(super) digest: String,
    pub(super) source: &'a str,
    pub(super) published_at: i64,
}

#[derive(Serialize)]
pub(crate) struct Entry {
    id: EntryId,
    version: u32,
    changed_at: i64,
    state: String,
    kind: &'static str,
    portfolio: PortfolioKey,
    status: String,
    product: Option<ProductId>,
    topic: Option<String>,
    market: Option<MarketKey>,
    sender: Option<PersonId>,
    owner: Option<PersonId>,
    flagged: u8,
    secret: Option<Digest>,
    opened_at: i64,
    due_at: i64,
    next_tick: i64,
}

impl Entry {
    pub(crate) fn of(entry: &intake::Entry, changed_at: i64) -> crate::error::Result<Self> {
        let line: Line = intake::line(entry);
        Ok(Self {
            id: line.id,
            version: entry.version(),
            changed_at,
            state: crate::codec::json(entry)?,
            kind: line.kind.name(),
            portfolio: line.portfolio,
            status: line.status,
            product: line.product,
            topic: line.topic,
            market: line.market,
            sender: line.sender,
            owner: line.owner,
            flagged: line.flagged.into(),
            secret: line.secret,
            opened_at: micros(line.opened_at),
            due_at: micros_or_never(line.due_at),
            next_tick: micros_or_never(intake::next_tick(entry)),
        })
    }
}

#[derive(Serialize)]
pub(crate) struct EntryTask {
    pub(crate) entry: EntryId,
    pub(crate) key: String,
    pub(crate) addressee: listing::Addressee,
    pub(crate) kind: String,
    pub(crate) due_at: i64,
    pub(crate) since: i64,
}

#[derive(Serialize)]
pub(super) struct Draft {
    pub(super) product: ProductId,
    pub(super) deliverable: DeliverableRef,
    pub(super) body: String,
    pub(super) updated_by: Actor,
    pub(super) updated_at: i64,
}

#[derive(Serialize)]
pub(crate) struct Sketch<'a> {
    pub(crate) portfolio: &'a PortfolioKey,
    pub(crate) piece: i64,
    pub(crate) subject: &'a str,
    pub(crate) content: Digest,
}
