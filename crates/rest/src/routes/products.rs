//! Products: start, find, look at, name.

use std::collections::BTreeSet;

use serde_json::Value;
use sluicegate_app::{AsOf, StartProduct};
use sluicegate_core::{
    id::PersonId,
    key::*,
    product::Product,
    rules::{Command, Problem},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, Limit, ProductAt, Wish},
    filter::{Asked, Order},
};
use crate::{
    answer::{Answer, committed, created},
    api::Api,
    extract::{Ask, Path, Read, Tried},
    parse::{AnyJson, Described, Line, Place, SlipKind, Slips, Wire, object, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_products, start_product))
        .routes(routes!(get_product, change_product))
        .routes(routes!(transfer_product))
        .routes(routes!(list_actions))
        .routes(routes!(get_history))
}

parameters! {
    Query When {
        /// The product as it was: at a version, or at a time.
        as_of: Option<AsOf>,
    }
    Query After {
        /// Events after this version; all when nothing is said.
        after: Option<u32>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
}

object! {
    /// A new product.
    StartBody {
        /// The workflow that it goes through.
        workflow: WorkflowKey,
        /// Its version; the latest when nothing is said.
        version: Option<u32>,
        name: Line,
        portfolio: PortfolioKey,
        /// Who is accountable for it; you when nothing is said.
        owner: Option<PersonId>,
        /// The card, as its schema at `/v1/workflows/{workflow}/card/schema` wants it.
        card: AnyJson,
        markets: Option<BTreeSet<MarketKey>>,
    }
    /// One change of a product: its name or its card.
    ChangeBody {
        name: Option<Line>,
        /// The whole card.
        card: Option<AnyJson>,
    }
    /// Who shall own it.
    TransferBody { to: PersonId, }
}

/// Exactly one of the two, because each is a command of its own.
#[derive(Debug)]
enum Change {
    Name(String),
    Card(Value),
}

impl Described for Change {
    fn json_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ChangeBody::json_schema()
    }
}

impl Wire for Change {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = ChangeBody::read(value, at, slips)?;
        match (body.name, body.card) {
            (Some(name), None) => Some(Self::Name(name.0)),
            (None, Some(card)) => Some(Self::Card(card.0)),
            (Some(_), Some(_)) => {
                slips.push(at.key("card"), SlipKind::NotWith { other: "name" });
                None
            }
            (None, None) => {
                slips.push(at.key("name"), SlipKind::Missing);
                None
            }
        }
    }
}

/// List products
///
/// The products that you may read, a page at a time. Pages stay stable while products are added.
/// Of several values of one filter (with commas between them) one has to hold, of several filters
/// each. A page looks at some 10,000 products at most: where filters seldom meet it may be short or
/// even empty, and still have a `next`.
#[utoipa::path(get, path = "/v1/products", tag = "products", params(Asked, Known),
    responses((status = 200, description = "A page", body = schema::ProductPage), Reading))]
async fn list_products(read: Read<Asked>) -> Answer {
    let asked = &read.query;
    let sort = asked.sort.map(Order::sort).unwrap_or_default();
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(asked.limit);
    let filter = asked.filter()?;
    let page = read.app.products(&read.caller, &filter, sort, cursor, limit).await?;
    read.found(&page)
}

/// Start a product
///
/// The product begins in the first stage of its workflow, pinned to that version.
#[utoipa::path(post, path = "/v1/products", tag = "products", params(Wish),
    request_body(content = StartBody, example = json!({
        "workflow": "npi-medtech", "name": "Infusion pump 2", "portfolio": "main",
        "card": { "summary": "A smaller pump for home care" }, "markets": ["KR", "US"],
    })),
    responses((status = 201, description = "Started", body = schema::Committed), Changing))]
async fn start_product(ask: Ask<Tried<StartBody>>) -> Answer {
    let problems = card_problems(&ask).await;
    let ask = ask.whole(problems)?;
    let (app, request) = ask.request(|body, sealer| StartProduct {
        workflow: body.workflow,
        version: body.version,
        name: body.name.0,
        portfolio: body.portfolio,
        owner: body.owner,
        card: sealer.json(body.card.0),
        markets: body.markets.unwrap_or_default(),
    });
    let done = app.start(request).await?;
    created(&done, &address(&done.product))
}

/// The faults of the card, where the workflow that asks for it can be told.
async fn card_problems(ask: &Ask<Tried<StartBody>>) -> Vec<Problem> {
    let Some(body) = ask.unread() else { return Vec::new() };
    let workflow = body.get("workflow").and_then(|key| key.as_str()?.parse().ok());
    let version = body.get("version").map(|number| number.as_u64()?.try_into().ok());
    let card = body.get("card").filter(|card| card.is_object());
    let (Some(workflow), Some(card), None | Some(Some(_))) = (workflow, card, version) else {
        return Vec::new();
    };
    ask.app.card_problems(&workflow, version.flatten(), card).await.unwrap_or_default()
}

fn address(product: &Product) -> String {
    format!("/v1/products/{}", product.id)
}

/// Look at a product
///
/// As it is, or as it was at a version or a time (`as_of`).
#[utoipa::path(get, path = "/v1/products/{product}", tag = "products",
    params(ProductAt, When, Known),
    responses((status = 200, description = "The product", body = schema::Product), Reading))]
async fn get_product(read: Read<When>, Path(at): Path<ProductAt>) -> Answer {
    let product = read.app.product(&read.caller, at.product, read.query.as_of).await?;
    read.versioned(product.version, &product)
}

/// Change the name or the card
///
/// One of the two at a time, because each is recorded for itself.
#[utoipa::path(patch, path = "/v1/products/{product}", tag = "products", params(ProductAt, Wish),
    request_body(content = ChangeBody, example = json!({ "name": "Infusion pump 2 mini" })),
    responses((status = 200, description = "Changed", body = schema::Committed), Changing))]
async fn change_product(Path(at): Path<ProductAt>, ask: Ask<Change>) -> Answer {
    let done = ask.execute(at.product, |change, sealer| match change {
        Change::Name(name) => Command::Rename { name },
        Change::Card(card) => Command::ReviseCard { card: sealer.json(card) },
    });
    committed(&done.await?)
}

/// Hand a product to another owner
///
/// Markets that nobody has accepted go along.
#[utoipa::path(put, path = "/v1/products/{product}/owner", tag = "products",
    params(ProductAt, Wish),
    request_body(content = TransferBody,
        example = json!({ "to": "psn_0198c0de000070008000000000000007" })),
    responses((status = 200, description = "Transferred", body = schema::Committed), Changing))]
async fn transfer_product(Path(at): Path<ProductAt>, ask: Ask<TransferBody>) -> Answer {
    let done = ask.execute(at.product, |body, _| Command::TransferOwnership { to: body.to });
    committed(&done.await?)
}

/// Ask what you can do
///
/// Every action that concerns the product where it stands: allowed, or each condition that is not
/// met, with what is missing, who can clear it and where. Trying the action gives the same answer.
#[utoipa::path(get, path = "/v1/products/{product}/actions", tag = "products",
    params(ProductAt, Known),
    responses((status = 200, description = "The actions", body = schema::Actions), Reading))]
async fn list_actions(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let actions = read.app.actions(&read.caller, at.product, read.lang).await?;
    read.found(&actions)
}

/// Read the history
///
/// Every event of the product, the oldest first. Go on after the last version that you got.
#[utoipa::path(get, path = "/v1/products/{product}/history", tag = "products",
    params(ProductAt, After, Known),
    responses((status = 200, description = "Events", body = schema::History), Reading))]
async fn get_history(read: Read<After>, Path(at): Path<ProductAt>) -> Answer {
    let limit = Limit::or_usual(read.query.limit);
    let after = read.query.after.unwrap_or_default();
    let events = read.app.history(&read.caller, at.product, after, limit).await?;
    read.list(&events)
}
