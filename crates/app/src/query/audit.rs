//! What auditors look for in the whole log: who, what, when, where, and which words.

use sluicegate_core::organisation;
use sluicegate_store::{AuditFilter, Stored, Stream};

use super::event::is_withheld;
use crate::{
    app::App,
    error::{AppError, Result},
    request::Caller,
    view::{AuditView, EventView},
};

/// Events whose texts are read at once to look for words.
const PART: u32 = 200;
/// A question looks at so many events for words, and then says where to go on.
const LOOKED_AT: usize = 2_000;
/// Of a file: events in one round, rounds, and events after which it is long enough.
const PAGE: u32 = 500;
const ROUNDS: usize = 40;
const FILE: usize = 10_000;

impl App {
    /// Events that fit, the newest first, for auditors and administrators. There may be none and
    /// still a `next`: a question looks at a bounded stretch of the log.
    ///
    /// Words are looked for in the event and in all that it names: texts, forms, names of people.
    /// What was changed stood once in an event of its own, so old values are found there.
    pub async fn audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        words: Option<&str>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<AuditView> {
        let directory = self.store().directory().await?;
        if !organisation::may_audit(&directory, caller.person) {
            return Err(AppError::Forbidden);
        }
        let head = self.store().log_head().await?.position;
        let mut before = before.unwrap_or(u64::MAX).min(head + 1);
        let words = words.map(str::to_lowercase);
        let (mut items, mut looked_at) = (Vec::new(), 0);
        let wanted = limit as usize;
        loop {
            let part = if words.is_some() { PART } else { limit };
            let (events, down) = self.store().audited(before, filter, part).await?;
            looked_at += events.len();
            before = down;
            for event in self.audit_views(caller, events).await? {
                if items.len() < wanted && words.as_deref().is_none_or(|it| has(&event, it)) {
                    items.push(event);
                    // Where the page ends, the next one begins.
                    if items.len() == wanted {
                        before = before.max(items[wanted - 1].position);
                    }
                }
            }
            let enough = items.len() >= wanted || words.is_none() || looked_at >= LOOKED_AT;
            if enough || before <= 1 {
                let next = (before > 1).then_some(before);
                return Ok(AuditView { items, next });
            }
        }
    }

    /// As many of them as one file takes; `next` says where another file goes on.
    pub async fn audit_file(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        words: Option<&str>,
        before: Option<u64>,
    ) -> Result<AuditView> {
        let mut found = AuditView { items: Vec::new(), next: before };
        for _ in 0..ROUNDS {
            let more = self.audit(caller, filter, words, found.next, PAGE).await?;
            found.items.extend(more.items);
            found.next = more.next;
            if found.next.is_none() || found.items.len() >= FILE {
                break;
            }
        }
        Ok(found)
    }

    async fn audit_views(&self, caller: &Caller, events: Vec<Stored>) -> Result<Vec<EventView>> {
        let products = self.products_of(&events).await?;
        let withheld = |stored: &Stored| match stored.stream {
            Stream::Product(id) => {
                let product = products.get(&id);
                product.is_some_and(|product| is_withheld(product, stored, caller.actor()))
            }
            Stream::Directory | Stream::Entry(_) | Stream::Access => false,
        };
        let withheld = events.iter().map(withheld).collect();
        self.event_views(events, withheld).await
    }
}

fn has(event: &EventView, words: &str) -> bool {
    let in_value = |value: &serde_json::Value| value.to_string().to_lowercase().contains(words);
    event.actor_name.to_lowercase().contains(words)
        || in_value(&event.event)
        || event.texts.values().any(in_value)
        || event.people.values().any(|name| name.to_lowercase().contains(words))
}
