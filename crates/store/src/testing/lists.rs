//! What each list of products costs, by every filter and in every order.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::key::StageKey;

use super::{
    work::Workers,
    world::{PORTFOLIOS, person, start},
};
use crate::{
    Health, Holder, ProductFilter, Result, Sort, SortBy, Standing, Store, codec::json, read::Page,
};

/// What one list took, over several pages.
#[derive(Clone, Debug)]
pub struct Figure {
    pub name: String,
    pub pages: usize,
    pub found: usize,
    pub median: Duration,
    /// Of a hundred, the slowest but one; of fewer, the slowest.
    pub slow: Duration,
    /// What a page took of a processor, on average.
    pub work: Duration,
}

pub(super) const PAGE: u32 = 50;

fn now() -> DateTime<Utc> {
    start() + TimeDelta::days(400)
}

/// Each filter alone, as users ask them.
fn alone() -> Option<Vec<(&'static str, ProductFilter)>> {
    let now = now();
    let none = || ProductFilter { now, ..ProductFilter::default() };
    let stages = || Some(BTreeSet::from(["launch".parse().ok()?]));
    let portfolios = |keys: &[&str]| keys.iter().map(|key| key.parse().ok()).collect();
    let markets = || Some(BTreeSet::from(["KR".parse().ok()?]));
    let all: BTreeSet<_> = (0..PORTFOLIOS).filter_map(super::world::portfolio).collect();
    let finance = Holder { person: person(1007)?, role: Some("finance".parse().ok()?) };
    Some(vec![
        ("nothing", none()),
        ("stage", ProductFilter { stages: stages()?, ..none() }),
        ("portfolio", ProductFilter { portfolios: portfolios(&["p1"]), ..none() }),
        (
            "three portfolios",
            ProductFilter { portfolios: portfolios(&["p1", "p2", "p3"]), ..none() },
        ),
        ("all portfolios", ProductFilter { portfolios: Some(all), ..none() }),
        ("frequent owner", ProductFilter { owners: [person(10)?].into(), ..none() }),
        ("owner", ProductFilter { owners: [person(7)?].into(), ..none() }),
        ("holder", ProductFilter { holders: [finance].into(), ..none() }),
        ("market", ProductFilter { markets: markets()?, ..none() }),
        ("side", ProductFilter { sides: ["downstream".into()].into(), ..none() }),
        ("standing", ProductFilter { standings: [Standing::Active].into(), ..none() }),
        ("rare standing", ProductFilter { standings: [Standing::Held].into(), ..none() }),
        ("outcome", ProductFilter { outcomes: ["killed".into()].into(), ..none() }),
        ("gate", ProductFilter { gates: ["launch".parse().ok()?].into(), ..none() }),
        ("workflow", ProductFilter { workflows: ["npi-medtech".parse().ok()?].into(), ..none() }),
        (
            "rare workflow",
            ProductFilter { workflows: ["npi-express".parse().ok()?].into(), ..none() },
        ),
        ("version", ProductFilter { workflow_versions: [1].into(), ..none() }),
        (
            "in flight",
            ProductFilter {
                workflows: ["npi-medtech".parse().ok()?].into(),
                workflow_versions: [1].into(),
                standings: [Standing::Active, Standing::Held].into(),
                ..none()
            },
        ),
        ("overdue", ProductFilter { health: [Health::Overdue].into(), ..none() }),
        ("due soon", ProductFilter { health: [Health::DueSoon].into(), ..none() }),
        ("blocked", ProductFilter { health: [Health::Blocked].into(), ..none() }),
        ("due before", ProductFilter { due_until: Some(now), ..none() }),
        ("name", ProductFilter { name_prefix: Some("pump 주".into()), ..none() }),
        ("words", ProductFilter { words: Some("초음파 pum".into()), ..none() }),
        ("rare word", ProductFilter { words: Some("77".into()), ..none() }),
    ])
}

/// Some filters together.
fn together() -> Option<Vec<(&'static str, ProductFilter)>> {
    let none = || ProductFilter { now: now(), ..ProductFilter::default() };
    let stages = || Some(BTreeSet::from(["launch".parse().ok()?]));
    let markets = || Some(BTreeSet::from(["KR".parse().ok()?]));
    Some(vec![
        ("stage, market", ProductFilter { stages: stages()?, markets: markets()?, ..none() }),
        (
            "portfolio, overdue",
            ProductFilter {
                portfolios: Some(["p1".parse().ok()?].into()),
                health: [Health::Overdue].into(),
                ..none()
            },
        ),
        // Of each there are a hundred thousand and more, and of both none.
        (
            "stage, owner: never",
            ProductFilter { stages: stages()?, owners: [person(11)?].into(), ..none() },
        ),
        (
            "stage, owner",
            ProductFilter { stages: stages()?, owners: [person(12)?].into(), ..none() },
        ),
        (
            "side, stage: never",
            ProductFilter {
                sides: ["downstream".into()].into(),
                stages: [StageKey::new("feasibility").ok()?].into(),
                ..none()
            },
        ),
        (
            "active, words",
            ProductFilter {
                standings: [Standing::Active].into(),
                words: Some("stent".into()),
                ..none()
            },
        ),
    ])
}

/// Reads so many pages of 50 of each list, each from where the one before ended.
pub(super) async fn products(store: &Store, pages: usize) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let filters = alone().into_iter().chain(together());
    for (name, filter) in filters.flatten() {
        for by in [SortBy::Due, SortBy::Name, SortBy::Started, SortBy::Changed] {
            for descending in [false, true] {
                let (minus, field) = (if descending { "-" } else { "" }, json(&by)?);
                let name = format!("{name} by {minus}{}", field.trim_matches('"'));
                let sort = Sort { by, descending };
                let page = async |cursor: Option<String>| {
                    let page = store.products(&filter, sort, cursor.as_deref(), PAGE).await?;
                    Ok(counted(page))
                };
                figures.push(timed(store, name, pages, page).await?);
            }
        }
    }
    Ok(figures)
}

/// How many lines a page has, and where the next one starts.
pub(super) fn counted<T>(page: Page<T>) -> (usize, Option<String>) {
    (page.items.len(), page.next)
}

/// Reads a list page by page, each from where the one before ended.
pub(super) async fn timed(
    store: &Store,
    name: impl Into<String>,
    pages: usize,
    mut page: impl AsyncFnMut(Option<String>) -> Result<(usize, Option<String>)>,
) -> Result<Figure> {
    let (mut times, mut cursor, mut found) = (Vec::new(), None, 0);
    let workers = Workers::of(store).await?;
    let before = workers.worked();
    for _ in 0..pages {
        let begun = Instant::now();
        let (lines, next) = page(cursor.take()).await?;
        times.push(begun.elapsed());
        found += lines;
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    let work = workers.worked().saturating_sub(before);
    let work = work / u32::try_from(times.len().max(1)).unwrap_or(u32::MAX);
    times.sort();
    let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100];
    let (pages, median, slow) = (times.len(), at(50), at(99));
    Ok(Figure { name: name.into(), pages, found, median, slow, work })
}
