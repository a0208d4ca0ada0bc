//! What every other list costs: inboxes, entries and their numbers, passages, the log, words, views,
//! and what the clock asks for.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sluicegate_core::{
    definition::Place,
    intake::{EntryKind, grams, sketch},
    key::PortfolioKey,
    search::Question,
};

use super::{
    lists::{Figure, PAGE, counted, timed},
    world::{OWNERS, PORTFOLIOS, person, portfolio, product_id, start},
};
use crate::{
    Addressee, EntryFilter, EventFilter, PassageFilter, ProductFilter, Result, SearchFilter, Sort,
    Store, Stream,
};

fn everywhere() -> BTreeSet<PortfolioKey> {
    (0..PORTFOLIOS).filter_map(portfolio).collect()
}

fn here() -> Option<BTreeSet<PortfolioKey>> {
    Some(BTreeSet::from([portfolio(1)?]))
}

pub(super) async fn all(store: &Store, pages: usize) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    inboxes(store, pages, &mut figures).await?;
    entries(store, pages, &mut figures).await?;
    numbers(store, pages, &mut figures).await?;
    log(store, pages, &mut figures).await?;
    words(store, pages, &mut figures).await?;
    beside(store, pages, &mut figures).await?;
    Ok(figures)
}

async fn inboxes(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let role = |key| {
        let role = "finance".parse().ok()?;
        Some(Addressee::Role { role, portfolio: key })
    };
    let person = |n| person(n).map(Addressee::Person);
    let cases: [(&str, Vec<Addressee>); 4] = [
        ("inbox of a person", person(7).into_iter().collect()),
        ("inbox of an eighth", person(10).into_iter().collect()),
        ("inbox of a role", portfolio(1).and_then(role).into_iter().collect()),
        (
            "inbox of a role everywhere",
            everywhere().into_iter().filter_map(role).chain(person(7)).collect(),
        ),
    ];
    for (name, addressees) in cases {
        let page = async |cursor: Option<String>| {
            Ok(counted(store.inbox(&addressees, &[], cursor.as_deref(), PAGE).await?))
        };
        figures.push(timed(store, name, pages, page).await?);
    }
    Ok(())
}

async fn entries(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let market = || "KR".parse().ok();
    let feedback = || EntryFilter::of(EntryKind::Feedback);
    let of = |kind| EntryFilter { portfolios: Some(everywhere()), ..EntryFilter::of(kind) };
    let all = || of(EntryKind::Feedback);
    let one = || EntryFilter { portfolios: here(), ..feedback() };
    let open = || Some("open".to_owned());
    let idea = EntryFilter { moderated: everywhere(), ..of(EntryKind::Idea) };
    let cases = [
        ("feedback of a portfolio", one()),
        ("feedback everywhere", all()),
        ("open feedback", EntryFilter { status: open(), ..one() }),
        ("open feedback everywhere", EntryFilter { status: open(), ..all() }),
        ("old feedback", EntryFilter { until: Some(start() + TimeDelta::days(9)), ..one() }),
        ("feedback of a market", EntryFilter { market: market(), ..one() }),
        ("of a market, everywhere", EntryFilter { market: market(), ..all() }),
        ("complaints", EntryFilter { topic: Some("complaint".to_owned()), ..one() }),
        (
            "open complaints of a market",
            EntryFilter {
                topic: Some("complaint".to_owned()),
                market: market(),
                status: open(),
                ..one()
            },
        ),
        ("possible incidents", EntryFilter { flagged: true, ..one() }),
        ("possible incidents, all", EntryFilter { flagged: true, ..all() }),
        ("feedback on a product", EntryFilter { product: product_id(7), ..feedback() }),
        ("feedback sent", EntryFilter { sender: person(2007), ..feedback() }),
        ("feedback to triage", EntryFilter { owner: person(7), ..feedback() }),
        ("an eighth, open", EntryFilter { owner: person(10), status: open(), ..feedback() }),
        ("an eighth, none such", {
            let status = Some("none".to_owned());
            EntryFilter { owner: person(10), status, ..feedback() }
        }),
        ("ideas everywhere", idea.clone()),
        ("open ideas", EntryFilter { status: open(), ..idea.clone() }),
        ("received ideas", EntryFilter { status: Some("received".to_owned()), ..idea }),
        ("field days", of(EntryKind::FieldDay)),
        ("field days of a market", EntryFilter { market: market(), ..of(EntryKind::FieldDay) }),
        ("intake links", of(EntryKind::Link)),
    ];
    for (name, filter) in cases {
        let page = async |cursor: Option<String>| {
            Ok(counted(store.entries(&filter, cursor.as_deref(), PAGE).await?))
        };
        figures.push(timed(store, name, pages, page).await?);
    }
    Ok(())
}

/// Figures over many: each is asked several times.
async fn numbers(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let now = start() + TimeDelta::days(400);
    let again = |found: usize| Ok((found, Some(String::new())));
    let times = pages.min(5);
    let product = product_id(7).unwrap_or_else(|| unreachable!("an id"));
    let figure = timed(store, "numbers of a product's feedback", times, async |_| {
        again(store.feedback_of_product(product, now).await?.counts.len())
    });
    figures.push(figure.await?);
    for (name, places) in [("a portfolio", here()), ("everything", Some(everywhere()))] {
        let places = places.unwrap_or_default();
        let figure = timed(store, format!("numbers of feedback, {name}"), times, async |_| {
            again(store.feedback_of_portfolios(&places, now).await?.counts.len())
        });
        figures.push(figure.await?);
    }
    let eight: BTreeSet<_> = (0..8).filter_map(portfolio).collect();
    let gate = || "idea_screen".parse().map(Place::Gate).ok();
    let none = PassageFilter::default;
    let cases = [
        ("percentiles of everything", none()),
        ("percentiles of a portfolio", PassageFilter { portfolios: here(), ..none() }),
        ("percentiles of eight portfolios", PassageFilter { portfolios: Some(eight), ..none() }),
        ("percentiles of a gate", PassageFilter { places: gate().into_iter().collect(), ..none() }),
        (
            "percentiles of a workflow",
            PassageFilter { workflow: "npi-express".parse().ok(), ..none() },
        ),
        ("percentiles of a month", {
            let from = start() + TimeDelta::days(100);
            PassageFilter { from: Some(from), until: Some(from + TimeDelta::days(30)), ..none() }
        }),
    ];
    for (name, filter) in cases {
        let figure =
            timed(store, name, times, async |_| again(store.passages(&filter).await?.rows.len()));
        figures.push(figure.await?);
    }
    let figure = timed(store, "passages of a product", pages, async |_| {
        again(store.passages_of(product).await?.len())
    });
    figures.push(figure.await?);
    Ok(())
}

async fn log(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let stream = product_id(7).map(Stream::Product);
    let kind = |kind: &str| EventFilter { kind: Some(kind.to_owned()), stream: None };
    let cases = [
        ("events", EventFilter::default()),
        ("events of a kind", kind("product_started")),
        ("events of a rare kind", kind("incident_flagged")),
        ("events of no such kind", kind("none")),
        ("events of a product", EventFilter { kind: None, stream }),
    ];
    for (name, filter) in cases {
        let page = async |after: Option<String>| {
            let after = after.and_then(|after| after.parse().ok()).unwrap_or(0);
            let feed = store.events(after, &filter, PAGE).await?;
            let next = (feed.next > after).then(|| feed.next.to_string());
            Ok((feed.events.len(), next))
        };
        figures.push(timed(store, name, pages, page).await?);
    }
    let mut n = 0;
    let figure = timed(store, "history of a product", pages, async |_| {
        n += 7919;
        let id = product_id(n % 2000).unwrap_or_else(|| unreachable!("an id"));
        Ok((store.history(id, 0, 100).await?.len(), Some(String::new())))
    });
    figures.push(figure.await?);
    Ok(())
}

async fn words(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let none = SearchFilter::default;
    let home = || SearchFilter { portfolios: here(), ..none() };
    let cases = [
        ("search: corridor", "corridor", none()),
        ("search: pump alarm", "pump alarm", none()),
        ("search: p", "p", none()),
        ("search: 경보음", "경보음", none()),
        ("search: 카테터 포장", "카테터 포장", none()),
        ("search: 펌", "펌", none()),
        ("search: corridor ventil", "corridor ventil", none()),
        ("search: 경보음, portfolio", "경보음", home()),
        ("search: a number", "4711", none()),
        ("search: nothing", "xyzzy", none()),
        ("search: 경보음, product", "경보음", SearchFilter { product: product_id(7), ..none() }),
    ];
    for (name, asked, filter) in cases {
        let Some(question) = Question::read(asked) else { continue };
        let page = async |below: Option<String>| {
            let below = below.and_then(|below| below.parse().ok());
            let found = store.search(&question, &filter, below, PAGE as usize).await?;
            Ok((found.hits.len(), found.below.map(|below| below.to_string())))
        };
        figures.push(timed(store, name, pages, page).await?);
    }
    Ok(())
}

async fn beside(store: &Store, pages: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let again = |found: usize| Ok((found, Some(String::new())));
    let now = start() + TimeDelta::days(200);
    let (me, home) = (person(7), portfolio(1));
    if let (Some(me), Some(home)) = (me, home) {
        let own =
            timed(store, "own views", pages, async |_| again(store.views_of(me).await?.len()));
        figures.push(own.await?);
        let shared = async |_| again(store.views_shared(&home).await?.len());
        figures.push(timed(store, "shared views", pages, shared).await?);
        let pieces = sketch(&grams("펌프 경보음이 작음"));
        let like = async |_| again(store.sharers(&home, &pieces, 20).await?.len());
        figures.push(timed(store, "similar texts", pages, like).await?);
    }
    let due = async |_| again(store.due_products(now, 100).await?.len());
    figures.push(timed(store, "products for the clock", pages, due).await?);
    let due = async |_| again(store.due_entries(now, 100).await?.len());
    figures.push(timed(store, "entries for the clock", pages, due).await?);
    // Measures, signals and segments: a page of products, their states, and what these name.
    let filter = ProductFilter { now, owners: person(OWNERS / 2).into_iter().collect(), ..none() };
    let page = async |cursor: Option<String>| {
        let page = store.products(&filter, Sort::default(), cursor.as_deref(), 100).await?;
        let mut digests = Vec::new();
        for line in &page.items {
            digests.extend(store.product(line.id).await?.map(|product| product.card));
        }
        let contents = store.contents(&digests).await?;
        let found = digests.iter().filter(|digest| contents.get(digest).is_some()).count();
        Ok((found, page.next))
    };
    figures.push(timed(store, "100 products with contents", pages, page).await?);
    Ok(())
}

fn none() -> ProductFilter {
    ProductFilter::default()
}
