//! Across products: measures side by side, signals that hold, segments wanted and served.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    id::ProductId,
    key::{MeasureKey, PortfolioKey, StageKey, WorkflowKey},
};
use sluicegate_store::Standing;

use super::{ProductLine, SignalView, UnknownView};

/// A page of products with their measures side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedPage {
    pub columns: Vec<ColumnView>,
    pub items: Vec<ComparedLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnView {
    pub key: MeasureKey,
    pub title: String,
    pub unit: Option<String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedLine {
    pub product: ProductLine,
    /// One for each column, in their order.
    pub cells: Vec<CellView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellView {
    /// The product's workflow has this measure.
    pub measured: bool,
    pub value: Option<Value>,
    pub unknown: Option<UnknownView>,
}

/// A product for which signals hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalledLine {
    pub product: ProductLine,
    pub signals: Vec<SignalView>,
}

/// Segments that are wanted or served.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageView {
    pub items: Vec<CoverageLine>,
    /// So many plans and products were looked at.
    pub products: usize,
    /// So many of them have not said it yet.
    pub untold: usize,
    /// Everything there was looked at.
    pub complete: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageLine {
    pub segment: String,
    /// Wanted, and served by nobody.
    pub uncovered: bool,
    pub wanted_by: Vec<WantingView>,
    pub served_by: Vec<ServingView>,
}

/// A plan that wants a segment covered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WantingView {
    pub product: ProductId,
    pub name: String,
}

/// A product that serves a segment, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServingView {
    pub product: ProductId,
    pub name: String,
    pub workflow: WorkflowKey,
    pub portfolio: PortfolioKey,
    pub stage: StageKey,
    pub side: String,
    pub standing: Standing,
    /// When it is expected on the market.
    pub launch: Option<NaiveDate>,
}
