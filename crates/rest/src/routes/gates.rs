//! Gates: how ready, what was asked, what was answered.

use serde_json::Value;
use sluicegate_app::{AppError, Lang, view::GateView};
use sluicegate_core::{
    id::{PersonId, ProductId},
    key::*,
    product::Purpose,
    rules::Command,
};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{CriterionAt, GateAt, Known, ProductAt, Wish};
use crate::{
    answer::{Answer, committed, created},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Described, Place, Prose, SlipKind, Slips, Wire, choice, object},
    problem::{Changing, Problem, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_gates))
        .routes(routes!(get_gate))
        .routes(routes!(get_criterion, answer_criterion))
        .routes(routes!(list_submissions, submit_to_gate))
}

choice! {
    /// What is asked of the gate.
    Aim { Pass = "pass", Stop = "stop", Reopen = "reopen", }
}

object! {
    /// The answer to a question of the gate ahead.
    AnswerBody {
        answer: bool,
        /// What it rests on.
        evidence: Prose,
    }
    /// What the gate is asked. `pass` needs a path; `stop` lets the gate hold, recycle or kill;
    /// `reopen` takes a closed product back.
    SubmitBody {
        purpose: Aim,
        /// One of the gate's ways on.
        path: Option<PathKey>,
        /// Who sits on which seat; chosen by the engine when nothing is said.
        panel: Option<BTreeMap<SeatKey, BTreeSet<PersonId>>>,
    }
}

/// A submission whose parts fit together.
#[derive(Debug)]
struct Asked {
    purpose: Purpose,
    panel: BTreeMap<SeatKey, BTreeSet<PersonId>>,
}

impl Described for Asked {
    fn json_schema() -> RefOr<Schema> {
        SubmitBody::json_schema()
    }
}

impl Wire for Asked {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = SubmitBody::read(value, at, slips)?;
        let purpose = match (body.purpose, body.path) {
            (Aim::Pass, Some(path)) => Purpose::Pass(path),
            (Aim::Stop, None) => Purpose::Stop,
            (Aim::Reopen, None) => Purpose::Reopen,
            (Aim::Pass, None) => {
                slips.push(at.key("path"), SlipKind::NeededWith { other: "`pass`" });
                return None;
            }
            (Aim::Stop | Aim::Reopen, Some(_)) => {
                slips.push(at.key("path"), SlipKind::NotWith { other: "`stop` or `reopen`" });
                return None;
            }
        };
        Some(Self { purpose, panel: body.panel.unwrap_or_default() })
    }
}

/// List the gates
///
/// In the order of the workflow, each as this product sees it.
#[utoipa::path(get, path = "/v1/products/{product}/gates", tag = "gates", params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Gates), Reading))]
async fn list_gates(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let gates = read.app.gates(&read.caller, at.product, read.lang).await?;
    read.list(&gates)
}

/// Look at a gate
///
/// Its criteria, how ready the product is, and the meeting when the product stands there.
#[utoipa::path(get, path = "/v1/products/{product}/gates/{gate}", tag = "gates",
    params(GateAt, Known),
    responses((status = 200, description = "It", body = schema::Gate), Reading))]
async fn get_gate(read: Read, Path(at): Path<GateAt>) -> Answer {
    let gate = read.app.gate(&read.caller, at.product, &at.gate, read.lang).await?;
    read.found(&gate)
}

/// Look at a criterion of the gate ahead
///
/// With the verdict over each of its clauses, or the answer that was given.
#[utoipa::path(get, path = "/v1/products/{product}/gates/current/criteria/{criterion}",
    tag = "gates", params(CriterionAt, Known),
    responses((status = 200, description = "It", body = schema::Criterion), Reading))]
async fn get_criterion(read: Read, Path(at): Path<CriterionAt>) -> Answer {
    let gate = gate_ahead(&read, at.product).await?;
    let found = gate.must.iter().find(|must| must.key == at.criterion);
    read.found(found.ok_or(AppError::NotFound("criterion"))?)
}

async fn gate_ahead(read: &Read, product: ProductId) -> Result<GateView, Problem> {
    let view = read.app.product(&read.caller, product, None).await?;
    let key = view.gate_ahead.ok_or(AppError::NotFound("gate"))?;
    Ok(read.app.gate(&read.caller, product, &key, Lang::En).await?)
}

/// Answer a question of the gate ahead
///
/// Again and again, until the gate is asked.
#[utoipa::path(put, path = "/v1/products/{product}/gates/current/criteria/{criterion}",
    tag = "gates", params(CriterionAt, Wish),
    request_body(content = AnswerBody, example = json!({
        "answer": true, "evidence": "It is item 4 of the plan for 2027 to 2029.",
    })),
    responses((status = 200, description = "Answered", body = schema::Committed), Changing))]
async fn answer_criterion(Path(at): Path<CriterionAt>, ask: Ask<AnswerBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::AnswerCriterion {
        criterion: at.criterion,
        yes: body.answer,
        evidence: sealer.text(&body.evidence.0),
    });
    committed(&done.await?)
}

/// List the submissions to a gate
///
/// The oldest first, each with its votes and its decision.
#[utoipa::path(get, path = "/v1/products/{product}/gates/{gate}/submissions", tag = "submissions",
    params(GateAt, Known),
    responses((status = 200, description = "All", body = schema::Submissions), Reading))]
async fn list_submissions(read: Read, Path(at): Path<GateAt>) -> Answer {
    let submissions = read.app.submissions(&read.caller, at.product, &at.gate).await?;
    read.list(&submissions)
}

/// Submit to a gate
///
/// Freezes the packet that is decided over, and the panel that decides.
#[utoipa::path(post, path = "/v1/products/{product}/gates/{gate}/submissions",
    tag = "submissions", params(GateAt, Wish),
    request_body(content = SubmitBody, example = json!({ "purpose": "pass", "path": "go" })),
    responses((status = 201, description = "Submitted", body = schema::Committed), Changing))]
async fn submit_to_gate(Path(at): Path<GateAt>, ask: Ask<Asked>) -> Answer {
    let below = format!("/v1/products/{}/gates/{}/submissions", at.product, at.gate);
    let done = ask.execute(at.product, |asked, _| Command::Submit {
        gate: at.gate,
        purpose: asked.purpose,
        panel: asked.panel,
    });
    let done = done.await?;
    created(&done, &format!("{below}/{}", done.product.submissions))
}
