//! Holds, reviews after launch, and the duties of a way out.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sluicegate_app::{AppError, view::ProductView};
use sluicegate_core::{digest::Digest, product::Overlay, rules::Command};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{DutyAt, Known, ProductAt, ReviewAt, Wish},
    conditions::EvidenceBody,
    deliverables::ReasonBody,
};
use crate::{
    answer::{Answer, committed},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{AnyJson, Prose, object},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(get_hold, hold_product))
        .routes(routes!(resume_product))
        .routes(routes!(list_reviews))
        .routes(routes!(get_review))
        .routes(routes!(complete_review))
        .routes(routes!(list_duties))
        .routes(routes!(get_duty))
        .routes(routes!(discharge_duty))
}

object! {
    /// Why a product rests, and when to look at it again.
    HoldBody { review_at: DateTime<Utc>, reason: Prose, }
    /// The review's form.
    CompletionBody {
        /// As the form's schema wants it.
        content: AnyJson,
    }
}

/// The text behind a digest, as the view of a product carries it.
fn text(view: &ProductView, digest: Option<&Digest>) -> Value {
    digest.and_then(|digest| view.texts.get(digest)).cloned().unwrap_or_default()
}

/// Look at the hold
///
/// 404 when the product is not held.
#[utoipa::path(get, path = "/v1/products/{product}/hold", tag = "holds", params(ProductAt, Known),
    responses((status = 200, description = "It", body = schema::Hold), Reading))]
async fn get_hold(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let view = read.app.product(&read.caller, at.product, None).await?;
    let Overlay::Held(hold) = &view.state.overlay else {
        return Err(AppError::NotFound("hold").into());
    };
    read.found(&json!({
        "since": hold.since,
        "review_at": hold.review_at,
        "review_due": hold.review_due,
        "reason": text(&view, hold.reason.as_ref()),
        "cause": hold.cause,
    }))
}

/// Hold a product
///
/// Its clocks rest until somebody resumes it. On the review date it comes back to mind.
#[utoipa::path(put, path = "/v1/products/{product}/hold", tag = "holds", params(ProductAt, Wish),
    request_body(content = HoldBody, example = json!({
        "review_at": "2027-03-01T09:00:00Z", "reason": "The supplier is being taken over.",
    })),
    responses((status = 200, description = "Held", body = schema::Committed), Changing))]
async fn hold_product(Path(at): Path<ProductAt>, ask: Ask<HoldBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::PlaceHold {
        review_at: body.review_at,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Resume a held product
///
/// It goes on where it was.
#[utoipa::path(post, path = "/v1/products/{product}/hold/resumption", tag = "holds",
    params(ProductAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The contract is signed." })),
    responses((status = 200, description = "Resumed", body = schema::Committed), Changing))]
async fn resume_product(Path(at): Path<ProductAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::Resume {
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// List the reviews
///
/// Those that fall due by themselves, after launch and in the life of a product.
#[utoipa::path(get, path = "/v1/products/{product}/reviews", tag = "reviews",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Reviews), Reading))]
async fn list_reviews(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let reviews = read.app.reviews(&read.caller, at.product).await?;
    read.list(&reviews)
}

/// Look at a review
///
/// Who owes it, until when, and its content when it is done.
#[utoipa::path(get, path = "/v1/products/{product}/reviews/{review}", tag = "reviews",
    params(ReviewAt, Known),
    responses((status = 200, description = "It", body = schema::Review), Reading))]
async fn get_review(read: Read, Path(at): Path<ReviewAt>) -> Answer {
    let all = read.app.reviews(&read.caller, at.product).await?;
    let found = all.iter().find(|one| one.number == at.review);
    read.found(found.ok_or(AppError::NotFound("review"))?)
}

/// File a review
///
/// With the content that its form asks for.
#[utoipa::path(post, path = "/v1/products/{product}/reviews/{review}/completion",
    tag = "reviews", params(ReviewAt, Wish),
    request_body(content = CompletionBody,
        example = json!({ "content": { "result": "Sales are a tenth above the plan." } })),
    responses((status = 200, description = "Filed", body = schema::Committed), Changing))]
async fn complete_review(Path(at): Path<ReviewAt>, ask: Ask<CompletionBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::CompleteReview {
        review: at.review,
        content: sealer.json(body.content.0),
    });
    committed(&done.await?)
}

/// What is still to be done on the way out; nothing for a product that is on no way out.
fn exit_duties(view: &ProductView) -> Vec<Value> {
    let Overlay::Closing(closing) = &view.state.overlay else { return Vec::new() };
    let shown = closing.duties.iter().map(|(key, duty)| {
        let done = duty.done.as_ref();
        json!({
            "key": key.as_str(),
            "role": duty.role.as_str(),
            "due_at": duty.due,
            "fell_due": duty.fell_due,
            "done": done.is_some(),
            "done_by": done.map(|done| done.by),
            "done_at": done.map(|done| done.at),
            "evidence": text(view, done.map(|done| &done.evidence)),
        })
    });
    shown.collect()
}

/// List the duties of the way out
///
/// Empty while the product is on no way out.
#[utoipa::path(get, path = "/v1/products/{product}/duties", tag = "holds",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::ExitDuties), Reading))]
async fn list_duties(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let view = read.app.product(&read.caller, at.product, None).await?;
    read.list(&exit_duties(&view))
}

/// Look at a duty of the way out
///
/// Who owes it, until when, and its evidence.
#[utoipa::path(get, path = "/v1/products/{product}/duties/{duty}", tag = "holds",
    params(DutyAt, Known),
    responses((status = 200, description = "It", body = schema::ExitDuty), Reading))]
async fn get_duty(read: Read, Path(at): Path<DutyAt>) -> Answer {
    let view = read.app.product(&read.caller, at.product, None).await?;
    let found = exit_duties(&view).into_iter().find(|one| one["key"] == at.duty.as_str());
    read.found(&found.ok_or(AppError::NotFound("duty"))?)
}

/// Discharge a duty of the way out
///
/// With the last one the product is closed.
#[utoipa::path(post, path = "/v1/products/{product}/duties/{duty}/discharge", tag = "holds",
    params(DutyAt, Wish),
    request_body(content = EvidenceBody,
        example = json!({ "evidence": "All customers were told: letter of 3 May." })),
    responses((status = 200, description = "Discharged", body = schema::Committed), Changing))]
async fn discharge_duty(Path(at): Path<DutyAt>, ask: Ask<EvidenceBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::DischargeDuty {
        duty: at.duty,
        evidence: sealer.text(&body.evidence.0),
    });
    committed(&done.await?)
}
