//! Products: one, a line of a list, and what can be done with one.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    definition::{Side, Text},
    id::ProductId,
    intake::EntryId,
    key::{GateKey, PortfolioKey, StageKey, WorkflowKey},
    product::{DeliverableRef, Product, RoleRef, WorkflowRef},
    rules::{Action, Blocker, Link, Problem, Thing},
};
use sluicegate_store::{Health, Matter, Standing};

use super::{DeputyName, Names, PersonName, Texts};

/// One product as it is, or as it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProductView {
    pub id: ProductId,
    pub version: u32,
    pub name: String,
    pub workflow: WorkflowRef,
    pub workflow_title: Text,
    pub portfolio: PortfolioKey,
    pub owner: PersonName,
    pub stage: StageKey,
    pub stage_title: Text,
    /// The gate at which it stands.
    pub gate: Option<GateKey>,
    /// The gate at the end of the stage.
    pub gate_ahead: Option<GateKey>,
    pub side: Side,
    pub standing: Standing,
    /// The next date that people work towards.
    pub due_at: Option<DateTime<Utc>>,
    pub started_at: DateTime<Utc>,
    /// The card's content; none after an erasure.
    pub card: Option<Value>,
    /// The whole state; scores of others are left out while gatekeepers score alone.
    pub state: Arc<Product>,
    /// Everyone that the state mentions.
    pub people: Names,
    /// The short texts that the state names by digest: reasons, conditions, evidence.
    pub texts: Texts,
}

/// A line of a list of products.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProductLine {
    pub id: ProductId,
    pub version: u32,
    pub name: String,
    pub portfolio: PortfolioKey,
    pub workflow: WorkflowKey,
    pub workflow_version: u32,
    pub stage: StageKey,
    pub gate: Option<GateKey>,
    pub side: String,
    pub standing: Standing,
    /// How a closed product ended: `killed`, or the key of its exit.
    pub outcome: Option<String>,
    pub health: Health,
    pub owner: PersonName,
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    pub started_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// What can be done with a product now, by the asking person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionsView {
    pub product: ProductId,
    pub version: u32,
    pub actions: Vec<ExplainedView>,
}

/// An action: allowed, or each unmet condition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedView {
    #[serde(flatten)]
    pub action: Action,
    /// In the asker's language.
    pub title: String,
    /// How it is asked for.
    pub request: RequestView,
    pub allowed: bool,
    pub unmet: Vec<UnmetView>,
}

/// How an action is asked for. What the asker has yet to choose stands in braces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestView {
    pub method: &'static str,
    pub href: String,
}

/// One unmet condition: what is missing, in a sentence too, and who can clear it, where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnmetView {
    #[serde(flatten)]
    pub blocker: Blocker,
    /// In the asker's language.
    pub sentence: String,
    pub clear: ClearView,
}

/// Who can clear an unmet condition, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClearView {
    pub roles: BTreeSet<RoleRef>,
    pub people: Vec<PersonName>,
    /// Who can do it in the name of one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deputies: Vec<DeputyName>,
    pub at: Link,
    /// The path of that place.
    pub href: String,
}

/// One fault of a payload, with its sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProblemView {
    #[serde(flatten)]
    pub problem: Problem,
    pub sentence: String,
}

/// Why a command was refused, with sentences, names and links: see [`crate::App::refusal`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum RefusalView {
    NoSuch { thing: Thing, sentence: String },
    Invalid { problems: Vec<ProblemView> },
    Blocked { unmet: Vec<UnmetView> },
}

/// Who holds which role for a product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamView {
    pub owner: PersonName,
    pub roles: Vec<TeamRole>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamRole {
    pub role: RoleRef,
    pub title: Text,
    pub side: Side,
    /// The team has chosen these people; otherwise they are all who hold the role.
    pub chosen: bool,
    pub people: Vec<PersonName>,
}

/// A task in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxLine {
    /// The absent person whose task it is, and in whose name the asker may do it; none: the
    /// asker's own.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub of: Option<PersonName>,
    /// None for what belongs to no product yet.
    pub product: Option<ProductId>,
    pub product_name: String,
    /// The idea, the feedback or the field day that it belongs to; none: the product itself.
    pub entry: Option<EntryId>,
    pub portfolio: PortfolioKey,
    /// As in [`sluicegate_core::rules::TaskKind`] and [`sluicegate_core::intake::TaskKind`].
    pub kind: String,
    /// In the asker's language.
    pub title: String,
    /// Which deliverable, criterion, condition, market, review or duty; empty: the product.
    pub about: String,
    /// None: addressed to the person; else the role that the person holds.
    pub role: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub since: DateTime<Utc>,
    pub overdue: bool,
    pub href: String,
}

/// Something that holds the words that were looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchLine {
    pub matter: Matter,
    /// Of an idea the one that it became, if it did.
    pub product: Option<ProductId>,
    pub product_name: Option<String>,
    /// The idea or the feedback.
    pub entry: Option<EntryId>,
    pub portfolio: PortfolioKey,
    /// The deliverable, where it is one.
    pub deliverable: Option<DeliverableRef>,
    /// In the asker's language.
    pub title: String,
    /// Where the words stand; none when they stand in several lines.
    pub excerpt: Option<Excerpt>,
    pub href: String,
}

/// A piece of a text around what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    pub before: String,
    pub found: String,
    pub after: String,
}
