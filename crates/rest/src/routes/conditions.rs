//! Conditions of a conditional go.

use chrono::{DateTime, Utc};
use sluicegate_app::AppError;
use sluicegate_core::rules::Command;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{ConditionAt, Known, ProductAt, Wish},
    deliverables::ReasonBody,
    team::Nothing,
};
use crate::{
    answer::{Answer, committed},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Prose, object},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_conditions))
        .routes(routes!(get_condition))
        .routes(routes!(give_evidence))
        .routes(routes!(refuse_evidence))
        .routes(routes!(close_condition))
        .routes(routes!(extend_condition))
}

object! {
    /// What shows that it is done.
    EvidenceBody { evidence: Prose, }
    /// A later date.
    ExtensionBody { due: DateTime<Utc>, reason: Prose, }
}

/// List the conditions
///
/// Open and closed.
#[utoipa::path(get, path = "/v1/products/{product}/conditions", tag = "conditions",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Conditions), Reading))]
async fn list_conditions(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let conditions = read.app.conditions(&read.caller, at.product).await?;
    read.list(&conditions)
}

/// Look at a condition
///
/// Who owes it, to whom, until when, and the evidence.
#[utoipa::path(get, path = "/v1/products/{product}/conditions/{condition}", tag = "conditions",
    params(ConditionAt, Known),
    responses((status = 200, description = "It", body = schema::Condition), Reading))]
async fn get_condition(read: Read, Path(at): Path<ConditionAt>) -> Answer {
    let all = read.app.conditions(&read.caller, at.product).await?;
    let found = all.iter().find(|one| one.number == at.condition);
    read.found(found.ok_or(AppError::NotFound("condition"))?)
}

/// Give evidence for a condition
///
/// Whoever asked for the condition looks at it and closes it.
#[utoipa::path(post, path = "/v1/products/{product}/conditions/{condition}/evidence",
    tag = "conditions", params(ConditionAt, Wish),
    request_body(content = EvidenceBody,
        example = json!({ "evidence": "Supplier B is approved: report SQ-117." })),
    responses((status = 200, description = "Given", body = schema::Committed), Changing))]
async fn give_evidence(Path(at): Path<ConditionAt>, ask: Ask<EvidenceBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::GiveEvidence {
        condition: at.condition,
        evidence: sealer.text(&body.evidence.0),
    });
    committed(&done.await?)
}

/// Refuse the evidence
///
/// With a reason. The condition is open again.
#[utoipa::path(post, path = "/v1/products/{product}/conditions/{condition}/refusal",
    tag = "conditions", params(ConditionAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The report is a draft." })),
    responses((status = 200, description = "Refused", body = schema::Committed), Changing))]
async fn refuse_evidence(Path(at): Path<ConditionAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::RefuseEvidence {
        condition: at.condition,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Close a condition
///
/// Whoever asked for it, or the gate's chair, but not who gave the evidence.
#[utoipa::path(post, path = "/v1/products/{product}/conditions/{condition}/closure",
    tag = "conditions", params(ConditionAt, Wish),
    responses((status = 200, description = "Closed", body = schema::Committed), Changing))]
async fn close_condition(Path(at): Path<ConditionAt>, ask: Ask<Nothing>) -> Answer {
    let condition = at.condition;
    let done = ask.execute(at.product, |_, _| Command::CloseCondition { condition });
    committed(&done.await?)
}

/// Give a condition more time
///
/// With a reason. An expired condition is open again.
#[utoipa::path(post, path = "/v1/products/{product}/conditions/{condition}/extension",
    tag = "conditions", params(ConditionAt, Wish),
    request_body(content = ExtensionBody, example = json!({
        "due": "2027-04-30T15:00:00Z", "reason": "The laboratory is fully booked.",
    })),
    responses((status = 200, description = "Extended", body = schema::Committed), Changing))]
async fn extend_condition(Path(at): Path<ConditionAt>, ask: Ask<ExtensionBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::ExtendCondition {
        condition: at.condition,
        due: body.due,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}
