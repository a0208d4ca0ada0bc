//! Across products: measures, signals, segments, technologies and skills.

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

/// A product, where names are shared across products.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedProductView {
    pub product: ProductId,
    pub name: String,
    pub workflow: WorkflowKey,
    pub portfolio: PortfolioKey,
    pub stage: StageKey,
    pub side: String,
    pub standing: Standing,
}

/// A page of segments that are wanted or served.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoveragePage {
    pub items: Vec<CoverageLine>,
    /// So many plans and products were looked at.
    pub products: u64,
    /// So many of them have not said it yet.
    pub untold: u64,
    /// These were all; else a part of the tree should be asked for.
    pub complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageLine {
    pub segment: String,
    /// Wanted, and served by nobody.
    pub uncovered: bool,
    /// How many want it, and how many serve it; the lists have the first of them.
    pub wanting: u64,
    pub serving: u64,
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
    #[serde(flatten)]
    pub product: NamedProductView,
    /// When it is expected on the market.
    pub launch: Option<NaiveDate>,
}

/// A page of technologies that products need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TechnologiesPage {
    pub items: Vec<TechnologyLine>,
    pub products: u64,
    /// So many of them name none, or have not said it yet.
    pub untold: u64,
    /// These were all; else a part of the tree should be asked for.
    pub complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TechnologyLine {
    pub technology: String,
    pub products: u64,
    /// When the first of them needs it.
    pub soonest: Option<NaiveDate>,
    /// The lowest that is told, and the highest that is asked for.
    pub readiness: Option<i64>,
    pub needed: Option<i64>,
    /// Products chose different ways to it.
    pub ways_differ: bool,
    pub ways: Vec<WayView>,
    pub needed_by: Vec<NeedView>,
}

/// A way that products chose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayView {
    pub way: String,
    pub products: u64,
}

/// A product that needs a technology.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NeedView {
    #[serde(flatten)]
    pub product: NamedProductView,
    pub by: Option<NaiveDate>,
    pub readiness: Option<i64>,
    pub needed: Option<i64>,
    pub ways: Vec<String>,
    /// People whom the product lacks, over all skills; none: not told.
    pub people_missing: Option<f64>,
}

/// A page of skills of which products have too little.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkillsPage {
    pub items: Vec<SkillLine>,
    pub products: u64,
    /// So many of them have not said it yet.
    pub untold: u64,
    /// These were all; else a part of the tree should be asked for.
    pub complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkillLine {
    pub skill: String,
    pub products: u64,
    /// People, over all products.
    pub missing: f64,
    pub soonest: Option<NaiveDate>,
    pub ways_differ: bool,
    pub ways: Vec<WayView>,
    pub missing_in: Vec<LackView>,
}

/// A product that has too little of a skill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LackView {
    #[serde(flatten)]
    pub product: NamedProductView,
    /// None: not told.
    pub missing: Option<f64>,
    pub by: Option<NaiveDate>,
    pub ways: Vec<String>,
}
