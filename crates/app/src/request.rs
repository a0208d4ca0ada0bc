//! What a caller asks, and what it gets.

use std::sync::Arc;

use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    directory::Kind,
    id::PersonId,
    product::{Actor, Event, Product},
};
use sluicegate_store::{IdempotencyKey, NewContent, Stored};

/// Somebody who has shown a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub person: PersonId,
    pub kind: Kind,
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
        self.json(&Value::String(text.to_owned()))
    }

    pub fn json(&mut self, value: &Value) -> Digest {
        let content = NewContent::of((self.salt)(), value);
        let digest = content.digest;
        self.contents.push(content);
        digest
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
}

impl Done {
    pub fn kinds(&self) -> impl Iterator<Item = Option<Event>> + '_ {
        self.events.iter().map(|stored| stored.recorded().map(|recorded| recorded.event))
    }
}
