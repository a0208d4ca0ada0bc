//! Across products: measures, signals, segments, technologies and skills.

use sluicegate_app::Across;
use sluicegate_core::key::PortfolioKey;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Cursor, Known, Limit},
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
        .routes(routes!(list_technologies))
        .routes(routes!(list_skills))
}

parameters! {
    Query Sought {
        /// Plans and products of these companies, business units and portfolios, and of everything
        /// beneath them; all that you may read when nothing is said.
        portfolio: Option<Several<PortfolioKey>>,
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said, never more than 100.
        limit: Option<Limit>,
    }
}

impl Sought {
    fn across(&self) -> Across {
        let portfolios = self.portfolio.iter().flat_map(|several| several.0.iter().cloned());
        Across {
            portfolio: portfolios.collect(),
            cursor: self.cursor.as_ref().map(|cursor| cursor.0.clone()),
            limit: Limit::or_usual(self.limit),
            ..Across::default()
        }
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
/// the list of products; at most 100 at once. One request looks at 2,000 products at most. When it has
/// seen so many, and only then, a page may be short or even empty and still have a `next`.
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
/// name: who wants each, who serves it, at which stage and expected when, and which nobody covers. Sorted
/// by name. Each page reads the plans and products that say something of segments, 5,000 at most.
#[utoipa::path(get, path = "/v1/segments", tag = "strategy", params(Sought, Known),
    responses((status = 200, description = "A page", body = schema::SegmentsPage), Reading))]
async fn list_segments(read: Read<Sought>) -> Answer {
    let found = read.app.coverage(&read.caller, &read.query.across()).await?;
    read.found(&found)
}

/// Bring technology roadmaps together
///
/// The technologies that products and plans need, joined by name: who needs each, by when, how mature it
/// is and has to be, in which way it is got (make, hire, buy, merge), and whether products go
/// different ways to it. Sorted by name. Each page reads the products that say something of
/// technologies, 5,000 at most.
#[utoipa::path(get, path = "/v1/technologies", tag = "strategy", params(Sought, Known),
    responses((status = 200, description = "A page", body = schema::TechnologiesPage), Reading))]
async fn list_technologies(read: Read<Sought>) -> Answer {
    let found = read.app.technologies(&read.caller, &read.query.across()).await?;
    read.found(&found)
}

/// List missing skills
///
/// The skills of which products and plans have too little, joined by name: how many people are missing,
/// where, by when, and how the gap is to be closed. Sorted by name. Each page reads the products
/// that say something of skills, 5,000 at most.
#[utoipa::path(get, path = "/v1/skills", tag = "strategy", params(Sought, Known),
    responses((status = 200, description = "A page", body = schema::SkillsPage), Reading))]
async fn list_skills(read: Read<Sought>) -> Answer {
    let found = read.app.skills(&read.caller, &read.query.across()).await?;
    read.found(&found)
}
