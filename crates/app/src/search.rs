//! Search: the index of words follows the log, and questions are answered from it.

mod entries;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    time::{Duration, Instant},
};

use serde_json::Value;
use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    id::ProductId,
    intake::EntryId,
    key::PortfolioKey,
    product::{DeliverableRef, Event, Product, Work},
    rules::Link,
    search::{Question, words},
};
use sluicegate_store::{EventFilter, Fact, Hit, IndexedText, Matter, SearchFilter, Stored, Stream};

use crate::{
    app::App,
    error::{AppError, Result},
    filter,
    request::Caller,
    view::{Excerpt, Page, SearchLine},
    words::{self, Lang, Voice},
};

/// Events that are taken in at once: what changes often is indexed once for all of them.
const STRETCH: u32 = 1000;
/// Texts that one transaction takes in: others want to write, too.
const TOGETHER: usize = 100;
/// While commands come in, so many times as long as it works the index rests.
const REST: u32 = 4;
/// Characters around what was found.
const AROUND: usize = 60;

/// A question, and where to look.
#[derive(Clone, Debug)]
pub struct Search {
    pub question: Question,
    pub matter: Option<Matter>,
    pub portfolio: Option<PortfolioKey>,
    pub product: Option<ProductId>,
}

/// Something of a product that has a text: a deliverable, or the product itself.
pub(crate) type Part = Option<DeliverableRef>;

impl App {
    /// Takes into the index what has happened since; gives how many events that were.
    pub async fn index_once(&self) -> Result<usize> {
        let mut taken = 0;
        loop {
            let from = self.store().indexed_until().await?;
            let feed = self.store().events(from, &EventFilter::default(), STRETCH).await?;
            // Another node may have been quicker: then it goes on, too.
            if feed.next <= from || !self.index_stretch(from, feed.next, &feed.events).await? {
                return Ok(taken);
            }
            taken += feed.events.len();
            if feed.events.len() < STRETCH as usize {
                return Ok(taken);
            }
        }
    }

    /// The head moves with the last texts. Until then those that were taken in are taken in again
    /// by whoever begins anew.
    async fn index_stretch(&self, from: u64, to: u64, events: &[Stored]) -> Result<bool> {
        let mut waiting = Vec::new();
        for one in changed(events) {
            let (begun, answered) = (Instant::now(), self.store().stats().jobs);
            waiting.extend(match one {
                Changed::Product(id, parts) => self.documents(id, &parts).await?,
                Changed::Entry(id) => self.entry_documents(id).await?,
            });
            if waiting.len() >= TOGETHER {
                if !self.take_in(from, from, &waiting).await? {
                    return Ok(false);
                }
                waiting.clear();
            }
            if self.store().stats().jobs > answered {
                tokio::time::sleep(begun.elapsed() * REST).await;
            }
        }
        self.take_in(from, to, &waiting).await
    }

    /// Lets the index follow the log until the application shuts down.
    pub fn spawn_indexer(&self, every: Duration) {
        self.spawn_every(every, "the index cannot follow", |app| {
            Box::pin(async move { app.index_once().await.map(drop) })
        });
    }

    /// A content may be erased between being read and being indexed: then its words go again.
    async fn take_in(&self, from: u64, to: u64, documents: &[IndexedText]) -> Result<bool> {
        if !self.store().index(from, to, documents).await? {
            return Ok(false);
        }
        let directory = self.store().directory().await?;
        let marks = documents.iter().map(|document| document.mark);
        let erased: Vec<Digest> =
            marks.filter(|mark| directory.erased.contains_key(mark)).collect();
        if !erased.is_empty() {
            self.forget_words(&erased).await?;
        }
        Ok(true)
    }

    pub(crate) async fn documents(
        &self,
        id: ProductId,
        parts: &BTreeSet<Part>,
    ) -> Result<Vec<IndexedText>> {
        let Some(product) = self.store().product(id).await? else { return Ok(Vec::new()) };
        let Some(definition) = self.legible(&product.workflow.digest).await? else {
            tracing::error!(product = %id, "a product whose workflow cannot be read is not indexed");
            return Ok(Vec::new());
        };
        let marks: Vec<Digest> = parts.iter().filter_map(|part| mark(&product, part)).collect();
        let contents = self.store().contents(&marks).await?;
        let document = |part: &Part| {
            let mark = mark(&product, part)?;
            let content = contents.get(&mark);
            let matter = if part.is_some() { Matter::Deliverable } else { Matter::Product };
            let words = words(&text(&definition, &product, part, content));
            // Without its card a product is found by its name alone.
            let named = part.is_none() && content.is_none();
            let mark = if named { Digest::of(product.name.as_bytes()) } else { mark };
            let part = part.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(IndexedText { matter, subject: Stream::Product(id), part, mark, words })
        };
        Ok(parts.iter().filter_map(document).collect())
    }

    /// Where the words stand that somebody looks for, the newest first. A page may be shorter
    /// than asked for and still have a next one.
    pub async fn search(
        &self,
        caller: &Caller,
        wish: &Search,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<SearchLine>> {
        let below = cursor.map(str::parse).transpose().map_err(|_| AppError::BadCursor)?;
        let filter = self.search_filter(caller, wish).await?;
        let count = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.store().search(&wish.question, &filter, below, count).await?;
        let marks: Vec<Digest> = found.hits.iter().map(|hit| hit.mark).collect();
        let contents = self.store().contents(&marks).await?;
        let mut products = BTreeMap::new();
        let mut items = Vec::new();
        for hit in found.hits {
            let content = contents.get(&hit.mark);
            let id = match hit.subject {
                Stream::Product(id) => id,
                Stream::Entry(id) => {
                    items.extend(self.entry_line(caller, &hit, id, wish, content, lang).await?);
                    continue;
                }
                Stream::Directory | Stream::Access => continue,
            };
            if let Entry::Vacant(place) = products.entry(id) {
                let product = self.store().product(id).await?;
                let product = product.ok_or_else(|| AppError::internal("a listed product"))?;
                let definition = self.legible(&product.workflow.digest).await?;
                place.insert((product, definition));
            }
            let (product, definition) = &products[&id];
            let Some(definition) = definition else { continue };
            items.extend(line(&hit, &wish.question, product, definition, content, lang));
        }
        Ok(Page { items, next: found.below.map(|below| below.to_string()) })
    }

    /// What was asked for, narrowed to what the person may read.
    async fn search_filter(&self, caller: &Caller, wish: &Search) -> Result<SearchFilter> {
        let directory = self.store().directory().await?;
        let asked = wish.portfolio.iter().cloned().collect();
        self.check_portfolios(caller.person, &asked).await?;
        let portfolios = filter::portfolios(&directory, caller.person, &asked);
        Ok(SearchFilter { portfolios, matter: wish.matter, product: wish.product })
    }
}

/// What has a new text.
enum Changed {
    Product(ProductId, BTreeSet<Part>),
    Entry(EntryId),
}

fn changed(events: &[Stored]) -> Vec<Changed> {
    let mut products: BTreeMap<_, BTreeSet<Part>> = BTreeMap::new();
    let mut entries = BTreeSet::new();
    for stored in events {
        let (id, part) = match (stored.stream, &stored.fact) {
            (Stream::Product(id), Fact::Product(event)) => match event {
                Event::ProductStarted { .. }
                | Event::ProductRenamed { .. }
                | Event::CardRevised { .. } => (id, None),
                Event::DeliverableSubmitted { deliverable, .. } => (id, Some(deliverable.clone())),
                _ => continue,
            },
            // Their texts never change.
            (Stream::Entry(id), Fact::Entry(_)) if stored.version == 1 => {
                entries.insert(id);
                continue;
            }
            _ => continue,
        };
        products.entry(id).or_default().insert(part);
    }
    let products = products.into_iter().map(|(id, parts)| Changed::Product(id, parts));
    products.chain(entries.into_iter().map(Changed::Entry)).collect()
}

/// The content that a text is made of: of a deliverable, what was handed in last.
fn mark(product: &Product, part: &Part) -> Option<Digest> {
    let Some(part) = part else { return Some(product.card) };
    let deliverable = product.deliverables.get(part)?;
    match &deliverable.work {
        Work::Submitted { document, .. } => document.content,
        _ => deliverable.accepted.as_ref()?.document.content,
    }
}

/// One text a line.
fn text(
    definition: &Definition,
    product: &Product,
    part: &Part,
    content: Option<&Value>,
) -> String {
    let (mut lines, form) = match part {
        None => (vec![product.name.as_str()], Some(&definition.card)),
        Some(part) => {
            let form = definition.deliverables.get(&part.key).and_then(|it| it.form.as_ref());
            (Vec::new(), form.and_then(|form| definition.forms.get(form)))
        }
    };
    if let (Some(form), Some(content)) = (form, content) {
        lines.extend(form.texts(content));
    }
    lines.join("\n")
}

/// None when the text does not hold the question after all, or holds it no more.
fn line(
    hit: &Hit,
    question: &Question,
    product: &Product,
    definition: &Definition,
    content: Option<&Value>,
    lang: Lang,
) -> Option<SearchLine> {
    let part: Part = if hit.part.is_empty() { None } else { Some(hit.part.parse().ok()?) };
    let text = text(definition, product, &part, content);
    if !question.is_in(&text) {
        return None;
    }
    let names = BTreeMap::new();
    let voice = Voice { lang, definition: Some(definition), names: &names };
    let link = part.clone().map_or(Link::Product, Link::Deliverable);
    let title = match &part {
        None => product.name.clone(),
        Some(part) => voice.deliverable(part),
    };
    Some(SearchLine {
        matter: hit.matter,
        product: Some(product.id),
        product_name: Some(product.name.clone()),
        entry: None,
        portfolio: product.portfolio.clone(),
        deliverable: part,
        title,
        excerpt: excerpt(&text, question),
        href: words::href(product.id, &link),
    })
}

/// The line in which it stands, cut to what fits on a screen.
fn excerpt(text: &str, question: &Question) -> Option<Excerpt> {
    text.lines().find_map(|line| {
        let place = question.place_in(line)?;
        let (before, after) = (&line[..place.start], &line[place.end..]);
        let cut = before.char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
        let end = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
        Some(Excerpt {
            before: before[cut..].to_owned(),
            found: line[place].to_owned(),
            after: after[..end].to_owned(),
        })
    })
}
