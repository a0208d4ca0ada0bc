//! Workflows: publish, read, draw.

use axum::{http::header, response::Response};
use serde_json::json;
use sluicegate_app::{AppError, GraphFormat, PublishWorkflow};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{FormAt, Known, Wish, WorkflowAt, WorkflowVersionAt};
use crate::{
    answer::{Answer, established, set},
    api::Api,
    extract::{AskYaml, Path, Read},
    parse::{choice, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_workflows, publish_workflow))
        .routes(routes!(get_workflow))
        .routes(routes!(get_workflow_version))
        .routes(routes!(get_form_schema))
        .routes(routes!(get_card_schema))
        .routes(routes!(draw_workflow))
}

choice! {
    /// How a picture is written.
    Picture { Svg = "svg", Mermaid = "mermaid", Dot = "dot", }
}

parameters! {
    Query Which {
        /// The version of the workflow; the latest when nothing is said.
        version: Option<u32>,
    }
    Query Drawing {
        /// `svg` when nothing is said.
        format: Option<Picture>,
        /// The version of the workflow; the latest when nothing is said.
        version: Option<u32>,
    }
}

/// List the workflows
///
/// With all their versions.
#[utoipa::path(get, path = "/v1/workflows", tag = "workflows", params(Known),
    responses((status = 200, description = "All", body = schema::Workflows), Reading))]
async fn list_workflows(read: Read) -> Answer {
    let workflows = read.app.workflows(&read.caller).await?;
    read.list(&workflows)
}

/// Publish a workflow
///
/// A new version, or none when nothing has changed. With `dry_run=true` the file is only checked.
/// All mistakes come back at once in `diagnostics`, each with line and column.
#[utoipa::path(post, path = "/v1/workflows", tag = "workflows", params(Wish),
    request_body(content = String, content_type = "application/yaml",
        description = "The file; `text/yaml` is read as well.",
        example = json!("workflow: npi-small\ntitle: { en: A small process }\n")),
    responses((status = 201, description = "Published", body = schema::Administered), Changing))]
async fn publish_workflow(AskYaml(ask): AskYaml) -> Answer {
    let (app, request) = ask.request(|source, _| PublishWorkflow { source });
    // Of a file that gets through, only warnings are left.
    let warnings = app.check_workflow(&request.command.source);
    let done = app.publish_workflow(request).await?;
    let (key, version) = done.workflow.clone().ok_or_else(nameless)?;
    let location = format!("/v1/workflows/{key}/versions/{}", version.version);
    let workflow = json!({ "key": key.as_str(), "version": version.version,
        "digest": version.digest });
    Ok(established(&done, &location, json!({ "workflow": workflow, "warnings": warnings })))
}

fn nameless() -> AppError {
    AppError::Internal("a workflow was published and has no version".into())
}

/// Look at the latest version of a workflow
///
/// As the engine reads it, and as it was written.
#[utoipa::path(get, path = "/v1/workflows/{workflow}", tag = "workflows",
    params(WorkflowAt, Known),
    responses((status = 200, description = "It", body = schema::Workflow), Reading))]
async fn get_workflow(read: Read, Path(at): Path<WorkflowAt>) -> Answer {
    let workflow = read.app.workflow(&read.caller, &at.workflow, None).await?;
    read.found(&workflow)
}

/// Look at a version of a workflow
///
/// As the engine reads it, and as it was written. A version never changes.
#[utoipa::path(get, path = "/v1/workflows/{workflow}/versions/{version}", tag = "workflows",
    params(WorkflowVersionAt, Known),
    responses((status = 200, description = "It", body = schema::Workflow), Reading))]
async fn get_workflow_version(read: Read, Path(at): Path<WorkflowVersionAt>) -> Answer {
    let workflow = read.app.workflow(&read.caller, &at.workflow, Some(at.version)).await?;
    read.found(&workflow)
}

/// Read the schema of a form
///
/// A JSON Schema of the content that a deliverable or a review with this form takes.
#[utoipa::path(get, path = "/v1/workflows/{workflow}/forms/{form}/schema", tag = "workflows",
    params(FormAt, Which, Known),
    responses((status = 200, description = "JSON Schema", body = serde_json::Value), Reading))]
async fn get_form_schema(read: Read<Which>, Path(at): Path<FormAt>) -> Answer {
    let version = read.query.version;
    let schema = read.app.form_schema(&read.caller, &at.workflow, version, &at.form).await?;
    read.found(&schema)
}

/// Read the schema of the card
///
/// A JSON Schema of what every product has to say from its first day.
#[utoipa::path(get, path = "/v1/workflows/{workflow}/card/schema", tag = "workflows",
    params(WorkflowAt, Which, Known),
    responses((status = 200, description = "JSON Schema", body = serde_json::Value), Reading))]
async fn get_card_schema(read: Read<Which>, Path(at): Path<WorkflowAt>) -> Answer {
    let schema = read.app.card_schema(&read.caller, &at.workflow, read.query.version).await?;
    read.found(&schema)
}

/// Draw a workflow
///
/// In the language of the request.
#[utoipa::path(get, path = "/v1/workflows/{workflow}/graph", tag = "workflows",
    params(WorkflowAt, Drawing),
    responses((status = 200, description = "The picture",
        content((String = "image/svg+xml"), (String = "text/plain"))), Reading))]
async fn draw_workflow(read: Read<Drawing>, Path(at): Path<WorkflowAt>) -> Answer {
    let (format, media_type) = match read.query.format {
        Some(Picture::Mermaid) => (GraphFormat::Mermaid, "text/plain; charset=utf-8"),
        Some(Picture::Dot) => (GraphFormat::Dot, "text/plain; charset=utf-8"),
        Some(Picture::Svg) | None => (GraphFormat::Svg, "image/svg+xml"),
    };
    let (workflow, version) = (&at.workflow, read.query.version);
    let graph = read.app.workflow_graph(&read.caller, workflow, version, format, read.lang).await?;
    let mut response = Response::new(graph.into());
    set(&mut response, header::CONTENT_TYPE, media_type);
    Ok(response)
}
