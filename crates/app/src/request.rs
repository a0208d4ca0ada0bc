//! What a caller asks, and what it gets.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    directory::{Kind, PublishedVersion},
    id::PersonId,
    key::{MarketKey, PortfolioKey, WorkflowKey},
    product::{Actor, Event, Product},
};
use sluicegate_store::{IdempotencyKey, NewContent, Stored};

use crate::access::Proof;

/// Somebody who has shown a token or the secret of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub person: PersonId,
    pub kind: Kind,
    /// None for tokens: nobody has proved anything but that they have it.
    pub proof: Option<Proof>,
    /// The absent person in whose name is asked.
    pub on_behalf_of: Option<PersonId>,
}

impl Caller {
    /// Somebody with a token, in the own name.
    pub const fn new(person: PersonId, kind: Kind) -> Self {
        Self { person, kind, proof: None, on_behalf_of: None }
    }

    /// Who the log and the rules say it is.
    pub const fn actor(&self) -> Actor {
        match self.on_behalf_of {
            Some(of) => Actor::Deputy { by: self.person, of },
            None => Actor::Person(self.person),
        }
    }
}

/// A command with all that a caller may say around it.
#[derive(Clone, Debug)]
pub struct Request<C> {
    pub actor: Actor,
    pub command: C,
    /// The texts and contents that the command names by digest.
    pub contents: Vec<NewContent>,
    pub key: Option<IdempotencyKey>,
    /// From If-Match: the version that the caller has seen.
    pub seen: Option<u32>,
    /// Judge it, and write nothing.
    pub dry_run: bool,
}

impl<C> Request<C> {
    /// The same circumstances around another command.
    pub(crate) fn with<D>(self, command: D) -> Request<D> {
        let Self { actor, contents, key, seen, dry_run, .. } = self;
        Request { actor, command, contents, key, seen, dry_run }
    }
}

/// Turns texts and contents into digests while a command is being built.
#[derive(Debug)]
pub struct Sealer {
    salt: fn() -> [u8; 16],
    contents: Vec<NewContent>,
}

impl Sealer {
    pub fn new(salt: fn() -> [u8; 16]) -> Self {
        Self { salt, contents: Vec::new() }
    }

    pub fn text(&mut self, text: &str) -> Digest {
        self.json(Value::String(text.to_owned()))
    }

    pub fn json(&mut self, value: Value) -> Digest {
        let content = NewContent::of((self.salt)(), value);
        let digest = content.digest();
        self.contents.push(content);
        digest
    }

    /// A content that was sealed before.
    pub fn include(&mut self, content: Option<NewContent>) {
        self.contents.extend(content);
    }

    pub fn contents(self) -> Vec<NewContent> {
        self.contents
    }
}

/// The answer to an accepted command.
#[derive(Clone, Debug)]
pub struct Done {
    pub product: Arc<Product>,
    pub events: Vec<Stored>,
    pub replayed: bool,
    pub dry_run: bool,
    /// The content that was filed, where fields of it are computed.
    pub content: Option<Arc<Value>>,
}

impl Done {
    pub fn kinds(&self) -> impl Iterator<Item = Option<Event>> + '_ {
        self.events.iter().map(|stored| stored.recorded().map(|recorded| recorded.event))
    }
}

/// A new product; its id is made here.
#[derive(Clone, Debug)]
pub struct StartProduct {
    pub workflow: WorkflowKey,
    /// None: the latest.
    pub version: Option<u32>,
    pub name: String,
    pub portfolio: PortfolioKey,
    /// None: whoever asks.
    pub owner: Option<PersonId>,
    /// The content of the card, sealed.
    pub card: Digest,
    pub markets: BTreeSet<MarketKey>,
}

/// A product that is to move to a newer version of its workflow.
#[derive(Clone, Debug)]
pub struct MoveProduct {
    /// None: the newest.
    pub to: Option<u32>,
    pub reason: Digest,
}

#[derive(Clone, Debug)]
pub struct NewPerson {
    pub name: String,
    pub email: Option<String>,
    pub kind: Kind,
}

/// Another name or address.
#[derive(Clone, Debug)]
pub struct RevisedPerson {
    pub person: PersonId,
    pub name: String,
    pub email: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NewToken {
    pub person: PersonId,
    pub label: String,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A workflow file.
#[derive(Clone, Debug)]
pub struct PublishWorkflow {
    pub source: String,
}

/// The answer to an accepted command about the organisation.
#[derive(Clone)]
pub struct AdminDone {
    pub events: Vec<Stored>,
    /// The organisation's version after the command.
    pub version: u64,
    pub replayed: bool,
    pub dry_run: bool,
    /// A new token's secret, shown this once; never in a replay or a dry run.
    pub secret: Option<String>,
    /// The version that a published workflow has now, new or not.
    pub workflow: Option<(WorkflowKey, PublishedVersion)>,
}

impl std::fmt::Debug for AdminDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { events, version, .. } = self;
        let mut shown = f.debug_struct("AdminDone");
        shown.field("events", events).field("version", version).finish_non_exhaustive()
    }
}

/// What the first start of a database made.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// On an empty database: the first administrator and a token to sign in once.
    pub first: Option<FirstAdministrator>,
    /// The workflows that got a new version.
    pub published: Vec<(WorkflowKey, u32)>,
}

#[derive(Clone)]
pub struct FirstAdministrator {
    pub person: PersonId,
    pub secret: String,
}

impl std::fmt::Debug for FirstAdministrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstAdministrator").field("person", &self.person).finish_non_exhaustive()
    }
}
