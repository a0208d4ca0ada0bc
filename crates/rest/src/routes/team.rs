//! Who holds which role for a product.

use sluicegate_core::rules::Command;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Known, ProductAt, RoleAt, Wish};
use crate::{
    answer::{Answer, committed},
    api::Api,
    extract::{Ask, Path, Read},
    parse::object,
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get_team)).routes(routes!(assign_role, release_role))
}

object! {
    /// Nothing has to be said; an empty body will do.
    Nothing {}
}

/// See the team
///
/// The people whom the team has chosen, and for every other role all who hold it.
#[utoipa::path(get, path = "/v1/products/{product}/team", tag = "team", params(ProductAt, Known),
    responses((status = 200, description = "The team", body = schema::Team), Reading))]
async fn get_team(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let team = read.app.team(&read.caller, at.product).await?;
    read.found(&team)
}

/// Put a person into a role
///
/// The person must hold the role in the product's portfolio.
#[utoipa::path(put, path = "/v1/products/{product}/team/{role}/{person}", tag = "team",
    params(RoleAt, Wish),
    responses((status = 200, description = "Assigned", body = schema::Committed), Changing))]
async fn assign_role(Path(at): Path<RoleAt>, ask: Ask<Nothing>) -> Answer {
    let RoleAt { product, role, person } = at;
    let done = ask.execute(product, |_, _| Command::AssignRole { role, person });
    committed(&done.await?)
}

/// Take a person out of a role
///
/// The role falls back to everyone who holds it.
#[utoipa::path(delete, path = "/v1/products/{product}/team/{role}/{person}", tag = "team",
    params(RoleAt, Wish),
    responses((status = 200, description = "Released", body = schema::Committed), Changing))]
async fn release_role(Path(at): Path<RoleAt>, ask: Ask<Nothing>) -> Answer {
    let RoleAt { product, role, person } = at;
    let done = ask.execute(product, |_, _| Command::ReleaseRole { role, person });
    committed(&done.await?)
}
