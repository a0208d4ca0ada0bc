//! Second factors: taking one in, showing a code, and taking a lost one away.

use axum::http::StatusCode;
use serde_json::json;
use sluicegate_app::Shown;
use sluicegate_core::organisation::Command;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, PersonAt, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, enrolled, established, offered, signed_in},
    api::Api,
    extract::{Ask, Knock, Path, Read},
    parse::{Hidden, object},
    problem::{Changing, Proving, Reading},
    schema,
};

/// What completes a sign-in: the password is enough to get here.
pub(crate) fn in_part() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(complete_session))
        .routes(routes!(get_my_factor, offer_factor))
        .routes(routes!(enrol_factor))
}

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(replace_recovery_codes))
        .routes(routes!(remove_factor))
        .routes(routes!(get_factor))
        .routes(routes!(ask_factor_removal, withdraw_factor_removal))
        .routes(routes!(confirm_factor_removal))
}

object! {
    /// A code of the second factor, or a recovery code.
    CodeBody {
        /// Six digits, or a recovery code.
        code: Hidden,
    }
    /// The password, once more.
    FactorBody { password: Hidden, }
    /// The password, and a code of the second factor or a recovery code.
    ProofBody { password: Hidden, code: Hidden, }
}

impl ProofBody {
    fn shown(&self) -> Shown<'_> {
        Shown { password: Some(&self.password.0), code: Some(&self.code.0) }
    }
}

/// Show a code
///
/// The second step of signing in, with the session of the first one (`next` was `code`). `secret` in
/// the answer takes its place. A code is good once; a recovery code does as well.
#[utoipa::path(post, path = "/v1/sessions/completion", tag = "access",
    request_body(content = CodeBody, example = json!({ "code": "287082" })),
    responses((status = 201, description = "Signed in", body = schema::SignedIn), Proving))]
async fn complete_session(knock: Knock<CodeBody>) -> Answer {
    let caller = knock.caller()?;
    let done = knock.app.complete_session(&caller, &knock.body.code.0, &knock.origin).await?;
    Ok(signed_in(&done))
}

/// Look at your second factor
///
/// Whether there is one, how many recovery codes are left, and whether somebody wants to take it away.
#[utoipa::path(get, path = "/v1/me/factor", tag = "access", params(Known),
    responses((status = 200, description = "Your factor", body = schema::Factor), Reading))]
async fn get_my_factor(read: Read) -> Answer {
    let factor = read.app.factor_of(&read.caller, read.caller.person).await?;
    read.found(&factor)
}

/// Begin with a second factor
///
/// Your authenticator takes in `uri`, as a picture or by hand (`secret`). It is shown this once, and
/// waits a quarter of an hour for a code. Takes the password once more.
#[utoipa::path(post, path = "/v1/me/factor", tag = "access",
    request_body(content = FactorBody, example = json!({ "password": "a heron at the weir" })),
    responses((status = 201, description = "Offered", body = schema::FactorOffer), Proving))]
async fn offer_factor(knock: Knock<FactorBody>) -> Answer {
    let caller = knock.caller()?;
    let password = &knock.body.password.0;
    Ok(offered(&knock.app.offer_factor(&caller, password, &knock.origin).await?))
}

/// Confirm the second factor
///
/// With a code of it. From now on signing in takes one. The ten recovery codes are shown this once;
/// the session goes on under the secret in `signed_in`.
#[utoipa::path(post, path = "/v1/me/factor/confirmation", tag = "access",
    request_body(content = CodeBody, example = json!({ "code": "287082" })),
    responses((status = 200, description = "Enrolled", body = schema::Administered), Proving))]
async fn enrol_factor(knock: Knock<CodeBody>) -> Answer {
    let caller = knock.caller()?;
    let done = knock.app.enrol_factor(&caller, &knock.body.code.0, &knock.origin).await?;
    Ok(enrolled(&done))
}

/// Replace the recovery codes
///
/// Ten others, shown this once; those before are void. Takes password and code.
#[utoipa::path(post, path = "/v1/me/factor/recovery-codes", tag = "access",
    request_body(content = ProofBody,
        example = json!({ "password": "a heron at the weir", "code": "287082" })),
    responses((status = 200, description = "Replaced", body = schema::Administered), Proving))]
async fn replace_recovery_codes(knock: Knock<ProofBody>) -> Answer {
    let caller = knock.caller()?;
    let shown = knock.body.shown();
    let done = knock.app.replace_recovery_codes(&caller, shown, &knock.origin).await?;
    Ok(enrolled(&done))
}

/// Take your second factor away
///
/// Takes password and code. All your sessions end: sign in anew.
#[utoipa::path(post, path = "/v1/me/factor/removal", tag = "access",
    request_body(content = ProofBody,
        example = json!({ "password": "a heron at the weir", "code": "287082" })),
    responses((status = 200, description = "Taken away", body = schema::Administered), Proving))]
async fn remove_factor(knock: Knock<ProofBody>) -> Answer {
    let caller = knock.caller()?;
    let done = knock.app.remove_factor(&caller, knock.body.shown(), &knock.origin).await?;
    Ok(administered(StatusCode::OK, &done, json!({})))
}

/// Look at a person's second factor
///
/// For the person and for administrators.
#[utoipa::path(get, path = "/v1/people/{person}/factor", tag = "access", params(PersonAt, Known),
    responses((status = 200, description = "The factor", body = schema::Factor), Reading))]
async fn get_factor(read: Read, Path(at): Path<PersonAt>) -> Answer {
    let factor = read.app.factor_of(&read.caller, at.person).await?;
    read.found(&factor)
}

/// Ask to take a lost factor away
///
/// By an administrator, never one's own. Another administrator has to confirm it within three days.
#[utoipa::path(post, path = "/v1/people/{person}/factor/removal", tag = "access",
    params(PersonAt, Wish),
    responses((status = 201, description = "Asked", body = schema::Administered), Changing))]
async fn ask_factor_removal(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let (app, request) = ask.request(|_, _| at.person);
    let done = app.ask_factor_removal(request).await?;
    Ok(established(&done, &format!("/v1/people/{}/factor", at.person), json!({})))
}

/// Withdraw the wish to take a factor away
///
/// For the person and for administrators: the factor stays.
#[utoipa::path(delete, path = "/v1/people/{person}/factor/removal", tag = "access",
    params(PersonAt, Wish),
    responses((status = 200, description = "Withdrawn", body = schema::Administered), Changing))]
async fn withdraw_factor_removal(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::WithdrawFactorRemoval { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}

/// Confirm that a lost factor is taken away
///
/// By another administrator than the one who has asked, never one's own. All sessions of the person
/// end, and the password alone lets the person in.
#[utoipa::path(post, path = "/v1/people/{person}/factor/removal/confirmation", tag = "access",
    params(PersonAt, Wish),
    responses((status = 200, description = "Taken away", body = schema::Administered), Changing))]
async fn confirm_factor_removal(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::ConfirmFactorRemoval { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}
