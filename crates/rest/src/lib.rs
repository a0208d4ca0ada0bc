//! The HTTP API: reads a request into types, asks the application once, writes what it answers.
//!
//! No handler knows a rule: what may happen is decided in the core, and who may read in the
//! application. Every answer that is not a success is a problem document (RFC 9457).

mod answer;
mod api;
mod document;
mod extract;
mod layers;
mod limiter;
mod pages;
mod parse;
mod problem;
mod routes;
mod schema;
mod serve;
mod server;

pub use extract::Limits;
pub use serve::serve;

use axum::{Router, middleware};
use sluicegate_app::App;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    api::Api,
    problem::{Code, Problem},
};

/// The whole API over an application.
pub fn router(app: App) -> Router {
    router_within(app, Limits::default())
}

/// The same within other limits.
pub fn router_within(app: App, limits: Limits) -> Router {
    let api = Api { app, limits, limiter: std::sync::Arc::default() };
    let (usual, transfers, server) = (routes::usual(), routes::transfers(), server::routes());
    let signed_in = || middleware::from_fn_with_state(api.clone(), layers::signed_in);
    let within = |time| middleware::from_fn_with_state(time, layers::in_time);
    let in_part = middleware::from_fn_with_state(api.clone(), layers::signed_in_in_part);
    let usual = Router::from(usual).route_layer(signed_in());
    let usual = usual.merge(Router::from(routes::in_part()).route_layer(in_part));
    let server = Router::from(server).merge(Router::from(routes::open()));
    let server = server.merge(pages::routes(openapi_json()));
    Router::new()
        .merge(usual.merge(server).layer(within(limits.request_time)))
        .merge(Router::from(transfers).route_layer(signed_in()).layer(within(limits.upload_time)))
        .fallback(|| async { Problem::from(Code::NoRoute) })
        .method_not_allowed_fallback(|| async { Problem::from(Code::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(api.clone(), layers::finish))
        .layer(middleware::from_fn(layers::headers))
        .layer(CompressionLayer::new())
        .with_state(api)
}

/// The API's document (OpenAPI 3.1).
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = OpenApiRouter::with_openapi(document::root())
        .merge(server::routes())
        .merge(routes::open())
        .merge(routes::in_part())
        .merge(routes::usual())
        .merge(routes::transfers())
        .into_openapi();
    document::in_anothers_name(&mut document);
    document
}

/// The API's document as the text of `docs/openapi.json`.
///
/// # Panics
/// Never: it is made of objects, lists, texts and numbers.
#[expect(clippy::expect_used, reason = "a document without maps of strange keys is JSON")]
pub fn openapi_json() -> String {
    openapi().to_pretty_json().expect("an OpenAPI document is JSON") + "\n"
}
