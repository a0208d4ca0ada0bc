//! One submission to a gate: score, vote, decide, withdraw.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_app::{AppError, Sealer};
use sluicegate_core::{
    id::{PersonId, SigningId},
    key::*,
    product::{Choice, ConditionDraft},
    rules::{Command, Decision},
};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, SubmissionAt, Wish},
    deliverables::ReasonBody,
};
use crate::{
    answer::{Answer, committed},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Described, Place, Prose, SlipKind, Slips, Wire, choice, object},
    problem::{Changing, Reading},
    schema,
    schema::VoteChoice,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(get_submission))
        .routes(routes!(get_packet))
        .routes(routes!(withdraw_submission))
        .routes(routes!(score))
        .routes(routes!(vote))
        .routes(routes!(decide))
}

choice! {
    /// What the chair decides.
    ChairChoice {
        Go = "go",
        ConditionalGo = "conditional_go",
        Hold = "hold",
        Recycle = "recycle",
        Kill = "kill",
        StayClosed = "stay_closed",
    }
}

object! {
    /// A score for each factor, 0 to 10.
    ScoresBody { scores: BTreeMap<FactorKey, u8>, }

    /// Something that is owed after a conditional go.
    ConditionBody {
        text: Prose,
        /// Who has to bring the evidence.
        owner: PersonId,
        due: DateTime<Utc>,
    }

    /// A gatekeeper's vote.
    VoteBody {
        choice: VoteChoice,
        reason: Prose,
        /// For a conditional go.
        conditions: Option<Vec<ConditionBody>>,
        /// Where the seat asks for a signature: a signing of this very choice that you have completed.
        signing: Option<SigningId>,
    }

    /// The chair's decision.
    DecisionBody {
        outcome: ChairChoice,
        /// When to look at it again; with `hold`.
        review_at: Option<DateTime<Utc>>,
        /// The stage to go back to; with `recycle`.
        to: Option<StageKey>,
        reason: Prose,
        /// For a conditional go.
        conditions: Option<Vec<ConditionBody>>,
        /// Where the gate asks for a signature: a signing of this very outcome that you have completed.
        signing: Option<SigningId>,
    }
}

/// A decision whose parts fit together.
#[derive(Debug)]
struct Decided {
    outcome: Decision,
    reason: Prose,
    conditions: Vec<ConditionBody>,
    signing: Option<SigningId>,
}

impl Described for Decided {
    fn json_schema() -> RefOr<Schema> {
        DecisionBody::json_schema()
    }
}

impl Wire for Decided {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = DecisionBody::read(value, at, slips)?;
        let outcome = outcome(body.outcome, body.review_at, body.to, at, slips)?;
        let conditions = body.conditions.unwrap_or_default();
        Some(Self { outcome, reason: body.reason, conditions, signing: body.signing })
    }
}

/// An outcome with the one field that goes with it.
pub(super) fn outcome(
    chosen: ChairChoice,
    review_at: Option<DateTime<Utc>>,
    to: Option<StageKey>,
    at: &Place<'_>,
    slips: &mut Slips,
) -> Option<Decision> {
    match (chosen, review_at, to) {
        (ChairChoice::Go, None, None) => Some(Decision::Go),
        (ChairChoice::ConditionalGo, None, None) => Some(Decision::ConditionalGo),
        (ChairChoice::Hold, Some(review_at), None) => Some(Decision::Hold { review_at }),
        (ChairChoice::Recycle, None, Some(to)) => Some(Decision::Recycle { to }),
        (ChairChoice::Kill, None, None) => Some(Decision::Kill),
        (ChairChoice::StayClosed, None, None) => Some(Decision::StayClosed),
        (outcome, review_at, to) => {
            misfit(outcome, "review_at", "hold", review_at.is_some(), at, slips);
            misfit(outcome, "to", "recycle", to.is_some(), at, slips);
            None
        }
    }
}

/// A field that goes with one outcome and with no other.
fn misfit(
    outcome: ChairChoice,
    field: &str,
    wanted_by: &'static str,
    there: bool,
    at: &Place<'_>,
    slips: &mut Slips,
) {
    let word = outcome.word();
    match (word == wanted_by, there) {
        (true, false) => slips.push(at.key(field), SlipKind::NeededWith { other: wanted_by }),
        (false, true) => slips.push(at.key(field), SlipKind::NotWith { other: word }),
        _ => {}
    }
}

fn drafts(conditions: Vec<ConditionBody>, sealer: &mut Sealer) -> Vec<ConditionDraft> {
    let draft = |body: ConditionBody| ConditionDraft {
        text: sealer.text(&body.text.0),
        owner: body.owner,
        due: body.due,
    };
    conditions.into_iter().map(draft).collect()
}

pub(super) fn choice(choice: VoteChoice) -> Choice {
    match choice {
        VoteChoice::Go => Choice::Go,
        VoteChoice::ConditionalGo => Choice::ConditionalGo,
        VoteChoice::Hold => Choice::Hold,
        VoteChoice::Recycle => Choice::Recycle,
        VoteChoice::Kill => Choice::Kill,
    }
}

/// Look at a submission
///
/// Who sits where, who has voted how, and the decision. Scores of others are shown when all are in.
#[utoipa::path(get, path = "/v1/products/{product}/gates/{gate}/submissions/{submission}",
    tag = "submissions", params(SubmissionAt, Known),
    responses((status = 200, description = "It", body = schema::Submission), Reading))]
async fn get_submission(read: Read, Path(at): Path<SubmissionAt>) -> Answer {
    let all = read.app.submissions(&read.caller, at.product, &at.gate).await?;
    let found = all.iter().find(|one| one.number == at.submission);
    read.found(found.ok_or(AppError::NotFound("submission"))?)
}

/// Look at the frozen packet
///
/// What was decided over, made again from the history and held against its digest.
#[utoipa::path(get, path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/packet",
    tag = "submissions", params(SubmissionAt, Known),
    responses((status = 200, description = "It", body = schema::Packet), Reading))]
async fn get_packet(read: Read, Path(at): Path<SubmissionAt>) -> Answer {
    let packet = read.app.packet(&read.caller, at.product, at.submission).await?;
    let found = (packet.gate == at.gate).then_some(packet);
    read.found(&found.ok_or(AppError::NotFound("submission"))?)
}

/// Withdraw a submission
///
/// The packet may be changed again. Its votes stay in the history and count no more.
#[utoipa::path(post,
    path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/withdrawal",
    tag = "submissions", params(SubmissionAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The price has changed." })),
    responses((status = 200, description = "Withdrawn", body = schema::Committed), Changing))]
async fn withdraw_submission(Path(at): Path<SubmissionAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::Withdraw {
        at: at.submission(),
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Score
///
/// Each gatekeeper scores alone and sees the others' scores only after all are in.
#[utoipa::path(post,
    path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/scores",
    tag = "submissions", params(SubmissionAt, Wish),
    request_body(content = ScoresBody, example = json!({
        "scores": { "strategic_fit": 8, "advantage": 7, "attractiveness": 6 },
    })),
    responses((status = 200, description = "Scored", body = schema::Committed), Changing))]
async fn score(Path(at): Path<SubmissionAt>, ask: Ask<ScoresBody>) -> Answer {
    let done = ask
        .execute(at.product, |body, _| Command::Score { at: at.submission(), scores: body.scores });
    committed(&done.await?)
}

/// Vote
///
/// One person fills one seat, and who submitted does not vote. When every seat has what it needs,
/// the product moves on at once. Where the seat asks for a signature, sign first (`signings`).
#[utoipa::path(post,
    path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/votes",
    tag = "submissions", params(SubmissionAt, Wish),
    request_body(content = VoteBody, example = json!({
        "choice": "conditional_go", "reason": "Strong case; one supplier is open.",
        "signing": "sgn_0198c0de00007000800000000000000e",
        "conditions": [{ "text": "A second supplier is approved.",
            "owner": "psn_0198c0de000070008000000000000007", "due": "2027-03-31T15:00:00Z" }],
    })),
    responses((status = 200, description = "Voted", body = schema::Committed), Changing))]
async fn vote(Path(at): Path<SubmissionAt>, ask: Ask<VoteBody>) -> Answer {
    let (sign, statement) = ask.app.signed_with(&ask.caller, ask.body.signing).await?;
    let done = ask.execute(at.product, |body, sealer| {
        sealer.include(statement);
        Command::Vote {
            at: at.submission(),
            choice: choice(body.choice),
            reason: sealer.text(&body.reason.0),
            conditions: drafts(body.conditions.unwrap_or_default(), sealer),
            sign,
        }
    });
    committed(&done.await?)
}

/// Decide as the chair
///
/// When the votes cannot decide any more. Where the gate asks for a signature, sign first (`signings`).
#[utoipa::path(post,
    path = "/v1/products/{product}/gates/{gate}/submissions/{submission}/decision",
    tag = "submissions", params(SubmissionAt, Wish),
    request_body(content = DecisionBody, example = json!({
        "outcome": "recycle", "to": "market_definition",
        "signing": "sgn_0198c0de00007000800000000000000e",
        "reason": "The market is smaller than the last one that we entered.",
    })),
    responses((status = 200, description = "Decided", body = schema::Committed), Changing))]
async fn decide(Path(at): Path<SubmissionAt>, ask: Ask<Decided>) -> Answer {
    let (sign, statement) = ask.app.signed_with(&ask.caller, ask.body.signing).await?;
    let done = ask.execute(at.product, |body, sealer| {
        sealer.include(statement);
        Command::Decide {
            at: at.submission(),
            outcome: body.outcome,
            reason: sealer.text(&body.reason.0),
            conditions: drafts(body.conditions, sealer),
            sign,
        }
    });
    committed(&done.await?)
}
