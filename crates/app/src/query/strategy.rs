//! Across products: measures side by side, and signals that hold.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    directory::Directory,
    id::ProductId,
    key::MeasureKey,
    product::{Actor, Product},
    rules::{self, Contents, Context},
};
use sluicegate_store::Sort;

use super::{
    list::product_line,
    measure::{signal_view, unknown_view},
};
use crate::{
    app::App,
    error::Result,
    filter::ProductFilter,
    request::Caller,
    view::{
        CellView, ColumnView, ComparedLine, ComparedPage, Page, SignalView, SignalledLine, Told,
    },
    words::Lang,
};

/// So many products are read at once, and so many lines are on a page at most.
pub(super) const AT_ONCE: u32 = 100;
/// One request looks for signals in so many products at most.
const LOOKED_AT: usize = 2_000;

/// Products with all that some of their expressions read.
pub(super) struct Read {
    products: HashMap<ProductId, (Arc<Product>, Arc<Definition>)>,
    directory: Arc<Directory>,
    contents: Contents,
    actor: Actor,
    now: DateTime<Utc>,
}

impl Read {
    /// Asks the rules about one of them; none when it is not among them.
    pub(super) fn of<T>(
        &self,
        id: ProductId,
        ask: impl FnOnce(&Context<'_>, &Product) -> T,
    ) -> Option<T> {
        let (product, definition) = self.products.get(&id)?;
        let cx = Context {
            definition,
            to: None,
            directory: &self.directory,
            contents: &self.contents,
            actor: self.actor,
            now: self.now,
        };
        Some(ask(&cx, product))
    }
}

impl App {
    /// The measures of products side by side: the columns are those of every workflow that is asked
    /// for, and a product whose workflow lacks a measure says so.
    ///
    /// # Errors
    /// [`AppError::BadCursor`](crate::AppError::BadCursor) for a cursor of another filter or order.
    pub async fn compared_measures(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        (sort, cursor, limit): (Sort, Option<&str>, u32),
        lang: Lang,
    ) -> Result<ComparedPage> {
        let page = self.products(caller, filter, sort, cursor, limit.min(AT_ONCE)).await?;
        let ids = page.items.iter().map(|line| line.id);
        let read = self.read_for(caller, ids, rules::measured).await?;
        let mut columns = Columns::default();
        for definition in self.latest_of(filter).await? {
            columns.add(&definition, lang);
        }
        for line in &page.items {
            read.of(line.id, |cx, _| columns.add(cx.definition, lang));
        }
        let items = page.items.into_iter().filter_map(|line| {
            let standings = read.of(line.id, rules::measures)?;
            let mut known: BTreeMap<MeasureKey, _> =
                standings.into_iter().map(|it| (it.measure, it.value)).collect();
            let cell = |column: &ColumnView| match known.remove(&column.key) {
                None => CellView { measured: false, value: None, unknown: None },
                Some(Ok(value)) => CellView { measured: true, value: Some(value), unknown: None },
                Some(Err(why)) => {
                    let unknown = Some(unknown_view(why, lang));
                    CellView { measured: true, value: None, unknown }
                }
            };
            let cells = columns.0.iter().map(cell).collect();
            Some(ComparedLine { product: line, cells })
        });
        let items = items.collect();
        Ok(ComparedPage { columns: columns.0, items, next: page.next })
    }

    /// The newest version of each workflow that a filter lets pass.
    async fn latest_of(&self, filter: &ProductFilter) -> Result<Vec<Arc<Definition>>> {
        let directory = self.store().directory().await?;
        let mut found = Vec::new();
        for (key, versions) in &directory.workflows {
            let wanted = filter.workflow.is_empty() || filter.workflow.contains(key);
            if let (true, Some(latest)) = (wanted, versions.last()) {
                found.extend(self.legible(&latest.digest).await?);
            }
        }
        Ok(found)
    }

    /// The products for which a signal holds, with the facts it rests on and the exit that it
    /// proposes. A page is full unless it is the last, or so many products were looked at for it
    /// that the next page has to go on.
    ///
    /// # Errors
    /// [`AppError::BadCursor`](crate::AppError::BadCursor) for a cursor of another filter or order.
    pub async fn signalled(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        (sort, cursor, limit): (Sort, Option<&str>, u32),
        lang: Lang,
    ) -> Result<Page<SignalledLine>> {
        self.check_names(caller.person, filter).await?;
        let wanted = usize::try_from(limit.clamp(1, AT_ONCE)).unwrap_or(usize::MAX);
        let (mut found, mut looked_at) = (Vec::new(), 0);
        let mut cursor = cursor.map(str::to_owned);
        let next = loop {
            let page = self.listed(caller, filter, sort, cursor.as_deref(), AT_ONCE).await?;
            // A short page has looked at as many, or more.
            looked_at += usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
            let ids = page.items.iter().map(|listed| listed.id);
            let read = self.read_for(caller, ids, rules::measured).await?;
            for listed in page.items {
                let signals = read.of(listed.id, |cx, product| signals_of(cx, product, lang));
                let Some(signals) = signals.filter(|signals| !signals.is_empty()) else { continue };
                found.push((listed, signals));
            }
            cursor = page.next;
            if found.len() > wanted || cursor.is_none() || looked_at >= LOOKED_AT {
                break cursor;
            }
        };
        // One more than fits shows that there is a next page, behind the last that does.
        let next = match found.get(wanted.saturating_sub(1)) {
            Some((last, _)) if found.len() > wanted => Some(filter.after(last, sort)?),
            _ => next,
        };
        found.truncate(wanted);
        let names = self.names(found.iter().map(|(listed, _)| listed.owner)).await?;
        let now = self.now();
        let line = |(listed, signals)| {
            let product = product_line(listed, &names, now);
            SignalledLine { product, signals }
        };
        Ok(Page { items: found.into_iter().map(line).collect(), next })
    }

    /// Products with the contents that are read of them, in one question.
    pub(super) async fn read_for(
        &self,
        caller: &Caller,
        ids: impl Iterator<Item = ProductId>,
        reads: fn(&Definition, &Product) -> Vec<Digest>,
    ) -> Result<Read> {
        let directory = self.store().directory().await?;
        let (mut products, mut digests) = (HashMap::new(), Vec::new());
        for id in ids {
            // One that cannot be read must not keep back all others.
            let Some(product) = self.store().product(id).await? else { continue };
            let Some(definition) = self.legible(&product.workflow.digest).await? else { continue };
            digests.extend(reads(&definition, &product));
            products.insert(id, (product, definition));
        }
        let contents = self.store().contents(&digests).await?;
        let (actor, now) = (self.actor(caller), self.now());
        Ok(Read { products, directory, contents, actor, now })
    }
}

/// The signals that hold.
fn signals_of(cx: &Context<'_>, product: &Product, lang: Lang) -> Vec<SignalView> {
    let standings = rules::signals(cx, product).into_iter();
    let views = standings.filter_map(|it| {
        let signal = cx.definition.signals.get(&it.signal)?;
        Some(signal_view(cx.definition, signal, it, lang))
    });
    views.filter(|view| view.holds == Told::Yes).collect()
}

/// Each measure once, in the order in which workflows have them.
#[derive(Default)]
struct Columns(Vec<ColumnView>);

impl Columns {
    fn add(&mut self, definition: &Definition, lang: Lang) {
        for (key, measure) in &definition.measures {
            if self.0.iter().all(|column| column.key != *key) {
                let text = |text| Some(lang.of(text?).to_owned());
                self.0.push(ColumnView {
                    key: key.clone(),
                    title: lang.of(&measure.title).to_owned(),
                    unit: text(measure.unit.as_ref()),
                    kind: rules::measure_kind(measure),
                });
            }
        }
    }
}
