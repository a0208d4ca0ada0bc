//! Signing in and out, invitations and passwords.

use axum::http::StatusCode;
use serde_json::json;
use sluicegate_app::{NewInvitation, NewPassword, SignIn};
use sluicegate_core::organisation::Command;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, PersonAt, SessionAt, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, empty, established, signed_in},
    api::Api,
    extract::{Ask, Knock, Path, Read},
    parse::{Hidden, Line, object},
    problem::{Changing, Knocking, Proving, Reading, SigningIn},
    schema,
};

/// Addresses that need no token: they are how one comes by a session.
pub(crate) fn open() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(sign_in)).routes(routes!(accept_invitation))
}

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(invite_person))
        .routes(routes!(change_password))
        .routes(routes!(list_my_sessions, end_my_sessions))
        .routes(routes!(end_my_session))
        .routes(routes!(list_sessions, end_sessions))
}

object! {
    /// Who wants to come in.
    SignInBody {
        /// In any case. What was given with the invitation, or the mail address.
        name: Hidden,
        password: Hidden,
    }
    /// An invitation, and the password that is to be.
    InvitationAcceptanceBody {
        /// The secret of the invitation.
        invitation: Hidden,
        /// At least 12 characters, and none of those that everybody tries.
        password: Hidden,
    }
    /// The password that is, and the one that is to be.
    PasswordBody {
        current: Hidden,
        /// At least 12 characters, and none of those that everybody tries.
        password: Hidden,
    }
    /// An invitation.
    InvitationBody {
        /// To sign in with. When nothing is said, the one that the person has, or the mail address.
        name: Option<Line>,
    }
}

/// Sign in
///
/// `secret` in the answer is the session: send it as a bearer token. It ends when it is not used for
/// a while, and after some hours in any case. 401 (`sign_in_failed`) says no more than that; 429
/// when too many attempts fail.
#[utoipa::path(post, path = "/v1/sessions", tag = "access", security(()),
    request_body(content = SignInBody,
        example = json!({ "name": "minji.kim@example.com", "password": "a heron at the weir" })),
    responses((status = 201, description = "Signed in", body = schema::SignedIn), SigningIn))]
async fn sign_in(knock: Knock<SignInBody>) -> Answer {
    let SignInBody { name, password } = knock.body;
    let who = SignIn { name: name.0, password: password.0 };
    Ok(signed_in(&knock.app.sign_in(&who, &knock.origin).await?))
}

/// Accept an invitation
///
/// Sets the password of the person who was invited; `name` in the answer is the name to sign in
/// with. An invitation is good for one password.
#[utoipa::path(post, path = "/v1/invitations/acceptance", tag = "access", security(()),
    request_body(content = InvitationAcceptanceBody, example = json!({
        "invitation": "sgv_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "password": "a heron at the weir",
    })),
    responses((status = 200, description = "Set", body = schema::Administered), Knocking))]
async fn accept_invitation(knock: Knock<InvitationAcceptanceBody>) -> Answer {
    let InvitationAcceptanceBody { invitation, password } = knock.body;
    let wish = NewPassword { shown: invitation.0, password: password.0 };
    let (done, name) = knock.app.accept_invitation(&wish, &knock.origin).await?;
    Ok(administered(StatusCode::OK, &done, json!({ "name": name })))
}

/// Change your password
///
/// All your sessions end: sign in anew. Tokens stay.
#[utoipa::path(put, path = "/v1/me/password", tag = "access",
    request_body(content = PasswordBody, example = json!({
        "current": "a heron at the weir", "password": "two herons at the weir",
    })),
    responses((status = 200, description = "Changed", body = schema::Administered), Proving))]
async fn change_password(knock: Knock<PasswordBody>) -> Answer {
    let caller = knock.caller()?;
    let PasswordBody { current, password } = knock.body;
    let wish = NewPassword { shown: current.0, password: password.0 };
    let done = knock.app.change_password(&caller, &wish, &knock.origin).await?;
    Ok(administered(StatusCode::OK, &done, json!({})))
}

/// Invite a person
///
/// `secret` is shown this once: whoever has it sets the person's password. It replaces an earlier
/// invitation. For somebody who has a password already it is the way to a new one.
#[utoipa::path(post, path = "/v1/people/{person}/invitations", tag = "access",
    params(PersonAt, Wish),
    request_body(content = InvitationBody, example = json!({ "name": "minji.kim@example.com" })),
    responses((status = 201, description = "Invited", body = schema::Administered), Changing))]
async fn invite_person(Path(at): Path<PersonAt>, ask: Ask<InvitationBody>) -> Answer {
    let (app, request) = ask
        .request(|body, _| NewInvitation { person: at.person, name: body.name.map(|name| name.0) });
    let (done, invited) = app.invite(request).await?;
    let more = json!({
        "secret": done.secret, "name": invited.name, "expires_at": invited.expires_at,
    });
    Ok(established(&done, &format!("/v1/people/{}", at.person), more))
}

/// List your sessions
///
/// Where you are signed in, the newest first.
#[utoipa::path(get, path = "/v1/me/sessions", tag = "access", params(Known),
    responses((status = 200, description = "All", body = schema::Sessions), Reading))]
async fn list_my_sessions(read: Read) -> Answer {
    let sessions = read.app.own_sessions(&read.caller).await?;
    read.list(&sessions)
}

/// Sign out everywhere
///
/// All your sessions end, the one that asks too. Tokens stay.
#[utoipa::path(delete, path = "/v1/me/sessions", tag = "access", params(Wish),
    responses((status = 200, description = "Ended", body = schema::Administered), Changing))]
async fn end_my_sessions(ask: Ask<Nothing>) -> Answer {
    let person = ask.caller.person;
    let done = ask.administer(|_, _| Command::EndSessions { person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// Sign out
///
/// One of your sessions ends. Sessions are no part of the record, so this makes no event.
#[utoipa::path(delete, path = "/v1/me/sessions/{session}", tag = "access", params(SessionAt),
    responses((status = 204, description = "Ended"), Reading))]
async fn end_my_session(read: Read, Path(at): Path<SessionAt>) -> Answer {
    read.app.end_session(&read.caller, at.session).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// List a person's sessions
///
/// For the person and for administrators.
#[utoipa::path(get, path = "/v1/people/{person}/sessions", tag = "access",
    params(PersonAt, Known),
    responses((status = 200, description = "All", body = schema::Sessions), Reading))]
async fn list_sessions(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let sessions = read.app.sessions_of(&read.caller, at.person).await?;
    read.list(&sessions)
}

/// Sign a person out everywhere
///
/// All sessions of the person end. Tokens stay.
#[utoipa::path(delete, path = "/v1/people/{person}/sessions", tag = "access",
    params(PersonAt, Wish),
    responses((status = 200, description = "Ended", body = schema::Administered), Changing))]
async fn end_sessions(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::EndSessions { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}
