//! Histories and the feed, with what the events name by digest and id.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    organisation,
    product::{Actor, Product},
    rules,
};
use sluicegate_store::{EventFilter, Fact, Stored, Stream};

use crate::{
    app::App,
    error::{AppError, Result},
    load::named,
    request::Caller,
    view::{EventView, FeedView, Names, Texts},
};

impl App {
    /// A product's events after this version, oldest first.
    pub async fn history(
        &self,
        caller: &Caller,
        id: ProductId,
        after_version: u32,
        limit: u32,
    ) -> Result<Vec<EventView>> {
        let product = self.readable(caller, id).await?;
        let events = self.store().history(id, after_version, limit).await?;
        let withheld = |stored: &Stored| is_withheld(&product, stored, caller.actor());
        let withheld = events.iter().map(withheld).collect();
        self.event_views(events, withheld).await
    }

    /// The log after a position, as far as the caller may read it.
    pub async fn events(
        &self,
        caller: &Caller,
        after: u64,
        filter: EventFilter,
        limit: u32,
    ) -> Result<FeedView> {
        let feed = self.store().events(after, &filter, limit).await?;
        let directory = self.store().directory().await?;
        let everything = organisation::reads_everything(&directory, caller.person);
        let products = self.products_of(&feed.events).await?;
        let (mut events, mut withheld) = (Vec::new(), Vec::new());
        for stored in feed.events {
            let product = match stored.stream {
                Stream::Product(id) => products.get(&id),
                Stream::Directory | Stream::Entry(_) | Stream::Access => None,
            };
            let entry = match stored.stream {
                Stream::Entry(id) => Some(self.visible_entry(App::reader(caller), id).await),
                _ => None,
            };
            match entry {
                Some(Ok(_)) => {
                    withheld.push(false);
                    events.push(stored);
                    continue;
                }
                Some(Err(AppError::NotFound(_))) => continue,
                Some(Err(error)) => return Err(error),
                None => {}
            }
            let mine = product.is_some_and(|product| {
                organisation::may_read_product(&directory, caller.person, product)
            });
            let shown = match stored.stream {
                Stream::Access => organisation::may_audit(&directory, caller.person),
                _ => everything || mine,
            };
            if shown {
                let hide =
                    product.is_some_and(|product| is_withheld(product, &stored, caller.actor()));
                withheld.push(hide);
                events.push(stored);
            }
        }
        Ok(FeedView { events: self.event_views(events, withheld).await?, next: feed.next })
    }

    pub(super) async fn products_of(
        &self,
        events: &[Stored],
    ) -> Result<HashMap<ProductId, std::sync::Arc<Product>>> {
        let mut products = HashMap::new();
        for stored in events {
            if let Stream::Product(id) = stored.stream
                && !products.contains_key(&id)
                && let Some(product) = self.store().product(id).await?
            {
                products.insert(id, product);
            }
        }
        Ok(products)
    }

    pub(super) async fn event_views(
        &self,
        events: Vec<Stored>,
        withheld: Vec<bool>,
    ) -> Result<Vec<EventView>> {
        // Who submitted an idea is not for everyone who may follow it: the entry itself says what
        // its reader may see.
        let open = |stored: &Stored| !matches!(stored.stream, Stream::Entry(_));
        self.views_with_texts(events, withheld, open).await
    }

    /// With the texts of the events that are chosen.
    pub(super) async fn views_with_texts(
        &self,
        events: Vec<Stored>,
        withheld: Vec<bool>,
        chosen: fn(&Stored) -> bool,
    ) -> Result<Vec<EventView>> {
        let mut values = Vec::with_capacity(events.len());
        for stored in &events {
            values.push(match &stored.fact {
                Fact::Product(event) => serde_json::to_value(event),
                Fact::Directory(event) => serde_json::to_value(event),
                Fact::Entry(event) => serde_json::to_value(event),
                Fact::Access(event) => serde_json::to_value(event),
            });
        }
        let values: Vec<Value> =
            values.into_iter().collect::<Result<_, _>>().map_err(AppError::internal)?;
        let shown = events.iter().zip(&values).filter(|(stored, _)| chosen(stored));
        let texts = self.texts(shown.flat_map(|(_, value)| digests_in(value))).await?;
        let actors = events.iter().flat_map(|stored| parties(stored.actor));
        let names = self.names(values.iter().flat_map(people_in).chain(actors)).await?;
        let view =
            |((stored, event), withheld)| event_view(&stored, event, withheld, &texts, &names);
        Ok(events.into_iter().zip(values).zip(withheld).map(view).collect())
    }
}

pub(super) fn is_withheld(product: &Product, stored: &Stored, viewer: Actor) -> bool {
    stored.recorded().is_some_and(|recorded| rules::withheld(product, &recorded, viewer))
}

fn event_view(
    stored: &Stored,
    mut event: Value,
    withheld: bool,
    texts: &Texts,
    names: &Names,
) -> EventView {
    let kind = event.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let (true, Some(fields)) = (withheld, event.as_object_mut()) {
        fields.insert("scores".to_owned(), Value::Null);
    }
    let known = |digest| Some((digest, texts.get(&digest)?.clone()));
    let called = |person| Some((person, names.get(&person)?.clone()));
    let actor_name = stored.actor.hands().and_then(|person| names.get(&person).cloned());
    let on_behalf_of = stored.actor.deputy().and(stored.actor.principal());
    EventView {
        position: stored.position,
        stream: stored.stream.to_string(),
        version: stored.version,
        at: stored.at,
        actor: stored.actor,
        actor_name: actor_name.unwrap_or_default(),
        on_behalf_of: on_behalf_of.map(|of| named(names, of)),
        kind,
        texts: digests_in(&event).into_iter().filter_map(known).collect(),
        people: people_in(&event).into_iter().filter_map(called).collect(),
        event,
        withheld,
        replaces: None,
    }
}

/// Whose hands it was, and in whose name.
fn parties(actor: Actor) -> impl Iterator<Item = PersonId> {
    actor.hands().into_iter().chain(actor.principal())
}

/// Every text of a JSON value, keys included.
fn strings<'a>(value: &'a Value, visit: &mut impl FnMut(&'a str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
        Value::Object(fields) => {
            for (key, value) in fields {
                visit(key);
                strings(value, visit);
            }
        }
        _ => {}
    }
}

/// Every digest that a value names.
pub(super) fn digests_in(value: &Value) -> BTreeSet<Digest> {
    let mut found = BTreeSet::new();
    strings(value, &mut |text| found.extend(text.parse::<Digest>().ok()));
    found
}

/// Every person whom a value names, as the one who acted too.
pub(super) fn people_in(value: &Value) -> BTreeSet<PersonId> {
    let mut found = BTreeSet::new();
    strings(value, &mut |text| found.extend(text.parse().into_iter().flat_map(parties)));
    found
}
