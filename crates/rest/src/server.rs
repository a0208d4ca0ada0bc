//! The server itself: is it alive, and can it work?

use axum::{body::Body, extract::State, http::header, response::Response};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, set},
    api::Api,
    problem::Open,
    schema,
};

/// Addresses that need no token.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(is_alive)).routes(routes!(is_ready))
}

/// Is the process alive?
///
/// It asks nothing else, so it answers even while the database does not.
#[utoipa::path(get, path = "/healthz", tag = "server", security(()),
    responses((status = 200, description = "Yes", body = schema::Health), Open))]
async fn is_alive() -> Answer {
    Ok(health())
}

/// Can it do its work?
///
/// 503 while the database does not answer.
#[utoipa::path(get, path = "/readyz", tag = "server", security(()),
    responses((status = 200, description = "Yes", body = schema::Health), Open))]
async fn is_ready(State(api): State<Api>) -> Answer {
    api.app.health().await?;
    Ok(health())
}

fn health() -> Response {
    let body = json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") });
    let mut response = Response::new(Body::from(body.to_string()));
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}
