//! Time in each state of one product, and percentiles over many.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Datelike as _, Utc};
use sluicegate_core::{
    clocks::{self, About, Clocks, Passage, Passed, Segment, Spot, Wait, Waited},
    definition::{Definition, Place, Text, calendar::Calendar, holidays},
    id::ProductId,
    key::{PortfolioKey, WorkflowKey},
    product::Product,
};
use sluicegate_store::PassageFilter;

use crate::{
    app::App,
    error::{AppError, Result},
    filter::{ProductFilter, portfolios},
    passages::{all_events, recorded},
    request::Caller,
    view::{
        CalendarView, ClocksView, FiguresView, Names, PassageView, PlaceFigures, SegmentView,
        Share, SpentView, SpotView, WaitView,
    },
    words::{Lang, Voice},
};

impl App {
    /// How long a product stood where, and who was waited for; made from all of its events.
    pub async fn clocks(&self, caller: &Caller, id: ProductId, lang: Lang) -> Result<ClocksView> {
        let product = self.readable(caller, id).await?;
        let definition = self.definition(&product.workflow.digest).await?;
        let events = all_events(self.store(), id).await?;
        let history = recorded(&events);
        let versions = self.versions_of(&history).await?;
        let versions: Vec<&Definition> = versions.iter().map(Arc::as_ref).collect();
        let clocks = clocks::clocks(&versions, &history, self.now());
        let clocks = clocks.ok_or_else(|| AppError::internal("a product without events"))?;
        Ok(view(&definition, &product, &clocks, lang))
    }

    /// Percentiles of the time in stages and at gates, over the products that the caller may read.
    pub async fn figures(&self, caller: &Caller, mut filter: PassageFilter) -> Result<FiguresView> {
        let directory = self.store().directory().await?;
        let asked = filter.portfolios.take().unwrap_or_default();
        self.check_names(caller.person, &names_in(&filter, &asked)).await?;
        filter.portfolios = portfolios(&directory, caller.person, &asked);
        // First, so that what is found is complete up to it.
        let up_to = self.store().passage_head().await?;
        let found = self.store().passages(&filter).await?;
        let rows = found.rows.iter().map(|row| (&row.workflow, &row.passage));
        let (mut stages, mut gates) = (Vec::new(), Vec::new());
        let mut definitions = BTreeMap::new();
        for passed in clocks::statistics(rows) {
            if !definitions.contains_key(&passed.workflow) {
                let latest = self.latest(&passed.workflow).await?;
                definitions.insert(passed.workflow.clone(), latest);
            }
            let definition = &definitions[&passed.workflow];
            let places =
                if matches!(passed.place, Place::Stage(_)) { &mut stages } else { &mut gates };
            places.push(figures(definition, passed));
        }
        Ok(FiguresView {
            up_to,
            complete: found.complete,
            passages: found.rows.len(),
            method: "nearest_rank",
            stages,
            gates,
        })
    }

    async fn latest(&self, workflow: &WorkflowKey) -> Result<Arc<Definition>> {
        let (_, digest) = self.published(workflow, None).await?;
        self.definition(&digest).await
    }
}

/// The names that are asked for, as a list of products would ask for them.
fn names_in(filter: &PassageFilter, portfolio: &BTreeSet<PortfolioKey>) -> ProductFilter {
    let portfolio = portfolio.clone();
    let workflow = filter.workflow.iter().cloned().collect();
    let mut asked = ProductFilter { portfolio, workflow, ..ProductFilter::default() };
    for place in &filter.places {
        match place {
            Place::Stage(stage) => _ = asked.stage.insert(stage.clone()),
            Place::Gate(gate) => _ = asked.gate.insert(gate.clone()),
        }
    }
    asked
}

fn view(definition: &Definition, product: &Product, clocks: &Clocks, lang: Lang) -> ClocksView {
    let calendar = &definition.calendar;
    let segments: Vec<SegmentView> =
        clocks.segments.iter().map(|segment| segment_view(definition, segment)).collect();
    ClocksView {
        product: product.id,
        from: clocks.from,
        until: clocks.until,
        seconds: clocks.seconds(),
        business_seconds: business(calendar, clocks.from, clocks.until),
        spent: spent(&segments, lang),
        segments,
        passages: clocks.passages.iter().map(|each| passage_view(definition, each)).collect(),
        waits: clocks.waits.iter().map(|wait| wait_view(calendar, wait, clocks.until)).collect(),
        calendar: CalendarView {
            countries: calendar.countries().iter().copied().collect(),
            edition: holidays::EDITION,
            unknown_years: unknown_years(calendar, product, clocks),
        },
    }
}

fn business(calendar: &Calendar, from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    u64::try_from(calendar.business_time(from, until).num_seconds()).unwrap_or_default()
}

/// The years of its life, and of what is due, of which the calendar knows no holidays.
fn unknown_years(calendar: &Calendar, product: &Product, clocks: &Clocks) -> Vec<i32> {
    let Some(known) = calendar.known_years() else { return Vec::new() };
    let lived = clocks.from.year()..=clocks.until.year();
    let due = product.dues.values().map(|due| due.at);
    let due = due.chain(product.submission().and_then(|open| open.due)).map(|at| at.year());
    let years: BTreeSet<i32> = lived.chain(due).filter(|year| !known.contains(year)).collect();
    years.into_iter().collect()
}

fn spent(segments: &[SegmentView], lang: Lang) -> Vec<SpentView> {
    let names = Names::new();
    let voice = Voice { lang, definition: None, names: &names };
    let mut sums: BTreeMap<Waited, (u64, u64)> = BTreeMap::new();
    for segment in segments {
        let (seconds, business) = sums.entry(segment.waits_for).or_default();
        *seconds += segment.seconds;
        *business += segment.business_seconds;
    }
    let view = |(waits_for, (seconds, business_seconds))| SpentView {
        waits_for,
        seconds,
        business_seconds,
        sentence: voice.waited(waits_for, seconds, business_seconds),
    };
    sums.into_iter().map(view).collect()
}

fn segment_view(definition: &Definition, segment: &Segment) -> SegmentView {
    SegmentView {
        place: spot_view(definition, &segment.spot),
        waits_for: segment.waits_for,
        from: segment.from,
        until: segment.until,
        seconds: segment.seconds(),
        business_seconds: business(&definition.calendar, segment.from, segment.until),
    }
}

fn spot_view(definition: &Definition, spot: &Spot) -> SpotView {
    match spot {
        Spot::Stage { stage, visit } => {
            place_view(definition, &Place::Stage(stage.clone()), *visit)
        }
        Spot::Gate { gate, submission } => {
            place_view(definition, &Place::Gate(gate.clone()), *submission)
        }
        Spot::Exit { exit } => {
            let title = definition.exits.get(exit).map(|exit| exit.title.clone());
            SpotView { kind: "exit", key: Some(exit.to_string()), number: None, title }
        }
        Spot::Closed => SpotView { kind: "closed", key: None, number: None, title: None },
    }
}

fn place_view(definition: &Definition, place: &Place, number: u32) -> SpotView {
    let (kind, key) = match place {
        Place::Stage(stage) => ("stage", stage.to_string()),
        Place::Gate(gate) => ("gate", gate.to_string()),
    };
    let title = title(definition, place).cloned();
    SpotView { kind, key: Some(key), number: Some(number), title }
}

fn title<'d>(definition: &'d Definition, place: &Place) -> Option<&'d Text> {
    match place {
        Place::Stage(stage) => definition.stages.get(stage).map(|stage| &stage.title),
        Place::Gate(gate) => definition.gates.get(gate).map(|gate| &gate.title),
    }
}

fn passage_view(definition: &Definition, passage: &Passage) -> PassageView {
    PassageView {
        place: place_view(definition, &passage.place, passage.number),
        from: passage.entered,
        until: passage.left,
        ended: passage.ended,
        due_at: passage.due,
        in_time: passage.in_time(),
        seconds: passage.seconds(),
        spent: passage.spent.clone(),
    }
}

/// A wait that is open has lasted until now.
fn wait_view(calendar: &Calendar, wait: &Wait, now: DateTime<Utc>) -> WaitView {
    let (kind, key) = match &wait.about {
        About::Deliverable(named) => ("deliverable", named.to_string()),
        About::Market(market) => ("market", market.to_string()),
    };
    let until = wait.until.unwrap_or(now);
    WaitView {
        waits_for: wait.waits_for,
        kind,
        key,
        from: wait.from,
        until: wait.until,
        seconds: u64::try_from((until - wait.from).num_seconds()).unwrap_or_default(),
        business_seconds: business(calendar, wait.from, until),
    }
}

fn figures(definition: &Definition, passed: Passed) -> PlaceFigures {
    let key = match &passed.place {
        Place::Stage(stage) => stage.to_string(),
        Place::Gate(gate) => gate.to_string(),
    };
    let all: u64 = passed.spent.values().sum();
    let of_all = |seconds| Share { seconds, share: share(seconds, all).unwrap_or_default() };
    PlaceFigures {
        title: title(definition, &passed.place)
            .cloned()
            .unwrap_or_else(|| Text { en: key.clone(), ko: None }),
        workflow: passed.workflow,
        key,
        count: passed.count,
        withdrawn: passed.withdrawn,
        seconds: passed.seconds,
        spent: passed.spent.into_iter().map(|(who, seconds)| (who, of_all(seconds))).collect(),
        ended: passed.ended,
        with_due: passed.with_due,
        in_time: passed.in_time,
        in_time_share: share(passed.in_time.into(), passed.with_due.into()),
    }
}

/// A part of a whole, to three digits; none of nothing.
fn share(part: u64, whole: u64) -> Option<f64> {
    let thousandths = u128::from(part) * 1000 + u128::from(whole) / 2;
    let thousandths = thousandths.checked_div(u128::from(whole))?;
    u32::try_from(thousandths).ok().map(|thousandths| f64::from(thousandths) / 1000.0)
}
