//! What auditors look for in the whole log: who, what, when, where, and which words, now or before.

use serde_json::Value;
use sluicegate_core::{audit::Before, organisation};
use sluicegate_store::{AuditFilter, Fact, Stored, Stream};

use super::event::is_withheld;
use crate::{
    app::App,
    error::{AppError, Result, Right},
    request::Caller,
    view::{AuditView, EventView, ReplacedView, Texts},
};

/// Events whose texts are read at once to look for words.
const PART: u32 = 200;
/// A question looks at so many events for words, and then says where to go on.
const LOOKED_AT: usize = 2_000;
/// Of a file: events in one round, rounds, and events after which it is long enough.
const PAGE: u32 = 500;
const ROUNDS: usize = 40;
const FILE: usize = 10_000;

/// What an auditor looks for; all that is given must hold. Words are looked for in upper and lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    pub filter: AuditFilter,
    /// In the event, in what it names, in names of people.
    pub text: Option<String>,
    /// In the value that the event replaces.
    pub old: Option<String>,
    /// In the event and the texts that it names.
    pub new: Option<String>,
}

impl Sought {
    fn lower(&self) -> Self {
        let lower = |words: &Option<String>| words.as_ref().map(|words| words.to_lowercase());
        let (text, old, new) = (lower(&self.text), lower(&self.old), lower(&self.new));
        Self { filter: self.filter.clone(), text, old, new }
    }

    const fn has_words(&self) -> bool {
        self.text.is_some() || self.old.is_some() || self.new.is_some()
    }

    fn is_in(&self, event: &EventView) -> bool {
        let set = |words: &str| stands_in(words, &event.event, &event.texts);
        let named = |words: &str| {
            let absent = event.on_behalf_of.as_ref().map(|absent| &absent.name);
            let mut names = event.people.values().chain([&event.actor_name]).chain(absent);
            set(words) || names.any(|name| name.to_lowercase().contains(words))
        };
        self.new.as_deref().is_none_or(set) && self.text.as_deref().is_none_or(named)
    }

    fn was_in(&self, event: &EventView) -> bool {
        let before = |words: &str| {
            let old = event.replaces.as_ref();
            old.is_some_and(|old| stands_in(words, &old.event, &old.texts))
        };
        self.old.as_deref().is_none_or(before)
    }
}

fn stands_in(words: &str, event: &Value, texts: &Texts) -> bool {
    let has = |value: &Value| value.to_string().to_lowercase().contains(words);
    has(event) || texts.values().any(has)
}

/// Where the value before stands, for an event that replaces one.
fn before(stored: &Stored) -> Option<Before> {
    match &stored.fact {
        Fact::Product(event) => Before::in_product(event),
        Fact::Directory(event) => Before::in_directory(event),
        // What was refused has changed nothing.
        Fact::Entry(_) | Fact::Access(_) => None,
    }
}

impl App {
    /// Events that fit, the newest first, for auditors and administrators. There may be none and
    /// still a `next`: a question looks at a bounded stretch of the log.
    pub async fn audit(
        &self,
        caller: &Caller,
        sought: &Sought,
        before: Option<u64>,
        limit: u32,
    ) -> Result<AuditView> {
        let directory = self.store().directory().await?;
        if !organisation::may_audit(&directory, caller.person) {
            return Err(AppError::Forbidden(Right::Auditor));
        }
        let head = self.store().log_head().await?.position;
        let mut before = before.unwrap_or(u64::MAX).min(head + 1);
        let sought = sought.lower();
        let (mut items, mut looked_at, wanted) = (Vec::new(), 0, limit as usize);
        loop {
            let part = if sought.has_words() { PART } else { limit };
            let (events, down) = self.store().audited(before, &sought.filter, part).await?;
            // One without events has been looked through as well.
            looked_at += events.len().max(PART as usize);
            before = down;
            let room = wanted - items.len();
            items.extend(self.audit_views(caller, events, &sought).await?.into_iter().take(room));
            // Where the page ends, the next one begins.
            if items.len() == wanted {
                before = before.max(items[wanted - 1].position);
            }
            let enough = items.len() >= wanted || !sought.has_words() || looked_at >= LOOKED_AT;
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
        sought: &Sought,
        before: Option<u64>,
    ) -> Result<AuditView> {
        let mut found = AuditView { items: Vec::new(), next: before };
        for _ in 0..ROUNDS {
            let more = self.audit(caller, sought, found.next, PAGE).await?;
            found.items.extend(more.items);
            found.next = more.next;
            if found.next.is_none() || found.items.len() >= FILE {
                break;
            }
        }
        Ok(found)
    }

    /// The same events as records with their proofs, for `audit verify`: the oldest first, up to the
    /// last checkpoint, without what is withheld from the caller. Where another file goes on.
    pub async fn audit_proved(
        &self,
        caller: &Caller,
        sought: &Sought,
        before: Option<u64>,
    ) -> Result<(Vec<u8>, Option<u64>)> {
        let found = self.audit_file(caller, sought, before).await?;
        let shown = found.items.iter().filter(|event| !event.withheld);
        let mut positions: Vec<u64> = shown.map(|event| event.position).collect();
        positions.reverse();
        Ok((self.export_picked(&positions, sought.filter.stream).await?, found.next))
    }

    /// Those of the events that fit, each with what it replaces.
    async fn audit_views(
        &self,
        caller: &Caller,
        events: Vec<Stored>,
        sought: &Sought,
    ) -> Result<Vec<EventView>> {
        let products = self.products_of(&events).await?;
        let withheld = |stored: &Stored| match stored.stream {
            Stream::Product(id) => {
                let product = products.get(&id);
                product.is_some_and(|product| is_withheld(product, stored, caller.actor()))
            }
            Stream::Directory | Stream::Entry(_) | Stream::Access => false,
        };
        let withheld = events.iter().map(withheld).collect();
        let places: Vec<_> =
            events.iter().map(|stored| (stored.stream, stored.version, before(stored))).collect();
        // Auditors read everything, what visitors wrote as well.
        let views = self.views_with_texts(events, withheld, |_| true).await?;
        let fits = views.into_iter().zip(places).filter(|(view, _)| sought.is_in(view));
        let (mut views, places): (Vec<EventView>, Vec<_>) = fits.unzip();
        let mut replaced = self.replaced(places).await?.into_iter();
        for view in &mut views {
            view.replaces = replaced.next().flatten();
        }
        views.retain(|view| sought.was_in(view));
        Ok(views)
    }

    /// What events at these places replace, in the same order.
    async fn replaced(
        &self,
        places: Vec<(Stream, u64, Option<Before>)>,
    ) -> Result<Vec<Option<ReplacedView>>> {
        let (mut found, mut there) = (Vec::new(), Vec::new());
        for (stream, version, before) in places {
            let earlier = match before {
                Some(before) => self.store().earlier(stream, version, &before).await?,
                None => None,
            };
            there.push(earlier.is_some());
            found.extend(earlier);
        }
        let withheld = vec![false; found.len()];
        let mut views = self.views_with_texts(found, withheld, |_| true).await?.into_iter();
        let next = |there| if there { views.next().map(ReplacedView::from) } else { None };
        Ok(there.into_iter().map(next).collect())
    }
}
