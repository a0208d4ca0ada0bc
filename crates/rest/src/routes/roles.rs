//! Who holds which role where, and the portfolios.

use axum::http::StatusCode;
use serde_json::json;
use sluicegate_core::{
    directory::{Grant, Scope},
    id::PersonId,
    key::*,
    organisation::Command,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, established},
    api::Api,
    extract::{Ask, Read},
    parse::{Line, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_roles, grant_role, revoke_role))
        .routes(routes!(list_portfolios, add_portfolio))
}

object! {
    /// Who shall hold a role, and where.
    GrantBody {
        role: RoleKey,
        person: PersonId,
        /// Everywhere, when nothing is said.
        portfolio: Option<PortfolioKey>,
    }
    /// A new portfolio.
    PortfolioBody {
        portfolio: PortfolioKey,
        title: Line,
    }
}

parameters! {
    Query Holding {
        role: RoleKey,
        person: PersonId,
        /// Everywhere, when nothing is said.
        portfolio: Option<PortfolioKey>,
    }
}

fn scope(portfolio: Option<PortfolioKey>) -> Scope {
    portfolio.map_or(Scope::Everywhere, Scope::Portfolio)
}

/// List who holds which role
///
/// Everywhere, or in one portfolio.
#[utoipa::path(get, path = "/v1/roles", tag = "roles", params(Known),
    responses((status = 200, description = "All", body = schema::Grants), Reading))]
async fn list_roles(read: Read) -> Answer {
    let grants = read.app.grants(&read.caller).await?;
    read.list(&grants)
}

/// Give a role
///
/// Everywhere, or in one portfolio. `administrator` and `auditor` are roles of the house; the
/// others come from the workflows.
#[utoipa::path(post, path = "/v1/roles", tag = "roles", params(Wish),
    request_body(content = GrantBody, example = json!({
        "role": "product_manager", "person": "psn_0198c0de000070008000000000000007",
        "portfolio": "main",
    })),
    responses((status = 201, description = "Given", body = schema::Administered), Changing))]
async fn grant_role(ask: Ask<GrantBody>) -> Answer {
    let done = ask.administer(|body, _| Command::Grant {
        grant: Grant { role: body.role, scope: scope(body.portfolio), person: body.person },
    });
    Ok(established(&done.await?, "/v1/roles", json!({})))
}

/// Take a role away
///
/// The house keeps at least one administrator.
#[utoipa::path(delete, path = "/v1/roles", tag = "roles", params(Holding, Wish),
    responses((status = 200, description = "Taken", body = schema::Administered), Changing))]
async fn revoke_role(mut ask: Ask<Nothing, Holding>) -> Answer {
    let portfolio = ask.query.portfolio.take();
    let (role, person) = (ask.query.role.clone(), ask.query.person);
    let grant = Grant { role, scope: scope(portfolio), person };
    let done = ask.administer(|_, _| Command::Revoke { grant });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// List the portfolios
///
/// Each product is in one of them, and roles may hold in one of them.
#[utoipa::path(get, path = "/v1/portfolios", tag = "roles", params(Known),
    responses((status = 200, description = "All", body = schema::Portfolios), Reading))]
async fn list_portfolios(read: Read) -> Answer {
    let portfolios = read.app.portfolios(&read.caller).await?;
    read.list(&portfolios)
}

/// Add a portfolio
///
/// Its key stays for ever.
#[utoipa::path(post, path = "/v1/portfolios", tag = "roles", params(Wish),
    request_body(content = PortfolioBody,
        example = json!({ "portfolio": "infusion", "title": "Infusion therapy" })),
    responses((status = 201, description = "Added", body = schema::Administered), Changing))]
async fn add_portfolio(ask: Ask<PortfolioBody>) -> Answer {
    let done = ask.administer(|body, _| Command::AddPortfolio {
        portfolio: body.portfolio,
        title: body.title.0,
    });
    Ok(established(&done.await?, "/v1/portfolios", json!({})))
}
