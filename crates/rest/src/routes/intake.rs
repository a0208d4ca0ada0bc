//! For visitors: submit an idea through a link, and follow it. Nothing else of the house.

use sluicegate_app::VisitorIdea;
use sluicegate_core::intake::IdeaText;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::Visitor;
use crate::{
    answer::{Answer, plain, submitted},
    api::Api,
    extract::{Look, Path, Visit},
    parse::{Few, Line, Link, Paragraph, SlipKind, Text, object, parameters},
    problem::Visiting,
    schema,
};

/// Addresses that need no token: the secret in them opens one thing and nothing else.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(get_intake))
        .routes(routes!(submit_idea))
        .routes(routes!(track_idea))
}

const RULE: &str = "the secret is the last part of the address that you were given";

/// The secret of a link or of an idea.
#[derive(Clone, Debug)]
pub(crate) struct Secret(String);

impl Text for Secret {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let fits = text.len() == 47 && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(SlipKind::format(RULE)) }
    }
    fn describe(string: utoipa::openapi::ObjectBuilder) -> utoipa::openapi::ObjectBuilder {
        string.pattern(Some("^sg[li]_[A-Za-z0-9_-]{43}$"))
    }
}

parameters! {
    Path SecretAt {
        /// As it stands in the address that you were given.
        secret: Secret,
    }
}

object! {
    /// An idea. Name and contact are yours to give or not.
    IdeaBody {
        name: Option<Line>,
        contact: Option<Line>,
        problem: Paragraph,
        idea: Paragraph,
        /// Links to what shows that the problem exists; at most ten.
        evidence: Option<Few<Link>>,
        /// Country or region.
        market: Option<Line>,
        /// Who has the problem.
        segment: Option<Line>,
    }
}

/// See what a link asks for
///
/// Its title and the fields of its form. Needs no token.
#[utoipa::path(get, path = "/v1/intake/{secret}", tag = "intake", security(()), params(SecretAt),
    responses((status = 200, description = "The form", body = schema::Intake), Visiting))]
async fn get_intake(look: Look, Path(at): Path<SecretAt>) -> Answer {
    plain(&look.app.intake(&at.secret.0, look.lang).await?)
}

/// Submit an idea
///
/// Anyone with the link may. `tracking` in the answer is the secret with which you follow it at
/// `/v1/intake/track/{secret}`; it is shown this once. Needs no token; 429 when too many come.
#[utoipa::path(post, path = "/v1/intake/{secret}/ideas", tag = "intake", security(()),
    params(SecretAt, Visitor),
    request_body(content = IdeaBody, example = json!({
        "name": "김수진", "contact": "sujin.kim@hospital.example",
        "problem": "수액 펌프의 경보음이 밤에 환자를 깨웁니다.",
        "idea": "병실이 어두우면 진동과 빛으로 먼저 알립니다.",
        "evidence": ["https://example.com/study"], "market": "KR", "segment": "내과 병동",
    })),
    responses((status = 201, description = "Received", body = schema::Received), Visiting))]
async fn submit_idea(Path(at): Path<SecretAt>, visit: Visit<IdeaBody>) -> Answer {
    let (app, request) = visit.request(|body| VisitorIdea {
        name: body.name.map(|name| name.0),
        contact: body.contact.map(|contact| contact.0),
        text: IdeaText {
            problem: body.problem.0,
            idea: body.idea.0,
            evidence: body.evidence.into_iter().flat_map(|few| few.0).map(|it| it.0).collect(),
            market: body.market.map(|market| market.0),
            segment: body.segment.map(|segment| segment.0),
        },
    });
    Ok(submitted(&app.submit_idea(&at.secret.0, request).await?))
}

/// Follow your idea
///
/// Where it stands, and why. A duplicate stands where the other one does. Needs no token.
#[utoipa::path(get, path = "/v1/intake/track/{secret}", tag = "intake", security(()),
    params(SecretAt),
    responses((status = 200, description = "Where it stands", body = schema::Tracked), Visiting))]
async fn track_idea(look: Look, Path(at): Path<SecretAt>) -> Answer {
    plain(&look.app.track(&at.secret.0, look.lang).await?)
}
