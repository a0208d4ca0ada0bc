//! Across products: measures side by side, signals that hold, and segments wanted and served.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    id::ProductId,
    key::{MeasureKey, PortfolioKey, WorkflowKey},
    product::Product,
    rules::{self, Coverage, SegmentStanding},
};
use sluicegate_store::{Sort, SortBy, Standing};

use super::measure::{signal_view, unknown_view};
use crate::{
    app::App,
    error::Result,
    filter::ProductFilter,
    load::Loaded,
    request::Caller,
    view::{
        CellView, ColumnView, ComparedLine, ComparedPage, CoverageLine, CoverageView, Page,
        ProductLine, ServingView, SignalledLine, Told, WantingView,
    },
    words::Lang,
};

/// One request evaluates so many products at most.
const AT_ONCE: u32 = 100;
/// The segments of so many products are held against each other at most.
const JOINED: usize = 2_000;

/// A listed product with all that its expressions read.
struct Read {
    line: ProductLine,
    loaded: Loaded,
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
        let read = self.read_for(caller, page.items, rules::measured).await?;
        let mut columns = Columns::default();
        for definition in self.latest_of(filter).await? {
            columns.add(&definition, lang);
        }
        for Read { loaded, .. } in &read {
            columns.add(&loaded.definition, lang);
        }
        let items = read.into_iter().map(|Read { line, loaded }| {
            let standings = rules::measures(&loaded.cx(), &loaded.product);
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
            ComparedLine { product: line, cells }
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
    /// proposes. A page may be short or empty and still have a next one: it looks at so many
    /// products and shows those that are signalled.
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
        let page = self.products(caller, filter, sort, cursor, limit.min(AT_ONCE)).await?;
        let read = self.read_for(caller, page.items, rules::measured).await?;
        let line = |Read { line, loaded }: Read| {
            let defined = &loaded.definition;
            let standings = rules::signals(&loaded.cx(), &loaded.product).into_iter();
            let views = standings.filter_map(|it| {
                Some(signal_view(defined, defined.signals.get(&it.signal)?, it, lang))
            });
            let signals: Vec<_> = views.filter(|view| view.holds == Told::Yes).collect();
            (!signals.is_empty()).then_some(SignalledLine { product: line, signals })
        };
        Ok(Page { items: read.into_iter().filter_map(line).collect(), next: page.next })
    }

    /// Segments that plans want and that products serve, over what the caller may read of a part of
    /// the tree. What is closed neither wants nor serves.
    pub async fn coverage(
        &self,
        caller: &Caller,
        portfolio: impl IntoIterator<Item = PortfolioKey>,
    ) -> Result<CoverageView> {
        let mut filter = ProductFilter {
            portfolio: portfolio.into_iter().collect(),
            standing: [Standing::Active, Standing::Held, Standing::Closing].into(),
            ..ProductFilter::default()
        };
        filter.workflow = self.speaking_of_segments().await?;
        let (mut told, mut complete, mut cursor) = (Vec::new(), true, None::<String>);
        // A filter without values asks for nothing, and so would let everything pass.
        while !filter.workflow.is_empty() {
            let sort = Sort { by: SortBy::Name, descending: false };
            let page = self.products(caller, &filter, sort, cursor.as_deref(), AT_ONCE).await?;
            let read = self.read_for(caller, page.items, rules::segments_read).await?;
            told.extend(read.into_iter().filter_map(|Read { line, loaded }| {
                Some((line, rules::segments(&loaded.cx(), &loaded.product)?))
            }));
            cursor = page.next;
            complete = cursor.is_none();
            if complete || told.len() >= JOINED {
                break;
            }
        }
        Ok(coverage_view(&told, complete))
    }

    /// The workflows of which some version says something of segments.
    async fn speaking_of_segments(&self) -> Result<BTreeSet<WorkflowKey>> {
        let directory = self.store().directory().await?;
        let mut speaking = BTreeSet::new();
        for (key, versions) in &directory.workflows {
            for published in versions {
                let definition = self.legible(&published.digest).await?;
                if definition.is_some_and(|definition| definition.segments.is_some()) {
                    speaking.insert(key.clone());
                    break;
                }
            }
        }
        Ok(speaking)
    }

    /// Listed products with the contents that are read of them, in one question.
    async fn read_for(
        &self,
        caller: &Caller,
        lines: Vec<ProductLine>,
        reads: fn(&Definition, &Product) -> Vec<Digest>,
    ) -> Result<Vec<Read>> {
        let directory = self.store().directory().await?;
        let (actor, now) = (self.actor(caller), self.now());
        let (mut found, mut digests) = (Vec::with_capacity(lines.len()), Vec::new());
        for line in lines {
            // One that cannot be read must not keep back all others.
            let Some(product) = self.store().product(line.id).await? else { continue };
            let Some(definition) = self.legible(&product.workflow.digest).await? else { continue };
            digests.extend(reads(&definition, &product));
            let (directory, contents) = (directory.clone(), rules::Contents::default());
            let to = None;
            let loaded = Loaded { product, definition, to, directory, contents, actor, now };
            found.push(Read { line, loaded });
        }
        let contents = self.store().contents(&digests).await?;
        for read in &mut found {
            read.loaded.contents = contents.clone();
        }
        Ok(found)
    }
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

fn coverage_view(told: &[(ProductLine, SegmentStanding)], complete: bool) -> CoverageView {
    let by_id: BTreeMap<ProductId, &(ProductLine, SegmentStanding)> =
        told.iter().map(|each| (each.0.id, each)).collect();
    let segments = rules::coverage(told.iter().map(|(line, standing)| (line.id, standing)));
    let line = |found: Coverage| {
        let wanting = found.wanted_by.iter().filter_map(|id| by_id.get(id));
        let serving = found.served_by.iter().filter_map(|id| by_id.get(id));
        CoverageLine {
            uncovered: !found.wanted_by.is_empty() && found.served_by.is_empty(),
            wanted_by: wanting
                .map(|(line, _)| WantingView { product: line.id, name: line.name.clone() })
                .collect(),
            served_by: serving
                .map(|(line, standing)| ServingView {
                    product: line.id,
                    name: line.name.clone(),
                    workflow: line.workflow.clone(),
                    portfolio: line.portfolio.clone(),
                    stage: line.stage.clone(),
                    side: line.side.clone(),
                    standing: line.standing,
                    launch: standing.launch,
                })
                .collect(),
            segment: found.segment,
        }
    };
    let untold = told.iter().filter(|(_, standing)| {
        let unknown = |names: &Option<Result<_, _>>| matches!(names, Some(Err(_)));
        unknown(&standing.wants) || unknown(&standing.serves)
    });
    CoverageView {
        items: segments.into_iter().map(line).collect(),
        products: told.len(),
        untold: untold.count(),
        complete,
    }
}
