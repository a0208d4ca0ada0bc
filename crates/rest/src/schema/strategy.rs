//! Across products: measures, signals, segments, technologies and skills.

use chrono::NaiveDate;
use sluicegate_core::{id::ProductId, key::*};

use super::{ProductLine, Side, Signal, Standing, UnknownWhy};
use crate::parse::{Anything, List, Sometimes, view};

view! {
    /// A measure that products are compared by.
    MeasureColumn open {
        key: MeasureKey,
        /// In the language of the request.
        title: String,
        /// What a number counts.
        unit: Option<String>,
        /// `bool`, `integer`, `number`, `money`, `text`, `date` or `duration` (days).
        r#type: String,
    }

    /// One measure of one product.
    MeasureCell open {
        /// The product's workflow has this measure.
        measured: bool,
        /// As a content has it; none while it is unknown, or not measured.
        value: Anything,
        unknown: Option<UnknownWhy>,
    }

    /// A product in the comparison.
    ComparedProduct open {
        product: ProductLine,
        /// One for each column, in their order.
        cells: List<MeasureCell>,
    }

    /// A page of products with their measures side by side.
    MeasuresPage open {
        columns: List<MeasureColumn>,
        items: List<ComparedProduct>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }

    /// A product for which signals hold.
    SignalledProduct open {
        product: ProductLine,
        signals: List<Signal>,
    }

    /// A page of products for which signals hold.
    SignalsPage open {
        items: List<SignalledProduct>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }

    /// A plan that wants a segment covered.
    WantingPlan open { product: ProductId, name: String, }

    /// A product that serves a segment.
    ServingProduct open {
        product: ProductId,
        name: String,
        workflow: WorkflowKey,
        portfolio: PortfolioKey,
        stage: StageKey,
        side: Side,
        standing: Standing,
        /// When it is expected on the market.
        launch: Option<NaiveDate>,
    }

    /// A segment that is wanted or served.
    SegmentCoverage open {
        /// As a plan writes it; else as it was written first.
        segment: String,
        /// Wanted, and served by nobody.
        uncovered: bool,
        /// So many plans want it.
        wanting: u64,
        /// So many products serve it.
        serving: u64,
        /// The first 100 of them, by name.
        wanted_by: List<WantingPlan>,
        /// The first 100 of them, by name.
        served_by: List<ServingProduct>,
    }

    /// A page of segments wanted and served.
    SegmentsPage open {
        items: List<SegmentCoverage>,
        /// So many plans and products were looked at.
        products: u64,
        /// So many of them have not said it yet.
        untold: u64,
        /// These were all. False: there are more than one answer reads; ask for a part of the tree.
        complete: bool,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }

    /// A way to a technology or a skill.
    ChosenWay open {
        /// As the choice of the form is called: `make`, `hire`, `buy`, `merge`.
        way: String,
        /// So many products chose it.
        products: u64,
    }

    /// A product that needs a technology.
    NeedingProduct open {
        product: ProductId,
        name: String,
        workflow: WorkflowKey,
        portfolio: PortfolioKey,
        stage: StageKey,
        side: Side,
        standing: Standing,
        by: Option<NaiveDate>,
        /// How mature the technology is, as this product sees it.
        readiness: Option<i64>,
        /// How mature it has to be.
        needed: Option<i64>,
        /// More than one where the product names the technology more than once.
        ways: List<String>,
        /// Over all skills that the product needs; see `GET /v1/skills`. None: not told.
        people_missing: Option<f64>,
    }

    /// A technology that products need.
    NeededTechnology open {
        /// As it was written first.
        technology: String,
        /// So many plans and products need it.
        products: u64,
        /// When the first of them needs it.
        soonest: Option<NaiveDate>,
        /// The lowest that a product tells.
        readiness: Option<i64>,
        /// The highest that a product asks for.
        needed: Option<i64>,
        /// Two products chose, and not the same.
        ways_differ: bool,
        ways: List<ChosenWay>,
        /// The first 100 of them, by name.
        needed_by: List<NeedingProduct>,
    }

    /// A page of technologies.
    TechnologiesPage open {
        items: List<NeededTechnology>,
        /// So many plans and products were looked at.
        products: u64,
        /// So many of them name none, or have not said it yet.
        untold: u64,
        /// These were all. False: there are more than one answer reads; ask for a part of the tree.
        complete: bool,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }

    /// A product that has too little of a skill.
    LackingProduct open {
        product: ProductId,
        name: String,
        workflow: WorkflowKey,
        portfolio: PortfolioKey,
        stage: StageKey,
        side: Side,
        standing: Standing,
        /// People; none: not told.
        missing: Option<f64>,
        by: Option<NaiveDate>,
        ways: List<String>,
    }

    /// A skill of which products have too little.
    MissingSkill open {
        /// As it was written first.
        skill: String,
        /// So many plans and products lack it.
        products: u64,
        /// People, over all of them. A plan counts what its products count, too.
        missing: f64,
        /// When the first of them needs it.
        soonest: Option<NaiveDate>,
        /// Two products chose, and not the same.
        ways_differ: bool,
        ways: List<ChosenWay>,
        /// The first 100 of them, by name.
        missing_in: List<LackingProduct>,
    }

    /// A page of missing skills.
    SkillsPage open {
        items: List<MissingSkill>,
        /// So many plans and products were looked at.
        products: u64,
        /// So many of them have not said it yet.
        untold: u64,
        /// These were all. False: there are more than one answer reads; ask for a part of the tree.
        complete: bool,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }
}
