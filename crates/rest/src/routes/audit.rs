//! The record for those who check it: keys, checkpoints, proofs, and the trail of who did what.

mod print;

use axum::{body::Body, http::header, response::Response};
use chrono::{DateTime, Utc};
use sluicegate_app::{AuditFilter, Sought, Stream, view::EventView};
use sluicegate_core::{id::ProductId, product::Actor};
use utoipa::openapi::ObjectBuilder;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Known, Limit},
    feed::EventKind,
};
use crate::{
    answer::{Answer, set},
    api::Api,
    extract::{Path, Read},
    parse::{Line, SlipKind, Text, parameters},
    problem::Reading,
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_record_keys))
        .routes(routes!(list_checkpoints))
        .routes(routes!(get_checkpoint_note))
        .routes(routes!(get_consistency_proof))
        .routes(routes!(get_event_proof))
        .routes(routes!(search_audit))
        .routes(routes!(get_audit_csv))
        .routes(routes!(get_audit_jsonl))
        .routes(routes!(get_audit_record))
        .routes(routes!(get_audit_html))
}

/// A person's id, `system` or `visitor`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who(Actor);

impl Text for Who {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let rule = "a person's id, `system` or `visitor`";
        text.parse().map(Self).map_err(|_| SlipKind::format(rule))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        let pattern = "^(psn_[0-9a-f]{32}|system|visitor)$";
        string.pattern(Some(pattern)).examples(["system"])
    }
}

parameters! {
    Query Older {
        /// Only those of logs smaller than this: the `size` of the last one of the page before.
        before: Option<u64>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
    Query Between {
        /// The size of the smaller log.
        from: u64,
        /// The size of the larger log; that of the last checkpoint when nothing is said.
        to: Option<u64>,
    }
    Query Trail {
        /// Who did it. Of a person also what was done in that name, and what was refused to the account.
        actor: Option<Who>,
        /// Only events of this name.
        kind: Option<EventKind>,
        /// Only events of this product.
        product: Option<ProductId>,
        /// Only what was tried and refused: wrong passwords and tokens, and requests without the
        /// right. With `product`: refused requests that name it.
        refused: Option<bool>,
        /// From this time on.
        from: Option<DateTime<Utc>>,
        /// Before this time.
        to: Option<DateTime<Utc>>,
        /// Words in the event or in a text, a form or a name that it names; upper or lower case.
        text: Option<Line>,
        /// Words in the value that the event replaces.
        old: Option<Line>,
        /// Words in the event or in a text or a form that it names.
        new: Option<Line>,
        /// Only events before this position: the `next` of the page before.
        before: Option<u64>,
        /// At most so many; 50 when nothing is said. Files take up to 10,000.
        limit: Option<Limit>,
    }
    Path EventAt {
        /// Its position in the log, from 1.
        position: u64,
    }
    Query Against {
        /// The size of the checkpoint to prove it against; the last one when nothing is said.
        size: Option<u64>,
    }
}

/// Get the record's keys
///
/// With which keys checkpoints are signed, as C2SP signed-note writes them; the last one signs now.
#[utoipa::path(get, path = "/v1/audit/keys", tag = "record", params(Known),
    responses((status = 200, description = "Keys", body = schema::RecordKeys), Reading))]
async fn list_record_keys(read: Read) -> Answer {
    read.list(&read.app.record_keys().await?)
}

/// List checkpoints
///
/// Signed heads of the log, the largest first.
#[utoipa::path(get, path = "/v1/audit/checkpoints", tag = "record", params(Older, Known),
    responses((status = 200, description = "Checkpoints", body = schema::Checkpoints), Reading))]
async fn list_checkpoints(read: Read<Older>) -> Answer {
    let limit = Limit::or_usual(read.query.limit);
    read.list(&read.app.checkpoints(read.query.before, limit).await?)
}

/// Get the last checkpoint
///
/// As a signed note (C2SP tlog-checkpoint), with the lines of the witnesses.
#[utoipa::path(get, path = "/v1/audit/checkpoint", tag = "record", params(Known),
    responses((status = 200, description = "A signed note", body = String,
        content_type = "text/plain"), Reading))]
async fn get_checkpoint_note(read: Read) -> Answer {
    let mut response = Response::new(Body::from(read.app.last_checkpoint().await?.note));
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    Ok(response)
}

/// Prove that the log has only grown
///
/// A consistency proof (RFC 6962) between two sizes of the log, up to the last checkpoint.
#[utoipa::path(get, path = "/v1/audit/consistency", tag = "record", params(Between, Known),
    responses((status = 200, description = "A proof", body = schema::Consistency), Reading))]
async fn get_consistency_proof(read: Read<Between>) -> Answer {
    read.found(&read.app.consistency(read.query.from, read.query.to).await?)
}

/// Prove an event
///
/// The exact text that was hashed, an inclusion proof (RFC 6962) and the checkpoint that it leads
/// to. For whoever may read the event.
#[utoipa::path(get, path = "/v1/events/{position}/proof", tag = "record",
    params(EventAt, Against, Known),
    responses((status = 200, description = "A proof", body = schema::EventProof), Reading))]
async fn get_event_proof(read: Read<Against>, Path(at): Path<EventAt>) -> Answer {
    read.found(&read.app.event_proof(&read.caller, at.position, read.query.size).await?)
}

impl Trail {
    fn sought(&self) -> Sought {
        let words = |line: &Option<Line>| line.as_ref().map(|line| line.0.clone());
        let refused = self.refused == Some(true);
        let product = self.product.map(Stream::Product);
        let filter = AuditFilter {
            actor: self.actor.map(|who| who.0),
            kind: self.kind.as_ref().map(|kind| kind.0.clone()),
            stream: if refused { Some(Stream::Access) } else { product },
            asked_of: self.product.filter(|_| refused),
            from: self.from,
            until: self.to,
        };
        Sought { filter, text: words(&self.text), old: words(&self.old), new: words(&self.new) }
    }
}

/// Search the audit trail
///
/// Who did what when, the newest first, with the texts that events name and the value that stood
/// there before. For auditors and administrators. A question looks at a bounded stretch of the log,
/// so a page can be empty and still have a `next`.
#[utoipa::path(get, path = "/v1/audit", tag = "record", params(Trail, Known),
    responses((status = 200, description = "Events", body = schema::AuditPage), Reading))]
async fn search_audit(read: Read<Trail>) -> Answer {
    let (sought, limit) = (read.query.sought(), Limit::or_usual(read.query.limit));
    read.found(&read.app.audit(&read.caller, &sought, read.query.before, limit).await?)
}

/// Export the audit trail as CSV
///
/// The same events as a table. The header `next-before` is there when there are more.
#[utoipa::path(get, path = "/v1/audit.csv", tag = "record", params(Trail, Known),
    responses((status = 200, description = "A table", body = String, content_type = "text/csv"),
        Reading))]
async fn get_audit_csv(read: Read<Trail>) -> Answer {
    file(&read, "text/csv; charset=utf-8", print::csv).await
}

/// Export the audit trail as lines of JSON
///
/// The same events, one on each line, with the texts and names that they name. The header
/// `next-before` is there when there are more.
#[utoipa::path(get, path = "/v1/audit.jsonl", tag = "record", params(Trail, Known),
    responses((status = 200, description = "Lines of JSON", body = String,
        content_type = "application/jsonl"), Reading))]
async fn get_audit_jsonl(read: Read<Trail>) -> Answer {
    file(&read, "application/jsonl", print::jsonl).await
}

/// Export the audit trail with proofs
///
/// The same events as they were recorded, the oldest first, up to the last checkpoint: each with an
/// inclusion proof, and with the texts that it names. `sluicegate audit verify` checks the file with
/// the record's key alone. The header `next-before` is there when there are more.
#[utoipa::path(get, path = "/v1/audit/record.jsonl", tag = "record", params(Trail, Known),
    responses((status = 200, description = "Lines of JSON", body = String,
        content_type = "application/jsonl"), Reading))]
async fn get_audit_record(read: Read<Trail>) -> Answer {
    let (sought, before) = (read.query.sought(), read.query.before);
    let (body, next) = read.app.audit_proved(&read.caller, &sought, before).await?;
    Ok(taken_away(body, "application/jsonl", next))
}

/// Export the audit trail for print
///
/// The same events as a page without scripts. The header `next-before` is there when there are more.
#[utoipa::path(get, path = "/v1/audit.html", tag = "record", params(Trail, Known),
    responses((status = 200, description = "A page", body = String, content_type = "text/html"),
        Reading))]
async fn get_audit_html(read: Read<Trail>) -> Answer {
    let page = |events: &[EventView]| print::html(events, read.lang);
    let mut response = file(&read, "text/html; charset=utf-8", page).await?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

async fn file(read: &Read<Trail>, kind: &str, print: impl Fn(&[EventView]) -> String) -> Answer {
    let (sought, before) = (read.query.sought(), read.query.before);
    let found = read.app.audit_file(&read.caller, &sought, before).await?;
    Ok(taken_away(print(&found.items), kind, found.next))
}

/// A file, and where the next one goes on.
fn taken_away(body: impl Into<Body>, kind: &str, next: Option<u64>) -> Response {
    let mut response = Response::new(body.into());
    set(&mut response, header::CONTENT_TYPE, kind);
    if let Some(next) = next {
        let name = header::HeaderName::from_static("next-before");
        set(&mut response, name, &next.to_string());
    }
    response
}
