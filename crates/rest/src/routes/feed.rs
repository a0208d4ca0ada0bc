//! Inboxes and the feed of events.

use sluicegate_app::{EventFilter, Stream};
use sluicegate_core::id::ProductId;
use utoipa::openapi::ObjectBuilder;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Known, Limit, Paging};
use crate::{
    answer::Answer,
    api::Api,
    extract::Read,
    parse::{SlipKind, Text, parameters},
    problem::Reading,
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(get_inbox)).routes(routes!(list_events))
}

/// The name of an event, for example `gate_decided`.
#[derive(Clone, Debug)]
pub(crate) struct EventKind(pub(super) String);

impl Text for EventKind {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let rule = "an event is named like gate_decided";
        if fits { Ok(Self(text.to_owned())) } else { Err(SlipKind::format(rule)) }
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.pattern(Some("^[a-z_]{1,64}$")).examples(["gate_decided"])
    }
}

parameters! {
    Query Stretch {
        /// Events after this position; from the beginning when nothing is said.
        after: Option<u64>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
        /// Only events of this name.
        kind: Option<EventKind>,
        /// Only events of this product.
        product: Option<ProductId>,
    }
}

/// Open your inbox
///
/// What waits for you, by due date.
#[utoipa::path(get, path = "/v1/inbox", tag = "feed", params(Paging, Known),
    responses((status = 200, description = "A page", body = schema::InboxPage), Reading))]
async fn get_inbox(read: Read<Paging>) -> Answer {
    let cursor = read.query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(read.query.limit);
    let page = read.app.inbox(&read.caller, cursor, limit, read.lang).await?;
    read.found(&page)
}

/// Follow what happens
///
/// Every event that you may read, in the order in which they happened, without gaps. Ask again
/// after `next`, whether or not anything was found.
#[utoipa::path(get, path = "/v1/events", tag = "feed", params(Stretch, Known),
    responses((status = 200, description = "Events", body = schema::Feed), Reading))]
async fn list_events(read: Read<Stretch>) -> Answer {
    let asked = &read.query;
    let filter = EventFilter {
        kind: asked.kind.as_ref().map(|kind| kind.0.clone()),
        stream: asked.product.map(Stream::Product),
    };
    let (after, limit) = (asked.after.unwrap_or_default(), Limit::or_usual(asked.limit));
    let feed = read.app.events(&read.caller, after, filter, limit).await?;
    read.found(&feed)
}
