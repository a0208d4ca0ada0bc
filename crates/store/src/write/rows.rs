//! The rows of multi-row statements; field names are those of the statement's `rows`.

use serde::Serialize;
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId, TokenId},
    intake::{self, EntryId, Line},
    key::{GateKey, MarketKey, PortfolioKey, StageKey, WorkflowKey},
    product::{Actor, DeliverableRef},
};

use crate::{
    listing,
    time::{micros, micros_or_never},
};

#[derive(Serialize)]
pub(super) struct Key<'a> {
    pub(super) actor: Actor,
    pub(super) key: &'a str,
}

#[derive(Serialize)]
pub(super) struct Version {
    pub(super) id: ProductId,
    pub(super) version: u32,
}

#[derive(Serialize)]
pub(super) struct Event {
    pub(super) position: u64,
    pub(super) stream: String,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) at: i64,
    pub(super) record: String,
    pub(super) leaf: String,
}

#[derive(Serialize)]
pub(super) struct State {
    pub(super) id: ProductId,
    pub(super) version: u32,
    pub(super) changed_at: i64,
    /// From 1, in the blob that goes along.
    pub(super) place: usize,
    pub(super) length: usize,
}

#[derive(Serialize)]
pub(super) struct Listing<'a> {
    product: ProductId,
    name: &'a str,
    name_key: String,
    portfolio: &'a PortfolioKey,
    workflow: &'a WorkflowKey,
    workflow_version: u32,
    stage: &'a StageKey,
    gate: Option<&'a GateKey>,
    side: &'a str,
    standing: listing::Standing,
    owner: PersonId,
    due_at: i64,
    started_at: i64,
    next_tick: i64,
}

impl<'a> Listing<'a> {
    pub(super) fn of(product: ProductId, listing: &'a listing::Listing) -> Self {
        Self {
            product,
            name: &listing.name,
            name_key: listing::name_key(&listing.name),
            portfolio: &listing.portfolio,
            workflow: &listing.workflow,
            workflow_version: listing.workflow_version,
            stage: &listing.stage,
            gate: listing.gate.as_ref(),
            side: &listing.side,
            standing: listing.standing,
            owner: listing.owner,
            due_at: micros_or_never(listing.due_at),
            started_at: listing.started_at.timestamp_micros(),
            next_tick: micros_or_never(listing.next_tick),
        }
    }
}

#[derive(Serialize)]
pub(super) struct TaskKey<'a> {
    pub(super) product: ProductId,
    pub(super) key: &'a str,
    pub(super) addressee: &'a listing::Addressee,
}

#[derive(Serialize)]
pub(super) struct Task<'a> {
    pub(super) product: ProductId,
    pub(super) key: &'a str,
    pub(super) addressee: &'a listing::Addressee,
    pub(super) kind: &'a str,
    pub(super) due_at: i64,
    pub(super) since: i64,
}

#[derive(Serialize)]
pub(super) struct Content<'a> {
    pub(super) digest: String,
    pub(super) salt: String,
    pub(super) body: &'a str,
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
pub(super) struct Entry {
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
    pub(super) fn of(entry: &intake::Entry, changed_at: i64) -> crate::error::Result<Self> {
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
pub(super) struct EntryTask {
    pub(super) entry: EntryId,
    pub(super) key: String,
    pub(super) addressee: listing::Addressee,
    pub(super) kind: String,
    pub(super) due_at: i64,
    pub(super) since: i64,
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
pub(super) struct Sketch<'a> {
    pub(super) portfolio: &'a PortfolioKey,
    pub(super) piece: i64,
    pub(super) subject: &'a str,
    pub(super) content: Digest,
}
