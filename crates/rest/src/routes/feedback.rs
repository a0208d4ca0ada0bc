//! Feedback from the field, its triage, and what products owe because of it.

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{EntryFilter, Sealer};
use sluicegate_core::{
    digest::Digest,
    id::{FeedbackId, PersonId, ProductId},
    intake::{self, Command, EntryKind, IdeaText, NewFeedback},
    key::*,
    product::DeliverableRef,
    rules,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    common::{Cursor, FeedbackAt, Known, Limit, ObligationAt, ProductAt, Wish},
    deliverables::ReasonBody,
    team::Nothing,
};
use crate::{
    answer::{Answer, committed, entered, opened},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Few, Line, Link, Paragraph, Prose, object, parameters},
    problem::{Changing, Reading},
    schema::{self, FeedbackKind, FeedbackStatus},
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_feedback, send_feedback))
        .routes(routes!(count_feedback))
        .routes(routes!(get_feedback))
        .routes(routes!(get_feedback_history))
        .routes(routes!(hand_over_feedback))
        .routes(routes!(answer_with_idea))
        .routes(routes!(answer_with_obligation))
        .routes(routes!(decline_feedback))
        .routes(routes!(read_answer))
        .routes(routes!(flag_incident))
        .routes(routes!(assess_incident))
        .routes(routes!(count_feedback_on_product))
        .routes(routes!(list_obligations))
        .routes(routes!(get_obligation))
        .routes(routes!(withdraw_obligation))
}

object! {
    /// What somebody in the field has seen of a product.
    FeedbackBody {
        product: ProductId,
        kind: FeedbackKind,
        market: Option<MarketKey>,
        /// To be triaged within two business days instead of ten.
        urgent: Option<bool>,
        seen: Prose,
        /// Links to evidence; at most ten.
        evidence: Option<Few<Link>>,
        /// Digests of attachments that were uploaded; at most ten.
        attachments: Option<Few<Digest>>,
        /// The customer who said it; kept where it can be erased.
        said_by: Option<Line>,
        /// It may have to be reported to an authority: quality and regulatory affairs assess it.
        possible_incident: Option<bool>,
    }
    /// Who shall triage it.
    FeedbackOwnerBody { to: PersonId, }
    /// The idea that it becomes.
    FeedbackIdeaBody {
        problem: Paragraph,
        idea: Paragraph,
        segment: Option<Line>,
    }
    /// Which requirement has to be revised, and why.
    FeedbackObligationBody {
        /// The deliverable that holds it, for example `crs`.
        deliverable: DeliverableRef,
        requirement: Prose,
        why: Prose,
    }
    /// Does it have to be reported?
    AssessmentBody { reportable: bool, note: Prose, }
}

parameters! {
    Query Sought {
        /// Only what you have sent.
        mine: Option<bool>,
        /// Only what you triage.
        assigned: Option<bool>,
        portfolio: Option<PortfolioKey>,
        product: Option<ProductId>,
        kind: Option<FeedbackKind>,
        market: Option<MarketKey>,
        status: Option<FeedbackStatus>,
        /// Only what may be an incident and is not assessed.
        incident: Option<bool>,
        /// At least so many days old.
        older_than: Option<u32>,
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
    Query Counted { portfolio: PortfolioKey, }
}

impl FeedbackBody {
    /// The id is given when it is sent.
    pub(crate) fn sealed(self, sealer: &mut Sealer) -> NewFeedback {
        let evidence = self.evidence.into_iter().flat_map(|few| few.0).map(|link| link.0);
        let evidence: Vec<String> = evidence.collect();
        NewFeedback {
            feedback: FeedbackId::new(Uuid::nil()),
            product: self.product,
            kind: kind(self.kind),
            market: self.market,
            urgent: self.urgent.unwrap_or(false),
            seen: sealer.json(json!({ "text": self.seen.0, "evidence": evidence })),
            said_by: self.said_by.map(|who| sealer.text(&who.0)),
            attachments: self.attachments.into_iter().flat_map(|few| few.0).collect(),
            incident: self.possible_incident.unwrap_or(false),
        }
    }
}

fn kind(word: FeedbackKind) -> intake::FeedbackKind {
    let all = intake::FeedbackKind::ALL.into_iter();
    let found = all.into_iter().find(|kind| kind.name() == word.word());
    found.unwrap_or(intake::FeedbackKind::Other)
}

/// Send feedback
///
/// Anyone who may read the product may. It goes to the product's upstream owner, also after every
/// hand-over, and waits there with a clock.
#[utoipa::path(post, path = "/v1/feedback", tag = "feedback", params(Wish),
    request_body(content = FeedbackBody, example = json!({
        "product": "prd_0198c0de00007000800000000000002a", "kind": "complaint", "market": "KR",
        "urgent": true, "seen": "The alarm cannot be heard in the corridor.",
        "said_by": "Ward 7, Hanguk hospital", "possible_incident": true,
    })),
    responses((status = 201, description = "Sent", body = schema::Entered), Changing))]
async fn send_feedback(ask: Ask<FeedbackBody>) -> Answer {
    let (app, request) = ask.request(FeedbackBody::sealed);
    Ok(opened(&app.send_feedback(request).await?, json!({})))
}

/// List feedback
///
/// The newest first. `mine=true`: what became of what you sent.
#[utoipa::path(get, path = "/v1/feedback", tag = "feedback", params(Sought, Known),
    responses((status = 200, description = "A page", body = schema::FeedbackPage), Reading))]
async fn list_feedback(read: Read<Sought>) -> Answer {
    let (asked, me) = (&read.query, read.caller.person);
    let old =
        asked.older_than.map(|days| read.app.now() - TimeDelta::days(days.min(36_500).into()));
    let filter = EntryFilter {
        portfolios: asked.portfolio.clone().map(|key| [key].into()),
        product: asked.product,
        topic: asked.kind.map(|kind| kind.word().to_owned()),
        market: asked.market.clone(),
        status: asked.status.map(|status| status.word().to_owned()),
        sender: asked.mine.unwrap_or(false).then_some(me),
        owner: asked.assigned.unwrap_or(false).then_some(me),
        flagged: asked.incident.unwrap_or(false),
        until: old,
        ..EntryFilter::of(EntryKind::Feedback)
    };
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(asked.limit);
    let page = read.app.feedback_list(&read.caller, filter, cursor, limit).await?;
    read.found(&page)
}

/// Count the feedback of a portfolio
///
/// By product, kind, market and state, with ages. Of more than 5,000, what is open is counted, then
/// what may be an incident, then the newest of the rest; `complete` says whether that was all.
#[utoipa::path(get, path = "/v1/feedback/summary", tag = "feedback", params(Counted, Known),
    responses((status = 200, description = "Numbers", body = schema::FeedbackSummary), Reading))]
async fn count_feedback(read: Read<Counted>) -> Answer {
    let portfolio = &read.query.portfolio;
    let summary = read.app.feedback_of_portfolio(&read.caller, portfolio).await?;
    read.found(&summary)
}

/// Count the feedback on a product
///
/// By kind, market and state, with ages.
#[utoipa::path(get, path = "/v1/products/{product}/feedback/summary", tag = "feedback",
    params(ProductAt, Known),
    responses((status = 200, description = "Numbers", body = schema::FeedbackSummary), Reading))]
async fn count_feedback_on_product(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let summary = read.app.feedback_of_product(&read.caller, at.product).await?;
    read.found(&summary)
}

/// Look at feedback
///
/// With its answer, and how far what it became has come.
#[utoipa::path(get, path = "/v1/feedback/{feedback}", tag = "feedback",
    params(FeedbackAt, Known),
    responses((status = 200, description = "It", body = schema::Feedback), Reading))]
async fn get_feedback(read: Read, Path(at): Path<FeedbackAt>) -> Answer {
    let feedback = read.app.feedback(&read.caller, at.feedback).await?;
    // What it became changes without it, so its version is no tag of this answer.
    read.found(&feedback)
}

/// Read the history of feedback
///
/// Every event, the oldest first. Texts are left out: the feedback itself has them.
#[utoipa::path(get, path = "/v1/feedback/{feedback}/history", tag = "feedback",
    params(FeedbackAt, Known),
    responses((status = 200, description = "Events", body = schema::History), Reading))]
async fn get_feedback_history(read: Read, Path(at): Path<FeedbackAt>) -> Answer {
    let events = read.app.entry_history(&read.caller, at.feedback.into()).await?;
    read.list(&events)
}

/// Let somebody else triage it
///
/// Another person of the product's team; the clock goes on.
#[utoipa::path(put, path = "/v1/feedback/{feedback}/owner", tag = "feedback",
    params(FeedbackAt, Wish),
    request_body(content = FeedbackOwnerBody,
        example = json!({ "to": "psn_0198c0de000070008000000000000007" })),
    responses((status = 200, description = "Handed over", body = schema::Entered), Changing))]
async fn hand_over_feedback(Path(at): Path<FeedbackAt>, ask: Ask<FeedbackOwnerBody>) -> Answer {
    let (app, request) = ask.request(|body, _| Command::HandOver { to: body.to });
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// Make an idea of it
///
/// The idea is open for screening at once, and linked both ways.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/idea", tag = "feedback",
    params(FeedbackAt, Wish),
    request_body(content = FeedbackIdeaBody, example = json!({
        "problem": "The alarm cannot be heard in the corridor.",
        "idea": "A small lamp above the door of the room.",
    })),
    responses((status = 200, description = "Answered", body = schema::Entered), Changing))]
async fn answer_with_idea(Path(at): Path<FeedbackAt>, ask: Ask<FeedbackIdeaBody>) -> Answer {
    let (app, request) = ask.request(|body, _| IdeaText {
        problem: body.problem.0,
        idea: body.idea.0,
        segment: body.segment.map(|segment| segment.0),
        ..IdeaText::default()
    });
    Ok(entered(&app.answer_with_idea(at.feedback, request).await?, json!({})))
}

/// Oblige the product to revise a requirement
///
/// The product owes a newer revision of the deliverable from now on. Nothing waits for it; a
/// revision that is handed in after this and accepted fulfils it.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/obligation", tag = "feedback",
    params(FeedbackAt, Wish),
    request_body(content = FeedbackObligationBody, example = json!({
        "deliverable": "crs", "requirement": "CRS-14, loudness of the alarm",
        "why": "60 dB(A) is not heard in a corridor at night.",
    })),
    responses((status = 200, description = "Answered", body = schema::Entered), Changing))]
async fn answer_with_obligation(
    Path(at): Path<FeedbackAt>,
    ask: Ask<FeedbackObligationBody>,
) -> Answer {
    let (app, request) = ask.request(|body, sealer| Command::AnswerWithObligation {
        deliverable: body.deliverable,
        requirement: sealer.text(&body.requirement.0),
        why: sealer.text(&body.why.0),
    });
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// Say no to it
///
/// With a reason, which the sender reads.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/refusal", tag = "feedback",
    params(FeedbackAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The standard forbids it." })),
    responses((status = 200, description = "Answered", body = schema::Entered), Changing))]
async fn decline_feedback(Path(at): Path<FeedbackAt>, ask: Ask<ReasonBody>) -> Answer {
    let (app, request) = ask
        .request(|body, sealer| Command::DeclineFeedback { reason: sealer.text(&body.reason.0) });
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// Say that you have read the answer
///
/// The sender's; it leaves the inbox then.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/reading", tag = "feedback",
    params(FeedbackAt, Wish),
    responses((status = 200, description = "Read", body = schema::Entered), Changing))]
async fn read_answer(Path(at): Path<FeedbackAt>, ask: Ask<Nothing>) -> Answer {
    let (app, request) = ask.request(|_, _| Command::ReadAnswer);
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// Say that it may be an incident
///
/// Quality and regulatory affairs assess it; its triage does not end that.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/incident", tag = "feedback",
    params(FeedbackAt, Wish),
    responses((status = 200, description = "Flagged", body = schema::Entered), Changing))]
async fn flag_incident(Path(at): Path<FeedbackAt>, ask: Ask<Nothing>) -> Answer {
    let (app, request) = ask.request(|_, _| Command::FlagIncident);
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// Assess a possible incident
///
/// By quality or regulatory affairs: does it have to be reported, and why.
#[utoipa::path(post, path = "/v1/feedback/{feedback}/incident/assessment", tag = "feedback",
    params(FeedbackAt, Wish),
    request_body(content = AssessmentBody,
        example = json!({ "reportable": false, "note": "No harm, and none foreseeable." })),
    responses((status = 200, description = "Assessed", body = schema::Entered), Changing))]
async fn assess_incident(Path(at): Path<FeedbackAt>, ask: Ask<AssessmentBody>) -> Answer {
    let (app, request) = ask.request(|body, sealer| Command::AssessIncident {
        reportable: body.reportable,
        note: sealer.text(&body.note.0),
    });
    Ok(entered(&app.about(at.feedback.into(), request).await?, json!({})))
}

/// List what a product owes to the field
///
/// Newer revisions of deliverables, open and settled.
#[utoipa::path(get, path = "/v1/products/{product}/obligations", tag = "feedback",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Obligations), Reading))]
async fn list_obligations(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let obligations = read.app.obligations(&read.caller, at.product).await?;
    read.list(&obligations)
}

/// Look at an obligation
///
/// Which revision is owed, why, and what became of it.
#[utoipa::path(get, path = "/v1/products/{product}/obligations/{obligation}", tag = "feedback",
    params(ObligationAt, Known),
    responses((status = 200, description = "It", body = schema::Obligation), Reading))]
async fn get_obligation(read: Read, Path(at): Path<ObligationAt>) -> Answer {
    let obligation = read.app.obligation(&read.caller, at.product, at.obligation).await?;
    read.found(&obligation)
}

/// Withdraw an obligation
///
/// The product's owner may, with a reason, which the sender of the feedback reads.
#[utoipa::path(post, path = "/v1/products/{product}/obligations/{obligation}/withdrawal",
    tag = "feedback", params(ObligationAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "The part is discontinued." })),
    responses((status = 200, description = "Withdrawn", body = schema::Committed), Changing))]
async fn withdraw_obligation(Path(at): Path<ObligationAt>, ask: Ask<ReasonBody>) -> Answer {
    let obligation = at.obligation;
    let done = ask.execute(at.product, |body, sealer| rules::Command::WithdrawObligation {
        obligation,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}
