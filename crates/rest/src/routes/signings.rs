//! Signing: read what it means, prove who you are once more, then vote or decide with it.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sluicegate_app::NewSigning;
use sluicegate_core::{key::StageKey, organisation::Command, rules::Act};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{PersonAt, SigningAt, SubmissionAt, Wish},
    submissions::{ChairChoice, choice, outcome},
    team::Nothing,
};
use crate::{
    answer::{Answer, administered, plain, signing},
    api::Api,
    extract::{Ask, Knock, Path},
    parse::{Described, Hidden, Place, SlipKind, Slips, Wire, object},
    problem::{Changing, Proving},
    schema,
    schema::VoteChoice,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(begin_signing))
        .routes(routes!(complete_signing))
        .routes(routes!(unlock_signing))
}

object! {
    /// What you are about to sign: a choice to vote for, or the outcome that you decide as the chair.
    SigningBody {
        choice: Option<VoteChoice>,
        outcome: Option<ChairChoice>,
        /// When to look at it again; with `hold`.
        review_at: Option<DateTime<Utc>>,
        /// The stage to go back to; with `recycle`.
        to: Option<StageKey>,
    }
    /// The password, and a code of the second factor or a recovery code.
    IdentityBody { password: Hidden, code: Hidden, }
}

/// An act whose parts fit together.
#[derive(Debug)]
struct Meant(Act);

impl Described for Meant {
    fn json_schema() -> RefOr<Schema> {
        SigningBody::json_schema()
    }
}

impl Wire for Meant {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = SigningBody::read(value, at, slips)?;
        match (body.choice, body.outcome) {
            (None, Some(chosen)) => {
                let outcome = outcome(chosen, body.review_at, body.to, at, slips)?;
                Some(Self(Act::Decision { outcome }))
            }
            (Some(chosen), None) => {
                for (name, there) in
                    [("review_at", body.review_at.is_some()), ("to", body.to.is_some())]
                {
                    if there {
                        slips.push(at.key(name), SlipKind::NotWith { other: "choice" });
                    }
                }
                slips.is_empty().then(|| Self(Act::Vote { choice: choice(chosen) }))
            }
            (None, None) => {
                slips.push(at.key("choice"), SlipKind::Missing);
                None
            }
            (Some(_), Some(_)) => {
                slips.push(at.key("outcome"), SlipKind::NotWith { other: "choice" });
                None
            }
        }
    }
}

/// Begin to sign
///
/// `statement` says in words what the signature would mean and over which packet. It waits a quarter of
/// an hour for its proof. Refused like the vote or the decision itself.
#[utoipa::path(post,
    path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/signings",
    tag = "submissions", params(SubmissionAt),
    request_body(content = SigningBody, example = json!({ "choice": "go" })),
    responses((status = 201, description = "Begun", body = schema::Signing), Proving))]
async fn begin_signing(Path(at): Path<SubmissionAt>, knock: Knock<Meant>) -> Answer {
    let (caller, lang) = (knock.caller()?, knock.lang());
    let (product, at) = (at.product, at.submission());
    let wish = NewSigning { product, at, act: knock.body.0.clone() };
    signing(&knock.app.begin_signing(&caller, wish, lang).await?)
}

/// Prove who you are
///
/// For the signing that you have begun, with password and code, however you are signed in. Within five
/// minutes send the vote or the decision with `signing`. Three wrong proofs in a row lock your signing.
#[utoipa::path(post, path = "/v1/signings/{signing}/proof", tag = "submissions",
    params(SigningAt),
    request_body(content = IdentityBody,
        example = json!({ "password": "a heron at the weir", "code": "287082" })),
    responses((status = 200, description = "Proved", body = schema::SigningProved), Proving))]
async fn complete_signing(Path(at): Path<SigningAt>, knock: Knock<IdentityBody>) -> Answer {
    let caller = knock.caller()?;
    let both = (&*knock.body.password.0, &*knock.body.code.0);
    let until = knock.app.complete_signing(&caller, at.signing, both, &knock.origin).await?;
    plain(&json!({ "id": at.signing, "expires_at": until }))
}

/// Let a person sign again
///
/// After three wrong proofs in a row. By an administrator, never for oneself.
#[utoipa::path(delete, path = "/v1/people/{person}/signing-lock", tag = "access",
    params(PersonAt, Wish),
    responses((status = 200, description = "Lifted", body = schema::Administered), Changing))]
async fn unlock_signing(Path(at): Path<PersonAt>, ask: Ask<Nothing>) -> Answer {
    let done = ask.administer(|_, _| Command::UnlockSigning { person: at.person });
    Ok(administered(StatusCode::OK, &done.await?, json!({})))
}
