//! Time in each state: of one product, and over many.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sluicegate_app::PassageFilter;
use sluicegate_core::{definition::Place, key::*};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Known, ProductAt};
use crate::{
    answer::Answer,
    api::Api,
    extract::{Path, Read},
    parse::parameters,
    problem::Reading,
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get_product_clocks)).routes(routes!(get_clocks))
}

parameters! {
    Query Wanted {
        portfolio: Option<PortfolioKey>,
        workflow: Option<WorkflowKey>,
        /// Only this gate; with `stage`, both of them.
        gate: Option<GateKey>,
        /// Only this stage; with `gate`, both of them.
        stage: Option<StageKey>,
        /// What ended at this time or later.
        from: Option<DateTime<Utc>>,
        /// What ended before this time.
        to: Option<DateTime<Utc>>,
    }
}

/// Time a product
///
/// Where it stood how long, and who was waited for: the team, reviewers, gatekeepers, receivers of
/// markets, regulators, or nobody while it was held. The segments are one line without gap or
/// overlap and add up to the whole; the single waits may overlap.
#[utoipa::path(get, path = "/v1/products/{product}/clocks", tag = "clocks",
    params(ProductAt, Known),
    responses((status = 200, description = "Its time", body = schema::Clocks), Reading))]
async fn get_product_clocks(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let clocks = read.app.clocks(&read.caller, at.product, read.lang).await?;
    read.found(&clocks)
}

/// Time many products
///
/// Percentiles of the time in each stage and of the decisions at each gate, over the products that
/// you may read. At most the last 10,000 passages are looked at, which up to eight portfolios share
/// evenly; `complete` says whether these were all.
#[utoipa::path(get, path = "/v1/clocks", tag = "clocks", params(Wanted, Known),
    responses((status = 200, description = "Figures", body = schema::Figures), Reading))]
async fn get_clocks(read: Read<Wanted>) -> Answer {
    let asked = &read.query;
    let stage = asked.stage.clone().map(Place::Stage);
    let places: BTreeSet<Place> =
        asked.gate.clone().map(Place::Gate).into_iter().chain(stage).collect();
    let filter = PassageFilter {
        portfolios: asked.portfolio.clone().map(|key| [key].into()),
        workflow: asked.workflow.clone(),
        places,
        from: asked.from,
        until: asked.to,
    };
    read.found(&read.app.figures(&read.caller, filter).await?)
}
