//! Absence: who stands in for whom, who may say so, and default deputies.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::json;
use sluicegate_app::NewDelegation;
use sluicegate_core::{
    directory::{Grant, Scope},
    id::{DelegationId, PersonId},
    key::*,
    organisation::Command,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, PersonAt, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, established},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Prose, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_delegations, set_delegation))
        .routes(routes!(end_delegation))
        .routes(routes!(list_assistants))
        .routes(routes!(name_assistant, release_assistant))
        .routes(routes!(list_deputies, name_deputy, release_deputy))
}

object! {
    /// Who stands in for somebody, for how long, and for what.
    DelegationBody {
        /// The default deputy of each role, when nothing is said.
        to: Option<PersonId>,
        /// From now on, when nothing is said.
        from: Option<DateTime<Utc>>,
        /// At most 366 days later.
        until: DateTime<Utc>,
        /// Only in these roles; in all, when nothing is said.
        roles: Option<BTreeSet<RoleKey>>,
        /// Only at these gates and in the stages before them; everywhere, when nothing is said.
        gates: Option<BTreeSet<GateKey>>,
        reason: Prose,
    }
    /// Who shall stand in for the holders of a role, and where.
    DeputyBody {
        role: RoleKey,
        person: PersonId,
        /// Everywhere, when nothing is said.
        portfolio: Option<PortfolioKey>,
    }
}

parameters! {
    Path DelegationAt { delegation: DelegationId, }
    Path AssistantAt { person: PersonId, assistant: PersonId, }
    Query Deputising {
        role: RoleKey,
        person: PersonId,
        /// Everywhere, when nothing is said.
        portfolio: Option<PortfolioKey>,
    }
}

/// List a person's delegations
///
/// What the person has delegated, and what others have delegated to that person by name; the newest
/// first. The reasons are for those whom they concern, and for administrators.
#[utoipa::path(get, path = "/v1/people/{person}/delegations", tag = "absence",
    params(PersonAt, Known),
    responses((status = 200, description = "All", body = schema::Delegations), Reading))]
async fn list_delegations(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let delegations = read.app.delegations(&read.caller, at.person).await?;
    read.list(&delegations)
}

/// Delegate
///
/// The deputy judges in the absent person's name: scores, votes, decides, reviews; hands nothing in.
/// For the person, an assistant of the person, and administrators. Nobody takes another's powers
/// with their own hands.
#[utoipa::path(post, path = "/v1/people/{person}/delegations", tag = "absence",
    params(PersonAt, Wish),
    request_body(content = DelegationBody, example = json!({
        "to": "psn_0198c0de000070008000000000000008", "from": "2027-07-01T00:00:00Z",
        "until": "2027-07-15T00:00:00Z", "gates": ["launch_decision"], "reason": "Annual leave",
    })),
    responses((status = 201, description = "Set", body = schema::Administered), Changing))]
async fn set_delegation(Path(at): Path<PersonAt>, ask: Ask<DelegationBody>) -> Answer {
    let (app, request) = ask.request(|body, sealer| NewDelegation {
        of: at.person,
        to: body.to,
        from: body.from,
        until: body.until,
        roles: body.roles.unwrap_or_default(),
        gates: body.gates.unwrap_or_default(),
        reason: sealer.text(&body.reason.0),
    });
    let (delegation, done) = app.set_delegation(request).await?;
    let below = format!("/v1/people/{}/delegations", at.person);
    Ok(established(&done, &below, json!({ "delegation": delegation })))
}

/// End a delegation
///
/// Before its time. For those who may set it, and for the deputy.
#[utoipa::path(delete, path = "/v1/delegations/{delegation}", tag = "absence",
    params(DelegationAt, Wish),
    responses((status = 200, description = "Ended", body = schema::Administered), Changing))]
async fn end_delegation(Path(at): Path<DelegationAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::EndDelegation { delegation: at.delegation });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// List a person's assistants
///
/// They may set the person's delegations, and have no other right by it.
#[utoipa::path(get, path = "/v1/people/{person}/assistants", tag = "absence",
    params(PersonAt, Known),
    responses((status = 200, description = "All", body = schema::Assistants), Reading))]
async fn list_assistants(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let assistants = read.app.assistants(&read.caller, at.person).await?;
    read.list(&assistants)
}

/// Name an assistant
///
/// For the person and administrators.
#[utoipa::path(put, path = "/v1/people/{person}/assistants/{assistant}", tag = "absence",
    params(AssistantAt, Wish),
    responses((status = 200, description = "Named", body = schema::Administered), Changing))]
async fn name_assistant(Path(at): Path<AssistantAt>, ask: Ask<Nothing>) -> Answer {
    let AssistantAt { person, assistant } = at;
    let done = ask.administer(|_, _| Command::NameAssistant { person, assistant });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// Release an assistant
///
/// The delegations that the assistant has set stay as they are.
#[utoipa::path(delete, path = "/v1/people/{person}/assistants/{assistant}", tag = "absence",
    params(AssistantAt, Wish),
    responses((status = 200, description = "Released", body = schema::Administered), Changing))]
async fn release_assistant(Path(at): Path<AssistantAt>, ask: Ask<Nothing>) -> Answer {
    let AssistantAt { person, assistant } = at;
    let done = ask.administer(|_, _| Command::ReleaseAssistant { person, assistant });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// List the default deputies
///
/// Who stands in for the holders of a role when a delegation names nobody. The nearest place in the
/// tree counts.
#[utoipa::path(get, path = "/v1/deputies", tag = "absence", params(Known),
    responses((status = 200, description = "All", body = schema::Deputies), Reading))]
async fn list_deputies(read: Read) -> Answer {
    let deputies = read.app.default_deputies(&read.caller).await?;
    read.list(&deputies)
}

/// Name a default deputy
///
/// There is one for each role and place; the one before is replaced. For administrators, who do not
/// name themselves.
#[utoipa::path(post, path = "/v1/deputies", tag = "absence", params(Wish),
    request_body(content = DeputyBody, example = json!({
        "role": "senior_leadership", "person": "psn_0198c0de000070008000000000000008",
    })),
    responses((status = 201, description = "Named", body = schema::Administered), Changing))]
async fn name_deputy(ask: Ask<DeputyBody>) -> Answer {
    let done = ask.administer(|body, _| Command::NameDeputy {
        deputy: grant(body.role, body.portfolio, body.person),
    });
    Ok(established(&done.await?, "/v1/deputies", json!({})))
}

/// Release a default deputy
///
/// Delegations that went there go to the one of the next place above, if there is one.
#[utoipa::path(delete, path = "/v1/deputies", tag = "absence", params(Deputising, Wish),
    responses((status = 200, description = "Released", body = schema::Administered), Changing))]
async fn release_deputy(mut ask: Ask<Nothing, Deputising>) -> Answer {
    let portfolio = ask.query.portfolio.take();
    let deputy = grant(ask.query.role.clone(), portfolio, ask.query.person);
    let done = ask.administer(|_, _| Command::ReleaseDeputy { deputy });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

fn grant(role: RoleKey, portfolio: Option<PortfolioKey>, person: PersonId) -> Grant {
    Grant { role, scope: portfolio.map_or(Scope::Everywhere, Scope::Portfolio), person }
}
