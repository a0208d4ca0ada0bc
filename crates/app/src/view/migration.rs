//! What a product would lack under another version of its workflow.

use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    definition::Text,
    digest::Digest,
    expr::Outcome,
    id::ProductId,
    key::{GateKey, PortfolioKey, RoleKey, StageKey, WorkflowKey},
    product::{DeliverableRef, WorkflowRef},
    rules::Difference,
};

use super::{PersonName, UnmetView};

/// What moving one product to another version would mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MigrationView {
    #[serde(flatten)]
    pub product: MovingProduct,
    pub from: WorkflowRef,
    pub to: TargetView,
    /// Nothing stands in the asker's way.
    pub allowed: bool,
    pub unmet: Vec<UnmetView>,
    /// None: the card asks and holds what it did.
    pub card: Option<FitView>,
    /// What the product has, and what it would owe.
    pub deliverables: Vec<MovedView>,
    /// What else the versions say differently; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Vec<Difference>>,
}

/// The product itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovingProduct {
    pub product: ProductId,
    pub version: u32,
    pub name: String,
    pub portfolio: PortfolioKey,
    pub owner: PersonName,
    pub stage: StageKey,
}

/// A version to move to; without a number it is not published yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetView {
    pub key: WorkflowKey,
    pub version: Option<u32>,
    pub digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedView {
    pub deliverable: DeliverableRef,
    pub title: Text,
    /// Whose it is to mend.
    pub owner: RoleKey,
    /// `kept`, `owed`, `to_revise`, `returned` or `gone`.
    pub becomes: &'static str,
    /// The present version does not have it.
    pub new: bool,
    pub required: Outcome,
    /// Where it will be asked for.
    pub gate: Option<GateKey>,
    pub accepted: Option<FitView>,
    pub submitted: Option<FitView>,
    /// Only for those who may write it.
    pub draft: Option<FitView>,
}

/// How a content fits the form of the other version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FitView {
    pub missing: Vec<FaultView>,
    pub misfits: Vec<FaultView>,
    /// Pointers; the values stay in the revision that has them.
    pub fell_away: Vec<String>,
}

/// One fault, as handing it in would be answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultView {
    pub pointer: String,
    /// `code` and its parameters.
    #[serde(flatten)]
    pub kind: Value,
    pub detail: String,
}
