//! Saved views of the list of products.

use axum::http::StatusCode;
use serde_json::Value;
use sluicegate_app::{AppError, ViewDraft, ViewedList};
use sluicegate_core::key::PortfolioKey;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, Paging, ViewAt, Wish},
    filter::{FilterBody, Order},
    team::Nothing,
};
use crate::{
    answer::{Answer, empty, saved, saved_as},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{Described, Line, Place, Slips, Where, Wire, object},
    problem::{Cause, Changing, Problem, Reading, slips},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_views, add_view))
        .routes(routes!(get_view, change_view, delete_view))
        .routes(routes!(list_viewed_products))
}

object! {
    /// A view: a name, and what it shows.
    ViewBody {
        name: Line,
        /// Share it with everybody who has a role at this place of the tree, above it or beneath
        /// it. Private when nothing is said.
        portfolio: Option<PortfolioKey>,
        /// All products when nothing is said.
        filter: Option<FilterBody>,
        /// Due date when nothing is said.
        sort: Option<Order>,
        /// What a page shows, in this order; its own choice when nothing is said.
        columns: Option<Vec<schema::Column>>,
    }
}

/// A view's body, with its filter understood.
#[derive(Debug)]
struct View(ViewDraft);

impl Described for View {
    fn json_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ViewBody::json_schema()
    }
}

impl Wire for View {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = ViewBody::read(value, at, slips)?;
        let filter = match body.filter.map(FilterBody::filter).transpose() {
            Ok(filter) => filter.unwrap_or_default(),
            Err((field, kind)) => {
                slips.push(at.key("filter").key(field), kind);
                return None;
            }
        };
        let sort = body.sort.map(Order::sort).unwrap_or_default();
        let columns = body.columns.unwrap_or_default();
        let columns = columns.into_iter().map(|column| column.word().to_owned()).collect();
        let list = ViewedList { filter, sort, columns };
        Some(Self(ViewDraft { name: body.name.0, portfolio: body.portfolio, list }))
    }
}

/// What is unknown in a view stands in its body.
fn in_filter(error: AppError) -> Problem {
    match error {
        AppError::Unknown(values) => {
            Cause::Body(slips(values, |field| Where::Body(format!("/filter/{field}")))).into()
        }
        error => error.into(),
    }
}

/// List views
///
/// Your own, and those that are shared with a place where you have a role.
#[utoipa::path(get, path = "/v1/views", tag = "views", params(Known),
    responses((status = 200, description = "All", body = schema::Views), Reading))]
async fn list_views(read: Read) -> Answer {
    let views = read.app.views(&read.caller).await?;
    read.list(&views)
}

/// Save a view
///
/// Views are no part of the record: no event tells of them.
#[utoipa::path(post, path = "/v1/views", tag = "views", params(Wish),
    request_body(content = ViewBody, example = json!({
        "name": "Late in Korea", "filter": { "market": ["KR"], "health": ["overdue", "blocked"] },
        "sort": "due", "columns": ["name", "stage", "owner", "due_at"],
    })),
    responses((status = 201, description = "Saved", body = schema::View), Changing))]
async fn add_view(ask: Ask<View>) -> Answer {
    let (app, request) = ask.request(|View(draft), _| draft);
    Ok(saved(&app.add_view(request).await.map_err(in_filter)?))
}

/// Look at a view
///
/// Its filter, its order and its columns.
#[utoipa::path(get, path = "/v1/views/{view}", tag = "views", params(ViewAt, Known),
    responses((status = 200, description = "The view", body = schema::View), Reading))]
async fn get_view(read: Read, Path(at): Path<ViewAt>) -> Answer {
    let view = read.app.view(&read.caller, at.view).await?;
    read.versioned(view.version, &view)
}

/// Save a view again
///
/// Its name and all that it shows, as it is given here. Only its owner may.
#[utoipa::path(put, path = "/v1/views/{view}", tag = "views", params(ViewAt, Wish),
    request_body(content = ViewBody,
        example = json!({ "name": "Late in Korea", "filter": { "market": ["KR"] } })),
    responses((status = 200, description = "Saved", body = schema::View), Changing))]
async fn change_view(Path(at): Path<ViewAt>, ask: Ask<View>) -> Answer {
    let (app, request) = ask.request(|View(draft), _| draft);
    let view = app.change_view(at.view, request).await.map_err(in_filter)?;
    saved_as(view.version, &view)
}

/// Delete a view
///
/// Only its owner may.
#[utoipa::path(delete, path = "/v1/views/{view}", tag = "views", params(ViewAt, Wish),
    responses((status = 204, description = "Gone"), Changing))]
async fn delete_view(Path(at): Path<ViewAt>, ask: Ask<Nothing>) -> Answer {
    let (app, request) = ask.request(|_, _| ());
    app.delete_view(at.view, request).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// List products through a view
///
/// As `/v1/products` with the filter and the order of the view: of what it shows, everybody gets
/// what they may read.
#[utoipa::path(get, path = "/v1/views/{view}/products", tag = "views",
    params(ViewAt, Paging, Known),
    responses((status = 200, description = "A page", body = schema::ProductPage), Reading))]
async fn list_viewed_products(read: Read<Paging>, Path(at): Path<ViewAt>) -> Answer {
    let cursor = read.query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = super::common::Limit::or_usual(read.query.limit);
    let page = read.app.viewed_products(&read.caller, at.view, cursor, limit).await?;
    read.found(&page)
}
