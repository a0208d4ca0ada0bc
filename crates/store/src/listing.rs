//! What lists and inboxes show of a product, so that they need not read its state.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    id::{PersonId, ProductId},
    intake::{self, Entry, EntryId},
    key::{GateKey, PortfolioKey, RoleKey, StageKey, WorkflowKey},
    product::{ConditionState, Ending, Overlay, Product},
    rules, text,
};

/// What the rules say of a state for lists and inboxes; the rest is in the state itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Where the product is, or the stage whose gate it stands at.
    pub stage: StageKey,
    /// `upstream`, `downstream`, ...: the side of that stage.
    pub side: String,
    /// The next date that people work towards.
    pub due_at: Option<DateTime<Utc>>,
    /// When the clock has something to do with this product.
    pub next_tick: Option<DateTime<Utc>>,
    pub tasks: Vec<Task>,
    /// Who holds which role on the product, the owner among them.
    pub holders: BTreeSet<(PersonId, RoleKey)>,
}

/// Something that somebody is asked to do: an entry of an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Names the task among those of its product, for example `review:market_size`.
    pub key: String,
    pub addressee: Addressee,
    /// A code for the kind of work, for example `review`, `vote`, `hand_over`.
    pub kind: String,
    pub due_at: Option<DateTime<Utc>>,
    pub since: DateTime<Utc>,
}

/// Whose inbox; written `psn_...` or `role@portfolio`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Addressee {
    Person(PersonId),
    /// Everybody who holds the role in the portfolio.
    Role {
        role: RoleKey,
        portfolio: PortfolioKey,
    },
}

impl fmt::Display for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::Role { role, portfolio } => write!(f, "{role}@{portfolio}"),
        }
    }
}

/// The text names nobody's inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an addressee looks like psn_... or role@portfolio")]
pub struct AddresseeError;

impl FromStr for Addressee {
    type Err = AddresseeError;
    fn from_str(text: &str) -> Result<Self, AddresseeError> {
        match text.split_once('@') {
            Some((role, portfolio)) => Ok(Self::Role {
                role: role.parse().map_err(|_| AddresseeError)?,
                portfolio: portfolio.parse().map_err(|_| AddresseeError)?,
            }),
            None => text.parse().map(Self::Person).map_err(|_| AddresseeError),
        }
    }
}

impl TryFrom<String> for Addressee {
    type Error = AddresseeError;
    fn try_from(text: String) -> Result<Self, AddresseeError> {
        text.parse()
    }
}

impl From<Addressee> for String {
    fn from(addressee: Addressee) -> String {
        addressee.to_string()
    }
}

/// The overlay without what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    Held,
    Closing,
    Closed,
}

impl Standing {
    pub const ALL: [Self; 4] = [Self::Active, Self::Held, Self::Closing, Self::Closed];

    pub const fn of(overlay: &Overlay) -> Self {
        match overlay {
            Overlay::Active => Self::Active,
            Overlay::Held(_) => Self::Held,
            Overlay::Closing(_) => Self::Closing,
            Overlay::Closed(_) => Self::Closed,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Held => "held",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }
}

impl FromStr for Standing {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|standing| standing.code() == text).ok_or(())
    }
}

/// A line of a list of products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: ProductId,
    pub version: u32,
    pub name: String,
    pub portfolio: PortfolioKey,
    pub workflow: WorkflowKey,
    pub workflow_version: u32,
    pub stage: StageKey,
    /// The gate at which it stands.
    pub gate: Option<GateKey>,
    pub side: String,
    pub standing: Standing,
    /// How a closed product ended: `killed`, or the key of its exit.
    pub outcome: Option<String>,
    pub owner: PersonId,
    pub due_at: Option<DateTime<Utc>>,
    /// The earliest due date of an open condition.
    pub condition_due_at: Option<DateTime<Utc>>,
    pub started_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// The columns of a product's line that change with less than every event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) name: String,
    pub(crate) portfolio: PortfolioKey,
    pub(crate) workflow: WorkflowKey,
    pub(crate) workflow_version: u32,
    pub(crate) stage: StageKey,
    pub(crate) gate: Option<GateKey>,
    pub(crate) side: String,
    pub(crate) standing: Standing,
    pub(crate) outcome: Option<String>,
    pub(crate) owner: PersonId,
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) condition_due_at: Option<DateTime<Utc>>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) next_tick: Option<DateTime<Utc>>,
}

impl Listing {
    pub(crate) fn of(product: &Product, projection: &Projection) -> Self {
        Self {
            // PostgreSQL's text knows no NUL; the record keeps it, escaped.
            name: text::composed(&product.name).replace('\0', "\u{fffd}"),
            portfolio: product.portfolio.clone(),
            workflow: product.workflow.key.clone(),
            workflow_version: product.workflow.version,
            stage: projection.stage.clone(),
            gate: product.submission().map(|open| open.gate.clone()),
            side: projection.side.clone(),
            standing: Standing::of(&product.overlay),
            outcome: outcome(product),
            owner: product.owner,
            due_at: projection.due_at,
            condition_due_at: condition_due_at(product),
            started_at: product.started_at,
            next_tick: projection.next_tick,
        }
    }
}

/// How a closed product ended: `killed`, or the key of its exit.
pub fn outcome(product: &Product) -> Option<String> {
    match &product.overlay {
        Overlay::Closed(closed) => Some(match &closed.ending {
            Ending::Killed => "killed".to_owned(),
            Ending::Exited(exit) => exit.to_string(),
        }),
        _ => None,
    }
}

/// The earliest due date of an open condition.
pub fn condition_due_at(product: &Product) -> Option<DateTime<Utc>> {
    let open = |state: &ConditionState| !matches!(state, ConditionState::Closed { .. });
    let conditions = product.conditions.values().filter(|condition| open(&condition.state));
    conditions.map(|condition| condition.due).min()
}

/// The words of a name as lists are sifted by them: each after a space.
pub fn spaced_words(name: &str) -> String {
    text::words(name).iter().flat_map(|word| [" ", word]).collect()
}

/// What waits because of an entry, as inboxes keep it.
pub fn entry_tasks(entry: &Entry) -> Vec<Task> {
    let task = |task: intake::Task| Task {
        key: format!("{}:{}", task.kind.name(), task.about),
        addressee: match task.addressee {
            rules::Addressee::Person(person) => Addressee::Person(person),
            rules::Addressee::Role(role) => {
                Addressee::Role { role, portfolio: entry.portfolio().clone() }
            }
        },
        kind: task.kind.name().to_owned(),
        due_at: task.due,
        since: task.since,
    };
    intake::tasks(entry).into_iter().map(task).collect()
}

/// A line of somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxEntry {
    pub about: InboxSubject,
    /// The product that it concerns, with its name.
    pub product: Option<(ProductId, String)>,
    pub portfolio: PortfolioKey,
    pub task: Task,
}

/// What a line of an inbox belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxSubject {
    Product { id: ProductId, workflow: WorkflowKey, workflow_version: u32 },
    Entry(EntryId),
}

impl InboxSubject {
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Product { id, .. } => id.to_string(),
            Self::Entry(id) => id.to_string(),
        }
    }
}
