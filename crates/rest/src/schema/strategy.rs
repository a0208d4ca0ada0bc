//! Across products: measures side by side, signals that hold, segments wanted and served.

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
        wanted_by: List<WantingPlan>,
        served_by: List<ServingProduct>,
    }

    /// Segments wanted and served.
    Segments open {
        items: List<SegmentCoverage>,
        /// So many plans and products were looked at.
        products: u64,
        /// So many of them have not said it yet.
        untold: u64,
        /// Everything that there was, was looked at.
        complete: bool,
    }
}
