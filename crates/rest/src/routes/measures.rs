//! What products measure, and which workflow suits a product that is to be.

use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Known, ProductAt};
use crate::{
    answer::{Answer, told},
    api::Api,
    extract::{Path, Question, Read},
    parse::{AnyJson, object},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get_measures)).routes(routes!(ask_tailoring))
}

object! {
    /// What is known of a product that is to be started.
    TailoringBody {
        /// Answers to the card, as far as they are known.
        fields: AnyJson,
    }
}

/// See the measures and signals
///
/// The data points that every product of the workflow has, and the conditions which say that
/// somebody should look at this one: each with its value, or with what is missing.
#[utoipa::path(get, path = "/v1/products/{product}/measures", tag = "products",
    params(ProductAt, Known),
    responses((status = 200, description = "All", body = schema::Measures), Reading))]
async fn get_measures(read: Read, Path(at): Path<ProductAt>) -> Answer {
    let measures = read.app.measures(&read.caller, at.product, read.lang).await?;
    read.found(&measures)
}

/// Ask which workflow suits
///
/// Holds answers to a card against the latest version of every workflow: does it suit, and which
/// deliverables would it ask for? Nothing is written. What a workflow's card does not ask is left
/// aside, and what the answers do not tell is unknown.
#[utoipa::path(post, path = "/v1/tailoring", tag = "workflows",
    request_body(content = TailoringBody, example = json!({ "fields": { "device_class": "IIb" } })),
    responses((status = 200, description = "Every workflow", body = schema::Tailoring), Changing))]
async fn ask_tailoring(question: Question<TailoringBody>) -> Answer {
    let Question { read, body } = question;
    let found = read.app.tailoring(&read.caller, &body.fields.0, read.lang).await?;
    told(&found)
}
