//! People, machines, and their tokens.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::json;
use sluicegate_app::{NewPerson, NewToken, RevisedPerson};
use sluicegate_core::{directory::Kind, organisation::Command};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, PersonAt, TokenAt, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, established},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Line, object},
    problem::{Changing, Reading},
    schema,
    schema::PersonKind,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(get_me))
        .routes(routes!(list_people, add_person))
        .routes(routes!(get_person, revise_person))
        .routes(routes!(deactivate_person))
        .routes(routes!(reactivate_person))
        .routes(routes!(list_tokens, issue_token))
        .routes(routes!(revoke_token))
}

object! {
    /// A new account.
    PersonBody {
        name: Line,
        email: Option<Line>,
        /// `human` when nothing is said. A machine reads and feeds; it never decides.
        kind: Option<PersonKind>,
    }
    /// Another name or address.
    ProfileBody { name: Line, email: Option<Line>, }
    /// A new token.
    TokenBody {
        /// What it is for.
        label: Line,
        /// Never, when nothing is said.
        expires_at: Option<DateTime<Utc>>,
    }
}

/// Who am I?
///
/// Your account, your roles, and how far your reading goes.
#[utoipa::path(get, path = "/v1/me", tag = "people", params(Known),
    responses((status = 200, description = "You", body = schema::Me), Reading))]
async fn get_me(read: Read) -> Answer {
    let me = read.app.me(&read.caller).await?;
    read.found(&me)
}

/// List people and machines
///
/// With the roles that they hold.
#[utoipa::path(get, path = "/v1/people", tag = "people", params(Known),
    responses((status = 200, description = "All", body = schema::People), Reading))]
async fn list_people(read: Read) -> Answer {
    let people = read.app.people(&read.caller).await?;
    read.list(&people)
}

/// Add a person or a machine
///
/// Without a role it can do nothing yet, and without a token it cannot come in.
#[utoipa::path(post, path = "/v1/people", tag = "people", params(Wish),
    request_body(content = PersonBody,
        example = json!({ "name": "Kim Minji", "email": "minji.kim@example.com" })),
    responses((status = 201, description = "Added", body = schema::Administered), Changing))]
async fn add_person(ask: Ask<PersonBody>) -> Answer {
    let (app, request) = ask.request(|body, _| NewPerson {
        name: body.name.0,
        email: body.email.map(|email| email.0),
        kind: kind(body.kind),
    });
    let (person, done) = app.add_person(request).await?;
    Ok(established(&done, &format!("/v1/people/{person}"), json!({ "person": person })))
}

fn kind(asked: Option<PersonKind>) -> Kind {
    match asked {
        Some(PersonKind::Machine) => Kind::Machine,
        Some(PersonKind::Human) | None => Kind::Human,
    }
}

/// Look at a person
///
/// With the roles that the person holds.
#[utoipa::path(get, path = "/v1/people/{person}", tag = "people", params(PersonAt, Known),
    responses((status = 200, description = "The person", body = schema::Person), Reading))]
async fn get_person(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let person = read.app.person(&read.caller, at.person).await?;
    read.found(&person)
}

/// Change name and address
///
/// The old name stays out of the record, where it can be erased.
#[utoipa::path(put, path = "/v1/people/{person}", tag = "people", params(PersonAt, Wish),
    request_body(content = ProfileBody, example = json!({ "name": "Kim Minji", "email": null })),
    responses((status = 200, description = "Changed", body = schema::Administered), Changing))]
async fn revise_person(Path(at): Path<PersonAt>, ask: Ask<ProfileBody>) -> Answer {
    let (app, request) = ask.request(|body, _| RevisedPerson {
        person: at.person,
        name: body.name.0,
        email: body.email.map(|email| email.0),
    });
    Ok(administered(StatusCode::OK, &app.revise_person(request).await?, json!({})))
}

/// Close an account
///
/// Its tokens die at once.
#[utoipa::path(post, path = "/v1/people/{person}/deactivation", tag = "people",
    params(PersonAt, Wish),
    responses((status = 200, description = "Closed", body = schema::Administered), Changing))]
async fn deactivate_person(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::DeactivatePerson { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// Open an account again
///
/// Its old tokens stay dead.
#[utoipa::path(post, path = "/v1/people/{person}/reactivation", tag = "people",
    params(PersonAt, Wish),
    responses((status = 200, description = "Open", body = schema::Administered), Changing))]
async fn reactivate_person(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::ReactivatePerson { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// List a person's tokens
///
/// Without their secrets, which nobody has but whoever they were given to.
#[utoipa::path(get, path = "/v1/people/{person}/tokens", tag = "people", params(PersonAt, Known),
    responses((status = 200, description = "All", body = schema::Tokens), Reading))]
async fn list_tokens(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let tokens = read.app.tokens(&read.caller, at.person).await?;
    read.list(&tokens)
}

/// Issue a token
///
/// `secret` is shown this once. A repeat under the same idempotency key does not show it again.
#[utoipa::path(post, path = "/v1/people/{person}/tokens", tag = "people", params(PersonAt, Wish),
    request_body(content = TokenBody,
        example = json!({ "label": "ERP, production", "expires_at": "2027-12-31T00:00:00Z" })),
    responses((status = 201, description = "Issued", body = schema::Administered), Changing))]
async fn issue_token(Path(at): Path<PersonAt>, ask: Ask<TokenBody>) -> Answer {
    let (app, request) = ask.request(|body, _| NewToken {
        person: at.person,
        label: body.label.0,
        expires_at: body.expires_at,
    });
    let done = app.issue_token(request).await?;
    let below = format!("/v1/people/{}/tokens", at.person);
    Ok(established(&done, &below, json!({ "secret": done.secret })))
}

/// Revoke a token
///
/// From now on it opens nothing.
#[utoipa::path(delete, path = "/v1/tokens/{token}", tag = "people", params(TokenAt, Wish),
    responses((status = 200, description = "Revoked", body = schema::Administered), Changing))]
async fn revoke_token(Path(at): Path<TokenAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::RevokeToken { token: at.token });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}
