//! Who holds which role where, and the portfolios.

use axum::http::StatusCode;
use serde_json::json;
use sluicegate_core::{
    directory::{Grant, PortfolioKind, Scope},
    id::PersonId,
    key::*,
    organisation::Command,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, PortfolioAt, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, established},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Line, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_roles, grant_role, revoke_role))
        .routes(routes!(list_portfolios, add_portfolio))
        .routes(routes!(rename_portfolio))
        .routes(routes!(move_portfolio))
}

object! {
    /// Who shall hold a role, and where.
    GrantBody {
        role: RoleKey,
        person: PersonId,
        /// Everywhere, when nothing is said.
        portfolio: Option<PortfolioKey>,
    }
    /// A new company, business unit or portfolio.
    PortfolioBody {
        portfolio: PortfolioKey,
        title: Line,
        /// The Korean title; the other one is shown when nothing is said.
        title_ko: Option<Line>,
        /// `portfolio` when nothing is said. Products live in portfolios only.
        kind: Option<schema::PortfolioKind>,
        /// What it stands beneath; at the top when nothing is said.
        parent: Option<PortfolioKey>,
    }
    /// Other titles.
    TitlesBody {
        title: Line,
        /// The Korean title; none when nothing is said.
        title_ko: Option<Line>,
    }
    /// Another place in the tree.
    ParentBody {
        /// What it shall stand beneath; at the top when nothing is said.
        parent: Option<PortfolioKey>,
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
/// Everywhere, or at a place in the tree and in everything beneath it. `administrator` and `auditor` are roles of the house; the
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

/// Read the tree of portfolios
///
/// Companies, business units and portfolios, each after the one that it stands beneath. Products
/// live in portfolios; a role holds where it is given and in everything beneath. What stands above
/// something that you may read is shown too, with `readable` false.
#[utoipa::path(get, path = "/v1/portfolios", tag = "roles", params(Known),
    responses((status = 200, description = "All", body = schema::Portfolios), Reading))]
async fn list_portfolios(read: Read) -> Answer {
    let portfolios = read.app.portfolios(&read.caller).await?;
    read.list(&portfolios)
}

/// Add a portfolio, a business unit or a company
///
/// Its key and its kind stay for ever.
#[utoipa::path(post, path = "/v1/portfolios", tag = "roles", params(Wish),
    request_body(content = PortfolioBody,
        example = json!({ "portfolio": "infusion", "title": "Infusion therapy",
            "title_ko": "수액 요법", "kind": "portfolio", "parent": "hospital-care" })),
    responses((status = 201, description = "Added", body = schema::Administered), Changing))]
async fn add_portfolio(ask: Ask<PortfolioBody>) -> Answer {
    let done = ask.administer(|body, _| Command::AddPortfolio {
        portfolio: body.portfolio,
        title: body.title.0,
        title_ko: body.title_ko.map(|title| title.0),
        kind: body.kind.map_or(PortfolioKind::Portfolio, schema::PortfolioKind::meant),
        parent: body.parent,
    });
    Ok(established(&done.await?, "/v1/portfolios", json!({})))
}

/// Rename a portfolio
///
/// Both titles at once. The key stays.
#[utoipa::path(put, path = "/v1/portfolios/{portfolio}/title", tag = "roles",
    params(PortfolioAt, Wish),
    request_body(content = TitlesBody,
        example = json!({ "title": "Infusion and transfusion", "title_ko": "수액 및 수혈" })),
    responses((status = 200, description = "Renamed", body = schema::Administered), Changing))]
async fn rename_portfolio(Path(at): Path<PortfolioAt>, ask: Ask<TitlesBody>) -> Answer {
    let done = ask.administer(|body, _| Command::RenamePortfolio {
        portfolio: at.portfolio,
        title: body.title.0,
        title_ko: body.title_ko.map(|title| title.0),
    });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// Move a portfolio in the tree
///
/// Everything beneath it comes along. Roles that were given above the old place no longer hold
/// here; those above the new place do.
#[utoipa::path(put, path = "/v1/portfolios/{portfolio}/parent", tag = "roles",
    params(PortfolioAt, Wish),
    request_body(content = ParentBody, example = json!({ "parent": "hospital-care" })),
    responses((status = 200, description = "Moved", body = schema::Administered), Changing))]
async fn move_portfolio(Path(at): Path<PortfolioAt>, ask: Ask<ParentBody>) -> Answer {
    let done = ask.administer(|body, _| Command::MovePortfolio {
        portfolio: at.portfolio,
        parent: body.parent,
    });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}
