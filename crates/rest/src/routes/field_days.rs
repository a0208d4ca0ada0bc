//! Field days: marketing rides along with sales, and what it learns goes upstream.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sluicegate_app::EntryFilter;
use sluicegate_core::{
    id::{PersonId, ProductId},
    intake::{Command, EntryKind, NewFollowUp},
    key::*,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Cursor, FieldDayAt, FollowUpAt, Known, Limit, Wish},
    feedback::FeedbackBody,
    team::Nothing,
};
use crate::{
    answer::{Answer, entered, opened},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Line, Prose, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_field_days, record_field_day))
        .routes(routes!(get_field_day))
        .routes(routes!(send_learnings))
        .routes(routes!(finish_follow_up))
}

object! {
    /// What somebody promised on the way.
    FollowUpBody { text: Prose, owner: PersonId, due: DateTime<Utc>, }
    /// A day that marketing spent with sales at a customer's.
    FieldDayBody {
        portfolio: PortfolioKey,
        date: NaiveDate,
        marketer: PersonId,
        seller: PersonId,
        market: Option<MarketKey>,
        products: BTreeSet<ProductId>,
        /// The customer; kept where it can be erased.
        account: Option<Line>,
        seen: Prose,
        learned: Prose,
        /// Content of marketing that sales could use.
        usable: Option<Prose>,
        /// Content that sales could not use, and why.
        not_usable: Option<Prose>,
        follow_ups: Option<Vec<FollowUpBody>>,
    }
    /// What was learned, as feedback on products.
    LearningsBody { items: Vec<FeedbackBody>, }
}

parameters! {
    Query Days {
        portfolio: Option<PortfolioKey>,
        market: Option<MarketKey>,
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
}

/// Record a field day
///
/// Anyone who reads the portfolio may. Follow-ups stand in inboxes until they are done.
#[utoipa::path(post, path = "/v1/field-days", tag = "field days", params(Wish),
    request_body(content = FieldDayBody, example = json!({
        "portfolio": "main", "date": "2026-11-20",
        "marketer": "psn_0198c0de000070008000000000000007",
        "seller": "psn_0198c0de000070008000000000000008", "market": "KR",
        "products": ["prd_0198c0de00007000800000000000002a"], "account": "Hanguk hospital",
        "seen": "Nurses tape over the loudspeaker.", "learned": "The alarm is too loud at night.",
        "not_usable": "The brochure names no price.",
    })),
    responses((status = 201, description = "Recorded", body = schema::Entered), Changing))]
async fn record_field_day(ask: Ask<FieldDayBody>) -> Answer {
    let (app, request) = ask.request(|body, sealer| {
        let text = |prose: Option<Prose>| prose.map(|prose| prose.0);
        let notes = json!({
            "account": body.account.map(|account| account.0),
            "seen": body.seen.0,
            "learned": body.learned.0,
            "usable": text(body.usable),
            "not_usable": text(body.not_usable),
        });
        let mut follow_up = |it: FollowUpBody| NewFollowUp {
            text: sealer.text(&it.text.0),
            owner: it.owner,
            due: it.due,
        };
        let follow_ups =
            body.follow_ups.unwrap_or_default().into_iter().map(&mut follow_up).collect();
        Command::RecordFieldDay {
            portfolio: body.portfolio,
            date: body.date,
            marketer: body.marketer,
            seller: body.seller,
            market: body.market,
            products: body.products,
            notes: sealer.json(notes),
            follow_ups,
        }
    });
    Ok(opened(&app.record_field_day(request).await?, json!({})))
}

/// List field days
///
/// The newest first.
#[utoipa::path(get, path = "/v1/field-days", tag = "field days", params(Days, Known),
    responses((status = 200, description = "A page", body = schema::FieldDayPage), Reading))]
async fn list_field_days(read: Read<Days>) -> Answer {
    let asked = &read.query;
    let filter = EntryFilter {
        portfolios: asked.portfolio.clone().map(|key| [key].into()),
        market: asked.market.clone(),
        ..EntryFilter::of(EntryKind::FieldDay)
    };
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(asked.limit);
    let page = read.app.field_days(&read.caller, filter, cursor, limit).await?;
    read.found(&page)
}

/// Look at a field day
///
/// With its follow-ups, and the feedback that was made of it.
#[utoipa::path(get, path = "/v1/field-days/{field_day}", tag = "field days",
    params(FieldDayAt, Known),
    responses((status = 200, description = "It", body = schema::FieldDay), Reading))]
async fn get_field_day(read: Read, Path(at): Path<FieldDayAt>) -> Answer {
    let day = read.app.field_day(&read.caller, at.field_day).await?;
    read.versioned(day.version, &day)
}

/// Send what was learned upstream
///
/// Each item becomes feedback on its product, all of them in one step. At most fifty.
#[utoipa::path(post, path = "/v1/field-days/{field_day}/feedback", tag = "field days",
    params(FieldDayAt, Wish),
    request_body(content = LearningsBody, example = json!({ "items": [{
        "product": "prd_0198c0de00007000800000000000002a", "kind": "field_day",
        "seen": "The alarm is too loud at night.",
    }] })),
    responses((status = 200, description = "Sent", body = schema::Entered), Changing))]
async fn send_learnings(Path(at): Path<FieldDayAt>, ask: Ask<LearningsBody>) -> Answer {
    let (app, request) = ask.request(|body, sealer| {
        body.items.into_iter().map(|item| item.sealed(sealer)).collect::<Vec<_>>()
    });
    Ok(entered(&app.send_learnings(at.field_day, request).await?, json!({})))
}

/// Finish a follow-up
///
/// By its owner, or by the marketer of the day.
#[utoipa::path(post, path = "/v1/field-days/{field_day}/follow-ups/{follow_up}/completion",
    tag = "field days", params(FollowUpAt, Wish),
    responses((status = 200, description = "Done", body = schema::Entered), Changing))]
async fn finish_follow_up(Path(at): Path<FollowUpAt>, ask: Ask<Nothing>) -> Answer {
    let follow_up = at.follow_up;
    let (app, request) = ask.request(|_, _| Command::FinishFollowUp { follow_up });
    Ok(entered(&app.about(at.field_day.into(), request).await?, json!({})))
}
