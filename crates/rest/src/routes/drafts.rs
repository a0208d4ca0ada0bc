//! Drafts: work that is not handed in yet.

use axum::http::StatusCode;
use sluicegate_app::AppError;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{DeliverableAt, Known, header};
use crate::{
    answer::{Answer, empty, saved_as},
    api::Api,
    extract::{Draft, Path, Read, Seen},
    problem::{Changing, Code, Problem, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get_draft, save_draft, delete_draft))
}

/// Which draft the writer has seen.
struct SeenDraft;

impl IntoParams for SeenDraft {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            header("If-Match", "The entity tag of the draft that you have seen."),
            header("If-None-Match", "`*`: there is no draft yet, as far as you know."),
        ]
    }
}

/// Read the draft
///
/// 404 while there is none.
#[utoipa::path(get, path = "/v1/products/{product}/deliverables/{deliverable}/draft",
    tag = "drafts", params(DeliverableAt, Known),
    responses((status = 200, description = "It", body = schema::Draft), Reading))]
async fn get_draft(read: Read, Path(at): Path<DeliverableAt>) -> Answer {
    let draft = read.app.draft(&read.caller, at.product, &at.deliverable).await?;
    let draft = draft.ok_or(AppError::NotFound("draft"))?;
    read.versioned(draft.version, &draft)
}

/// Save the draft
///
/// Over the one that you have seen (`If-Match`), or as the first (`If-None-Match: *`). Any object
/// will do; it is held against the form when it is handed in.
#[utoipa::path(put, path = "/v1/products/{product}/deliverables/{deliverable}/draft",
    tag = "drafts", params(DeliverableAt, SeenDraft),
    request_body(content = serde_json::Value,
        example = json!({ "content": { "summary": "Half a sentence" } })),
    responses((status = 200, description = "Saved", body = schema::Draft),
        (status = 428, description = "Neither `If-Match` nor `If-None-Match: *` was sent.",
            body = crate::problem::ProblemDocument, content_type = "application/problem+json"),
        Changing))]
async fn save_draft(Path(at): Path<DeliverableAt>, draft: Draft) -> Answer {
    let seen = last_seen(draft.seen)?;
    let (read, named) = (&draft.read, &at.deliverable);
    let saved = read.app.put_draft(&read.caller, at.product, named, seen, &draft.body).await?;
    saved_as(saved.version, &saved)
}

/// In the words of the store: 0 is none.
fn last_seen(seen: Seen) -> Result<u32, Problem> {
    match seen {
        Seen::Version(version) => Ok(version),
        Seen::Nothing => Ok(0),
        Seen::Any => Err(Code::PreconditionRequired.into()),
    }
}

/// Throw the draft away
///
/// What was handed in stays.
#[utoipa::path(delete, path = "/v1/products/{product}/deliverables/{deliverable}/draft",
    tag = "drafts", params(DeliverableAt),
    responses((status = 204, description = "Gone"), Changing))]
async fn delete_draft(read: Read, Path(at): Path<DeliverableAt>) -> Answer {
    read.app.delete_draft(&read.caller, at.product, &at.deliverable).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}
