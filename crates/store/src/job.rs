//! What the writer is asked, by which rules it decides, and what it answers.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    access::AccessEvent,
    digest::Digest,
    directory::{Directory, DirectoryEvent},
    id::{ProductId, TokenId},
    intake::{Entry, EntryId, Move},
    key::PortfolioKey,
    product::{Actor, DeliverableRef, Event, Product},
    rules::{Contents, Fitted},
};

use crate::{access::Credential, listing::Projection, record::Stored};

/// The rules of the process, given by the layer above. Every method is called inside a
/// transaction that others wait for: none may block, and all must be deterministic.
pub trait Rules: Send + Sync + 'static {
    type Command: Send + Sync + 'static;
    type Refusal: Send + Sync + 'static;

    /// Which stored contents `decide` must see. `product` is the command's own, or for an entry the
    /// first of those that it touches.
    fn needs(&self, product: Option<&Product>, command: &Self::Command) -> Vec<Digest>;
    /// The digest of a workflow that must be learnt before anything else can be asked about this
    /// product and command: the pinned one, and one that the command starts with or moves to. Asked
    /// again after each [`Rules::learn`], until it says none.
    fn unknown_workflow(
        &self,
        product: Option<&Product>,
        command: &Self::Command,
    ) -> Option<Digest>;
    /// Here is the published source of a workflow.
    fn learn(&self, digest: Digest, source: &str);
    /// The one judgement: events, or the reason why not.
    fn decide(&self, facts: &Facts<'_>, command: &Self::Command)
    -> Result<Decision, Self::Refusal>;
    /// List columns and inbox entries of a state. Only called for products whose workflow is known.
    fn project(&self, product: &Product) -> Projection;
}

/// What `decide` may know besides the command.
#[derive(Debug)]
pub struct Facts<'a> {
    /// In whole microseconds, and never earlier than the log's last event when the batch began.
    pub now: DateTime<Utc>,
    pub actor: Actor,
    pub directory: &'a Directory,
    /// None for a product that is to be started, and for commands to the directory.
    pub product: Option<&'a Product>,
    /// Every product that the command touches, as far as it exists.
    pub products: &'a BTreeMap<ProductId, &'a Product>,
    /// Every entry that the command touches, as far as it exists.
    pub entries: &'a BTreeMap<EntryId, &'a Entry>,
    /// Those that [`Rules::needs`] named, and those that came with the command.
    pub contents: &'a Contents,
}

/// What the rules made of a command. An empty list is an agreement that changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Product(Vec<Event>),
    Directory(Vec<DirectoryEvent>),
    /// What was refused; nothing moves.
    Access(AccessEvent),
    /// Of an entry, and of whatever else it moves: each stream once.
    Moves(Vec<Move>),
}

/// A command with all that the writer needs around it.
#[derive(Clone, Debug)]
pub struct Job<C> {
    pub actor: Actor,
    /// Without it, a repeat after a lost answer is a second command.
    pub key: Option<IdempotencyKey>,
    pub target: Target,
    /// What the command reads or moves besides; loaded and locked with the target.
    pub also: Vec<Target>,
    pub command: C,
    /// Contents that the events will name; stored when the command is accepted.
    pub contents: Vec<NewContent>,
    /// The product's version (or, for the directory, its own) that the asker has seen.
    pub expected_version: Option<u32>,
    /// One for each token that the command issues.
    pub secrets: Vec<TokenSecret>,
    /// One for each invitation that the command issues, and each password that it sets.
    pub credentials: Vec<Credential>,
    /// One for each workflow version that the command publishes.
    pub sources: Vec<WorkflowSource>,
    /// First drafts of a product that the command starts.
    pub drafts: Vec<NewDraft>,
    /// By what the contents are to be found.
    pub sketches: Vec<NewSketch>,
}

impl<C> Job<C> {
    pub fn new(actor: Actor, target: Target, command: C) -> Self {
        Self {
            actor,
            key: None,
            target,
            also: Vec::new(),
            command,
            contents: Vec::new(),
            expected_version: None,
            secrets: Vec::new(),
            credentials: Vec::new(),
            sources: Vec::new(),
            drafts: Vec::new(),
            sketches: Vec::new(),
        }
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = Target> + '_ {
        [self.target].into_iter().chain(self.also.iter().copied())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Product(ProductId),
    /// The id of a product that does not exist yet.
    NewProduct(ProductId),
    Directory,
    Entry(EntryId),
    /// The id of an entry that does not exist yet.
    NewEntry(EntryId),
    /// The list of what was refused. It waits for nothing and holds up nothing but the log's head.
    Access,
}

/// An asker's name for one command; its own for each actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key: String,
    /// Of the whole request, to tell a repeat from another request under the same key.
    pub fingerprint: Digest,
}

/// A content that comes with a command. Nothing else makes one than what stands here, so its digest
/// is that of its text and its text that of its value.
#[derive(Clone, Debug)]
pub struct NewContent {
    stored: StoredContent,
    value: Arc<Value>,
    fitted: Option<Fitted>,
}

impl NewContent {
    /// Serializes the value and names it.
    pub fn of(salt: [u8; 16], value: Value) -> Self {
        Self::sealed(salt, Arc::new(value))
    }

    fn sealed(salt: [u8; 16], value: Arc<Value>) -> Self {
        let body = value.to_string();
        let digest = Digest::salted(salt, body.as_bytes());
        Self { stored: StoredContent { digest, salt, body }, value, fitted: None }
    }

    /// Takes over what was made of its value when it was held against a form. Where that has
    /// changed it, it gets another salt, and another name.
    pub fn fit(&mut self, salt: impl FnOnce() -> [u8; 16], fitted: Fitted) {
        if !Arc::ptr_eq(&self.value, fitted.content()) {
            *self = Self::sealed(salt(), fitted.content().clone());
        }
        self.fitted = Some(fitted);
    }

    pub(crate) fn put_into(&self, contents: &mut Contents) {
        match &self.fitted {
            Some(fitted) => contents.insert_fitted(self.digest(), fitted.clone()),
            None => contents.insert(self.digest(), self.value.clone()),
        }
    }

    pub const fn digest(&self) -> Digest {
        self.stored.digest
    }

    pub(crate) const fn stored(&self) -> &StoredContent {
        &self.stored
    }

    pub const fn value(&self) -> &Arc<Value> {
        &self.value
    }
}

/// A JSON text under its salted digest (see [`Digest::salted`]), as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredContent {
    pub digest: Digest,
    pub salt: [u8; 16],
    pub body: String,
}

/// What of a token's secret is kept: its hash, beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSecret {
    pub token: TokenId,
    pub hash: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowSource {
    pub digest: Digest,
    pub source: String,
}

/// A draft that is saved with the event that starts its product.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDraft {
    pub product: ProductId,
    pub deliverable: DeliverableRef,
    pub body: Value,
}

/// The pieces by which a content of an idea or a product is found; see
/// [`sketch`](sluicegate_core::intake::sketch).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSketch {
    pub portfolio: PortfolioKey,
    /// The id of an idea or a product.
    pub subject: String,
    pub content: Digest,
    pub pieces: Vec<i64>,
}

/// The answer to an accepted command, from what was committed.
#[derive(Clone, Debug)]
pub struct Done {
    /// The state after the command; none for commands to other streams.
    pub product: Option<Arc<Product>>,
    /// The same of the entry that was the command's target.
    pub entry: Option<Arc<Entry>>,
    pub events: Vec<Stored>,
    /// This is the first answer again: the idempotency key had been used for the same command.
    pub replayed: bool,
}

/// Why a command had no effect.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    #[error("refused")]
    Refused(R),
    #[error("it has changed: the current version is {current}")]
    Stale { current: u32 },
    #[error("there is no such product")]
    NoSuchProduct,
    #[error("there is no such entry")]
    NoSuchEntry,
    #[error("there is one with this id already")]
    ProductExists,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The queue is full; nothing was written.
    #[error("too many commands wait")]
    Busy,
    /// Nothing was written.
    #[error("the database cannot be reached")]
    Unavailable,
    /// The answer to the commit was lost: repeat with the same idempotency key. Only commands
    /// without a key, and those whose repeats failed as well, end like this.
    #[error("the outcome is not known: repeat with the same idempotency key")]
    OutcomeUnknown,
    /// A bug or corrupt data; the log says which.
    #[error("internal error")]
    Internal,
}
