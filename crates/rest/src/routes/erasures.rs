//! Erasures of personal data: of people, of contents, of attachments.

use axum::http::StatusCode;
use serde_json::json;
use sluicegate_app::AdminDone;
use sluicegate_core::organisation::Command;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{AttachmentAt, ContentAt, PersonAt, Wish};
use crate::{
    answer::{Answer, administered},
    api::Api,
    extract::{Ask, Path},
    parse::{Prose, object},
    problem::{Changing, Problem},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(erase_person))
        .routes(routes!(erase_content))
        .routes(routes!(erase_attachment))
}

object! {
    /// Why something is erased.
    ErasureBody {
        /// Stands in the record: the number of the request, the rule. Nothing of what is erased.
        reason: Prose,
    }
}

/// Erase a person's name and address
///
/// Those of now and those of before, for ever, with the person's private views. The account must be
/// closed, and stays so. The record keeps the id, and says who erased it, when and why.
/// For administrators.
#[utoipa::path(post, path = "/v1/people/{person}/erasure", tag = "erasures",
    params(PersonAt, Wish),
    request_body(content = ErasureBody, example = json!({ "reason": "Request 2027-014, GDPR Art. 17" })),
    responses((status = 200, description = "Erased", body = schema::Administered), Changing))]
async fn erase_person(Path(at): Path<PersonAt>, ask: Ask<ErasureBody>) -> Answer {
    let done = ask.administer(|body, sealer| Command::ErasePerson {
        person: at.person,
        reason: sealer.text(&body.reason.0),
    });
    erased(done.await)
}

/// Erase a text or a form's content
///
/// For ever, wherever it is named, with the draft that it was handed in from. `digest` is what
/// events name it by. What was decided over it stays decided; rules that read it find nothing.
/// For administrators.
#[utoipa::path(post, path = "/v1/contents/{digest}/erasure", tag = "erasures",
    params(ContentAt, Wish),
    request_body(content = ErasureBody, example = json!({ "reason": "Request 2027-014, GDPR Art. 17" })),
    responses((status = 200, description = "Erased", body = schema::Administered), Changing))]
async fn erase_content(Path(at): Path<ContentAt>, ask: Ask<ErasureBody>) -> Answer {
    let done = ask.administer(|body, sealer| Command::EraseContent {
        content: at.digest,
        reason: sealer.text(&body.reason.0),
    });
    erased(done.await)
}

/// Erase an attachment
///
/// Its bytes and its file name, for ever, wherever it is named. The same bytes are not taken in
/// again. For administrators.
#[utoipa::path(post, path = "/v1/attachments/{digest}/erasure", tag = "erasures",
    params(AttachmentAt, Wish),
    request_body(content = ErasureBody, example = json!({ "reason": "Request 2027-014, GDPR Art. 17" })),
    responses((status = 200, description = "Erased", body = schema::Administered), Changing))]
async fn erase_attachment(Path(at): Path<AttachmentAt>, ask: Ask<ErasureBody>) -> Answer {
    let done = ask.administer(|body, sealer| Command::EraseAttachment {
        attachment: at.digest,
        reason: sealer.text(&body.reason.0),
    });
    erased(done.await)
}

fn erased(done: Result<AdminDone, Problem>) -> Answer {
    let done = done?;
    let before = json!({ "erased_before": done.events.is_empty() });
    Ok(administered(StatusCode::OK, &done, before))
}
