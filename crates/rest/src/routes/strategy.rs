//! Across products: measures side by side, signals that hold, segments wanted and served.

use sluicegate_core::key::PortfolioKey;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, Limit},
    filter::{Asked, Order},
};
use crate::{
    answer::Answer,
    api::Api,
    extract::Read,
    parse::{Several, parameters},
    problem::Reading,
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(compare_measures))
        .routes(routes!(list_signals))
        .routes(routes!(list_segments))
}

parameters! {
    Query Sought {
        /// Plans and products of these companies, business units and portfolios, and of everything
        /// beneath them; all that you may read when nothing is said.
        portfolio: Option<Several<PortfolioKey>>,
    }
}

/// Compare products
///
/// Their measures side by side: the columns are those of every workflow that the filter lets pass,
/// and a product whose workflow lacks one says so (`measured`). Filters and order as for the list of
/// products; at most 100 at once.
#[utoipa::path(get, path = "/v1/measures", tag = "strategy", params(Asked, Known),
    responses((status = 200, description = "A page", body = schema::MeasuresPage), Reading))]
async fn compare_measures(read: Read<Asked>) -> Answer {
    let asked = &read.query;
    let sort = asked.sort.map(Order::sort).unwrap_or_default();
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let part = (sort, cursor, Limit::or_usual(asked.limit));
    let page = read.app.compared_measures(&read.caller, &asked.filter()?, part, read.lang).await?;
    read.found(&page)
}

/// Find products that somebody should look at
///
/// Those for which a signal of their workflow holds: orphans for example, to be licensed out, divested
/// or deleted. Each with the rule, its facts and the exit that it proposes. Filters and order as for
/// the list of products. One request looks at 100 products at most, so a page may be short or even
/// empty and still have a `next`.
#[utoipa::path(get, path = "/v1/signals", tag = "strategy", params(Asked, Known),
    responses((status = 200, description = "A page", body = schema::SignalsPage), Reading))]
async fn list_signals(read: Read<Asked>) -> Answer {
    let asked = &read.query;
    let sort = asked.sort.map(Order::sort).unwrap_or_default();
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let part = (sort, cursor, Limit::or_usual(asked.limit));
    let page = read.app.signalled(&read.caller, &asked.filter()?, part, read.lang).await?;
    read.found(&page)
}

/// Hold wanted segments against served ones
///
/// The segments that plans in force or in the making want, and those that products serve, joined by
/// name: who wants each, who serves it, at which stage and expected when, and which nobody covers. 2,000
/// plans and products are looked at, at most; `complete` says whether that was all.
#[utoipa::path(get, path = "/v1/segments", tag = "strategy", params(Sought, Known),
    responses((status = 200, description = "The segments", body = schema::Segments), Reading))]
async fn list_segments(read: Read<Sought>) -> Answer {
    let portfolios = read.query.portfolio.iter().flat_map(|several| several.0.iter().cloned());
    let portfolios: Vec<PortfolioKey> = portfolios.collect();
    let found = read.app.coverage(&read.caller, portfolios).await?;
    read.found(&found)
}
