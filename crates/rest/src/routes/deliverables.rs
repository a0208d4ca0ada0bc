//! Deliverables: hand in, review, waive.

use std::collections::BTreeSet;

use sluicegate_core::{digest::Digest, product, rules::Command};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{DeliverableAt, Known, ProductAt, RevisionAt, Wish};
use super::team::Nothing;
use crate::{
    answer::{Answer, committed, created},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{AnyJson, Link, Prose, object},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_deliverables))
        .routes(routes!(get_deliverable))
        .routes(routes!(list_revisions, submit_deliverable))
        .routes(routes!(get_revision))
        .routes(routes!(accept_deliverable))
        .routes(routes!(return_deliverable))
        .routes(routes!(ask_waiver))
        .routes(routes!(approve_waiver))
        .routes(routes!(refuse_waiver))
}

object! {
    /// What is handed in: the content of a form, or attachments or a link.
    RevisionBody {
        /// As the form's schema wants it.
        content: Option<AnyJson>,
        /// Digests of uploaded attachments.
        attachments: Option<BTreeSet<Digest>>,
        /// Where a document is kept elsewhere.
        link: Option<Link>,
    }
    /// Why.
    ReasonBody { reason: Prose, }
}

/// List the deliverables
///
/// Those of every stage, each as it stands.
#[utoipa::path(get, path = "/v1/products/{product}/deliverables", tag = "deliverables",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Deliverables), Reading))]
async fn list_deliverables(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let deliverables = read.app.deliverables(&read.caller, at.product).await?;
    read.list(&deliverables)
}

/// Look at a deliverable
///
/// What it asks for, where it stands, and the revision that counts.
#[utoipa::path(get, path = "/v1/products/{product}/deliverables/{deliverable}",
    tag = "deliverables", params(DeliverableAt, Known),
    responses((status = 200, description = "It", body = schema::Deliverable), Reading))]
async fn get_deliverable(read: Read, Path(at): Path<DeliverableAt>) -> Answer {
    let found = read.app.deliverable(&read.caller, at.product, &at.deliverable).await?;
    read.found(&found)
}

/// List the accepted revisions
///
/// The oldest first; each was frozen when it was accepted.
#[utoipa::path(get, path = "/v1/products/{product}/deliverables/{deliverable}/revisions",
    tag = "deliverables", params(DeliverableAt, Known),
    responses((status = 200, description = "All", body = schema::Revisions), Reading))]
async fn list_revisions(read: Read, Path(at): Path<DeliverableAt>) -> Answer {
    let revisions = read.app.revisions(&read.caller, at.product, &at.deliverable).await?;
    read.list(&revisions)
}

/// Hand in
///
/// Reviewers have to accept it before it counts; without reviewers it counts at once. What was
/// accepted before counts until then.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/revisions",
    tag = "deliverables", params(DeliverableAt, Wish),
    request_body(content = RevisionBody, example = json!({
        "content": { "tam": { "amount": "120000000.00", "currency": "EUR" } },
    })),
    responses((status = 201, description = "Handed in", body = schema::Committed), Changing))]
async fn submit_deliverable(Path(at): Path<DeliverableAt>, ask: Ask<RevisionBody>) -> Answer {
    let location = format!("/v1/products/{}/deliverables/{}", at.product, at.deliverable);
    let done = ask.execute(at.product, |body, sealer| {
        let document = product::Document {
            content: body.content.map(|content| sealer.json(content.0)),
            attachments: body.attachments.unwrap_or_default().into_iter().collect(),
            link: body.link.map(|link| link.0),
        };
        Command::SubmitDeliverable { deliverable: at.deliverable, document }
    });
    created(&done.await?, &location)
}

/// Look at a revision
///
/// With its content, attachments and link, as they were accepted.
#[utoipa::path(get,
    path = "/v1/products/{product}/deliverables/{deliverable}/revisions/{revision}",
    tag = "deliverables", params(RevisionAt, Known),
    responses((status = 200, description = "It", body = schema::Revision), Reading))]
async fn get_revision(read: Read, Path(at): Path<RevisionAt>) -> Answer {
    let (product, named) = (at.product, &at.deliverable);
    let revision = read.app.revision(&read.caller, product, named, at.revision).await?;
    read.found(&revision)
}

/// Accept what was handed in
///
/// For every reviewer role that you hold. When all roles have accepted, the revision is frozen.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/acceptances",
    tag = "deliverables", params(DeliverableAt, Wish),
    responses((status = 200, description = "Accepted", body = schema::Committed), Changing))]
async fn accept_deliverable(Path(at): Path<DeliverableAt>, ask: Ask<Nothing>) -> Answer {
    let deliverable = at.deliverable;
    let done = ask.execute(at.product, |_, _| Command::AcceptDeliverable { deliverable });
    committed(&done.await?)
}

/// Return what was handed in
///
/// With a reason. Its writer hands it in anew.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/returns",
    tag = "deliverables", params(DeliverableAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The source is missing." })),
    responses((status = 200, description = "Returned", body = schema::Committed), Changing))]
async fn return_deliverable(Path(at): Path<DeliverableAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::ReturnDeliverable {
        deliverable: at.deliverable,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Ask that a deliverable be waived
///
/// Because it is not applicable. Somebody else has to approve.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/waivers",
    tag = "deliverables", params(DeliverableAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "No part is implanted." })),
    responses((status = 200, description = "Asked", body = schema::Committed), Changing))]
async fn ask_waiver(Path(at): Path<DeliverableAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::AskWaiver {
        deliverable: at.deliverable,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Approve a waiver
///
/// Who asked for it cannot approve it.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/waivers/approval",
    tag = "deliverables", params(DeliverableAt, Wish),
    responses((status = 200, description = "Waived", body = schema::Committed), Changing))]
async fn approve_waiver(Path(at): Path<DeliverableAt>, ask: Ask<Nothing>) -> Answer {
    let deliverable = at.deliverable;
    let done = ask.execute(at.product, |_, _| Command::ApproveWaiver { deliverable });
    committed(&done.await?)
}

/// Refuse a waiver
///
/// With a reason. The deliverable is owed as before.
#[utoipa::path(post, path = "/v1/products/{product}/deliverables/{deliverable}/waivers/refusal",
    tag = "deliverables", params(DeliverableAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The sensor touches skin." })),
    responses((status = 200, description = "Refused", body = schema::Committed), Changing))]
async fn refuse_waiver(Path(at): Path<DeliverableAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::RefuseWaiver {
        deliverable: at.deliverable,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}
