//! Markets and their hand-over.

use std::collections::{BTreeMap, BTreeSet};

use sluicegate_app::{AppError, view::MarketView};
use sluicegate_core::{id::PersonId, key::*, rules::Command};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, MarketAt, ProductAt, Wish},
    deliverables::ReasonBody,
};
use crate::{
    answer::{Answer, committed, created},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Prose, object},
    problem::{Changing, Problem, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_markets, add_market))
        .routes(routes!(get_market))
        .routes(routes!(withdraw_market))
        .routes(routes!(get_handover))
        .routes(routes!(offer_market))
        .routes(routes!(accept_market))
        .routes(routes!(decline_market))
}

object! {
    /// A market to add.
    MarketBody { market: MarketKey, }
    /// To whom a market is offered.
    OfferBody {
        /// Needed when more than one person could receive it.
        to: Option<PersonId>,
    }
    /// The items of the checklist that the receiver confirms: all of them.
    AcceptanceBody { items: BTreeSet<ItemKey>, }
    /// The items that the receiver declines, each with the reason.
    DeclinationBody { items: BTreeMap<ItemKey, Prose>, }
}

/// List the markets
///
/// May it be sold there, whose is it, and how far is the hand-over?
#[utoipa::path(get, path = "/v1/products/{product}/markets", tag = "markets",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Markets), Reading))]
async fn list_markets(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let markets = read.app.markets(&read.caller, at.product).await?;
    read.list(&markets)
}

async fn market(read: &Read, at: &MarketAt) -> Result<MarketView, Problem> {
    let all = read.app.markets(&read.caller, at.product).await?;
    let found = all.into_iter().find(|one| one.market == at.market);
    Ok(found.ok_or(AppError::NotFound("market"))?)
}

/// Look at a market
///
/// Its checks, its one accountable owner, and its hand-over.
#[utoipa::path(get, path = "/v1/products/{product}/markets/{market}", tag = "markets",
    params(MarketAt, Known),
    responses((status = 200, description = "It", body = schema::Market), Reading))]
async fn get_market(read: Read, Path(at): Path<MarketAt>) -> Answer {
    read.found(&market(&read, &at).await?)
}

/// Add a market
///
/// It is neither sellable nor handed over yet.
#[utoipa::path(post, path = "/v1/products/{product}/markets", tag = "markets",
    params(ProductAt, Wish),
    request_body(content = MarketBody, example = json!({ "market": "JP" })),
    responses((status = 201, description = "Added", body = schema::Committed), Changing))]
async fn add_market(Path(at): Path<ProductAt>, ask: Ask<MarketBody>) -> Answer {
    let location = format!("/v1/products/{}/markets/{}", at.product, ask.body.market);
    let done = ask.execute(at.product, |body, _| Command::AddMarket { market: body.market });
    created(&done.await?, &location)
}

/// Withdraw a market
///
/// Before it was handed over.
#[utoipa::path(post, path = "/v1/products/{product}/markets/{market}/withdrawal",
    tag = "markets", params(MarketAt, Wish),
    request_body(content = ReasonBody, example = json!({ "reason": "No clearance before 2029." })),
    responses((status = 200, description = "Withdrawn", body = schema::Committed), Changing))]
async fn withdraw_market(Path(at): Path<MarketAt>, ask: Ask<ReasonBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| Command::WithdrawMarket {
        market: at.market,
        reason: sealer.text(&body.reason.0),
    });
    committed(&done.await?)
}

/// Look at the hand-over of a market
///
/// Its state and its checklist.
#[utoipa::path(get, path = "/v1/products/{product}/handovers/{market}", tag = "markets",
    params(MarketAt, Known),
    responses((status = 200, description = "It", body = schema::Handover), Reading))]
async fn get_handover(read: Read, Path(at): Path<MarketAt>) -> Answer {
    read.found(&market(&read, &at).await?.handover)
}

/// Offer a market to its receiver
///
/// With its package. You stay accountable until the receiver accepts.
#[utoipa::path(post, path = "/v1/products/{product}/handovers/{market}/offer", tag = "markets",
    params(MarketAt, Wish),
    request_body(content = OfferBody,
        example = json!({ "to": "psn_0198c0de000070008000000000000007" })),
    responses((status = 200, description = "Offered", body = schema::Committed), Changing))]
async fn offer_market(Path(at): Path<MarketAt>, ask: Ask<OfferBody>) -> Answer {
    let market = at.market;
    let done = ask.execute(at.product, |body, _| Command::OfferHandover { market, to: body.to });
    committed(&done.await?)
}

/// Accept a market
///
/// From now on you are accountable for every duty of it.
#[utoipa::path(post, path = "/v1/products/{product}/handovers/{market}/acceptance",
    tag = "markets", params(MarketAt, Wish),
    request_body(content = AcceptanceBody,
        example = json!({ "items": ["price_list", "training"] })),
    responses((status = 200, description = "Accepted", body = schema::Committed), Changing))]
async fn accept_market(Path(at): Path<MarketAt>, ask: Ask<AcceptanceBody>) -> Answer {
    let market = at.market;
    let done =
        ask.execute(at.product, |body, _| Command::AcceptHandover { market, items: body.items });
    committed(&done.await?)
}

/// Decline a market
///
/// Item by item, each with the reason.
#[utoipa::path(post, path = "/v1/products/{product}/handovers/{market}/refusal",
    tag = "markets", params(MarketAt, Wish),
    request_body(content = DeclinationBody,
        example = json!({ "items": { "training": "Nobody has been trained yet." } })),
    responses((status = 200, description = "Declined", body = schema::Committed), Changing))]
async fn decline_market(Path(at): Path<MarketAt>, ask: Ask<DeclinationBody>) -> Answer {
    let done = ask.execute(at.product, |body, sealer| {
        let sealed = body.items.into_iter().map(|(item, why)| (item, sealer.text(&why.0)));
        Command::DeclineHandover { market: at.market, items: sealed.collect() }
    });
    committed(&done.await?)
}
