//! Moving products to newer versions of their workflow.

use sluicegate_app::MoveProduct;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Known, Limit, Paging, ProductAt, Wish, WorkflowVersionAt};
use crate::{
    answer::{Answer, committed},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Prose, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(get_migration, migrate_product))
        .routes(routes!(list_migrations))
}

parameters! {
    Query Towards {
        /// The version to compare with; the newest when nothing is said.
        to: Option<u32>,
    }
}

object! {
    /// To which version a product moves, and why.
    MigrationBody {
        /// The newest when nothing is said.
        to: Option<u32>,
        reason: Prose,
    }
}

/// Ask what a newer version would mean
///
/// What the product would lack there: for each deliverable what is missing, what no longer fits and
/// what fell away, with the place of each; what would be owed, and at which gate; what stands in the
/// way of the move. Nothing is written. 404 when no newer version is published.
#[utoipa::path(get, path = "/v1/products/{product}/migration", tag = "products",
    params(ProductAt, Towards, Known),
    responses((status = 200, description = "The comparison", body = schema::Migration), Reading))]
async fn get_migration(read: Read<Towards>, Path(at): Path<ProductAt>) -> Answer {
    let to = read.query.to;
    let found = read.app.migration(&read.caller, at.product, to, read.lang).await?;
    read.found(&found)
}

/// Move a product to a newer version
///
/// For its owner and for administrators. What was decided stays decided, and what was accepted stays
/// readable as it was; what no longer fits its form counts for no gate until it is handed in anew.
#[utoipa::path(post, path = "/v1/products/{product}/migration", tag = "products",
    params(ProductAt, Wish),
    request_body(content = MigrationBody,
        example = json!({ "to": 2, "reason": "The risk file now asks for cybersecurity." })),
    responses((status = 200, description = "Moved", body = schema::Committed), Changing))]
async fn migrate_product(Path(at): Path<ProductAt>, ask: Ask<MigrationBody>) -> Answer {
    let (app, request) = ask
        .request(|body, sealer| MoveProduct { to: body.to, reason: sealer.text(&body.reason.0) });
    committed(&app.migrate(at.product, request).await?)
}

/// Ask what the products in flight would lack
///
/// Those that are active or held on an older version of this workflow and that you may read, by
/// name: for each what a move to this version would mean. At most 100 at once.
#[utoipa::path(get, path = "/v1/workflows/{workflow}/versions/{version}/migrations",
    tag = "workflows", params(WorkflowVersionAt, Paging, Known),
    responses((status = 200, description = "A page", body = schema::MigrationPage), Reading))]
async fn list_migrations(read: Read<Paging>, Path(at): Path<WorkflowVersionAt>) -> Answer {
    let cursor = read.query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(read.query.limit);
    let to = (&at.workflow, at.version);
    let page = read.app.migrations(&read.caller, to, cursor, limit, read.lang).await?;
    read.found(&page)
}
