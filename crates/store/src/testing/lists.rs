//! Many products in lists, made by the code that makes them for users, and what each list costs.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::StageKey,
    product::{Actor, Event, Product, Recorded, WorkflowRef, evolve},
};
use sqlx::Row as _;

use crate::{
    Health, Holder, ProductFilter, Projection, Result, Sort, SortBy, Standing, Store,
    codec::{encode_state, internal, json},
    db::{Arg, Conn},
    sql::{lists::LISTS, write},
    write::rows,
};

/// Products that are put at once.
const PART: u64 = 1000;
const STAGES: [&str; 5] = ["idea", "market_definition", "feasibility", "development", "launch"];
const MARKETS: [&str; 6] = ["US", "KR", "DE", "JP", "FR", "BR"];
const WORDS: [&str; 8] = ["Pump", "주입", "Valve", "펌프", "Stent", "초음파", "Monitor", "카테터"];

/// Fills an empty database. Like numbers give like products.
pub async fn fill(store: &Store, products: u64) -> Result<()> {
    for first in (0..products).step_by(usize::try_from(PART).map_err(internal)?) {
        let part: Vec<_> = (first..products.min(first + PART)).filter_map(made).collect();
        let (mut rows, mut blob) = (Vec::new(), Vec::new());
        for (product, _) in &part {
            let state = encode_state(product)?;
            let (place, length) = (blob.len() + 1, state.len());
            let changed_at = product.started_at.timestamp_micros();
            let (id, version) = (product.id, product.version);
            rows.push(rows::State { id, version, changed_at, place, length });
            blob.extend(state);
        }
        let rows = json(&rows)?;
        let args = [Arg::Text(&rows), Arg::Bytes(&blob)];
        store.shared.writers.execute(&write::ADD_PRODUCTS, &args).await?;
        let after = store.rebuild_after().await?.unwrap_or_default();
        store.rebuild(&after, &part).await?;
    }
    let mut connection = store.shared.writers.acquire().await?;
    connection.conn().script(&crate::db::Sql { sqlite: "analyze", postgres: "analyze" }).await
}

fn person(n: u64) -> Option<PersonId> {
    format!("psn_{n:032x}").parse().ok()
}

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// The product with this number. Multiplied by odd numbers, so that nothing rises together.
fn made(n: u64) -> Option<(Product, Projection)> {
    let mixed = |by: u64, of: u64| n.wrapping_mul(by) % 1_000_003 % of;
    let pick = |from: &[&'static str], by: u64| -> Option<&'static str> {
        from.get(usize::try_from(mixed(by, from.len() as u64)).ok()?).copied()
    };
    let stage = StageKey::new(pick(&STAGES, 7919)?).ok()?;
    let at = start() + TimeDelta::minutes(i64::try_from(mixed(104_729, 1_000_000)).ok()?);
    let id: ProductId = format!("prd_{n:032x}").parse().ok()?;
    let started = Event::ProductStarted {
        product: id,
        workflow: WorkflowRef {
            key: if n.is_multiple_of(5000) { "npi-express" } else { "npi-medtech" }.parse().ok()?,
            version: 1,
            digest: Digest::of(b"workflow"),
        },
        name: format!("{} {} {n}", pick(&WORDS, 31)?, pick(&WORDS, 17)?),
        portfolio: format!("p{}", mixed(101, 40)).parse().ok()?,
        owner: person(mixed(211, 500))?,
        card: Digest::of(b"card"),
        stage: stage.clone(),
    };
    let markets = (0..=mixed(13, 2)).filter_map(|m| pick(&MARKETS, 29 + m * 8)?.parse().ok());
    let events = [started].into_iter().chain(markets.map(|market| Event::MarketAdded { market }));
    let actor = Actor::System;
    let product = events.fold(None, |it, event| evolve(it, &Recorded { at, actor, event }))?;
    let due_at = (mixed(3, 4) > 0).then(|| at + TimeDelta::days(30));
    let holders = BTreeSet::from([
        (product.owner, "product_manager".parse().ok()?),
        (person(1000 + mixed(97, 3000))?, "finance".parse().ok()?),
    ]);
    let side = if stage.as_str() == "launch" { "downstream" } else { "upstream" }.to_owned();
    let projection =
        Projection { stage, side, due_at, next_tick: due_at, tasks: Vec::new(), holders };
    Some((product, projection))
}

/// What one list took, over several pages.
#[derive(Clone, Debug)]
pub struct Figure {
    pub name: String,
    pub found: usize,
    pub median: Duration,
    /// Of a hundred, the slowest but one; of fewer, the slowest.
    pub slow: Duration,
}

/// Each filter alone and some together, as users ask them.
fn filters() -> Option<Vec<(&'static str, ProductFilter)>> {
    let now = start() + TimeDelta::days(400);
    let none = || ProductFilter { now, ..ProductFilter::default() };
    let stages = || Some(BTreeSet::from(["launch".parse().ok()?]));
    let portfolios = |keys: &[&str]| keys.iter().map(|key| key.parse().ok()).collect();
    let markets = || Some(BTreeSet::from(["KR".parse().ok()?]));
    let finance = Holder { person: person(1007)?, role: Some("finance".parse().ok()?) };
    Some(vec![
        ("nothing", none()),
        ("stage", ProductFilter { stages: stages()?, ..none() }),
        ("portfolio", ProductFilter { portfolios: portfolios(&["p1"]), ..none() }),
        (
            "three portfolios",
            ProductFilter { portfolios: portfolios(&["p1", "p2", "p3"]), ..none() },
        ),
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
        ("overdue", ProductFilter { health: [Health::Overdue].into(), ..none() }),
        ("due soon", ProductFilter { health: [Health::DueSoon].into(), ..none() }),
        ("blocked", ProductFilter { health: [Health::Blocked].into(), ..none() }),
        ("due before", ProductFilter { due_until: Some(now), ..none() }),
        ("name", ProductFilter { name_prefix: Some("pump 주".into()), ..none() }),
        ("words", ProductFilter { words: Some("초음파 pum".into()), ..none() }),
        ("rare word", ProductFilter { words: Some("77".into()), ..none() }),
        ("stage, market", ProductFilter { stages: stages()?, markets: markets()?, ..none() }),
        (
            "portfolio, overdue",
            ProductFilter {
                portfolios: portfolios(&["p1"]),
                health: [Health::Overdue].into(),
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
pub async fn measure(store: &Store, pages: usize) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, filter) in filters().unwrap_or_default() {
        for by in [SortBy::Due, SortBy::Name, SortBy::Started, SortBy::Changed] {
            for descending in [false, true] {
                let (mut times, mut cursor, mut found) = (Vec::new(), None, 0);
                for _ in 0..pages {
                    let begun = Instant::now();
                    let sort = Sort { by, descending };
                    let page = store.products(&filter, sort, cursor.as_deref(), 50).await?;
                    times.push(begun.elapsed());
                    found += page.items.len();
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                times.sort();
                let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100];
                let (minus, by) = (if descending { "-" } else { "" }, json(&by)?);
                let name = format!("{name} by {minus}{}", by.trim_matches('"'));
                figures.push(Figure { name, found, median: at(50), slow: at(99) });
            }
        }
    }
    Ok(figures)
}

/// How the database walks each list when nothing else is asked.
pub async fn plans(store: &Store) -> Result<Vec<(String, String)>> {
    let mut plans = Vec::new();
    let mut connection = store.shared.readers.acquire().await?;
    for (name, up, down) in LISTS {
        for (sql, direction) in [(up, "up"), (down, "down")] {
            let mut values = ["null"; 23];
            let lead = if name.starts_with("Standing") { "'active'" } else { "'launch'" };
            let after = if name.ends_with("Name") { "'m'" } else { "1764000000000000" };
            values[0] = if name.starts_with("Any") { "null" } else { lead };
            values[0] = if name.starts_with("Portfolio") { "'p1'" } else { values[0] };
            (values[1], values[2], values[3], values[11], values[12]) =
                (after, "''", "50", "''", "'\u{10ffff}'");
            (values[16], values[17]) = ("1764000000000000", "1764000000000000");
            (values[18], values[19]) = ("-9223372036854775807", "9223372036854775807");
            let text = match connection.conn() {
                Conn::Sqlite(_) => format!("explain query plan {}", sql.sqlite),
                Conn::Postgres(_) => format!("explain {}", sql.postgres),
            };
            let put = |text: String, (n, value): (usize, &&str)| {
                text.replace(&format!("${}", n + 1), value)
            };
            let text = values.iter().enumerate().rev().fold(text, put);
            let sql = sqlx::AssertSqlSafe(text);
            let lines: Vec<String> = match connection.conn() {
                Conn::Sqlite(conn) => {
                    let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
                    rows.iter().map(|row| row.get("detail")).collect()
                }
                Conn::Postgres(conn) => {
                    let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
                    rows.iter().map(|row| row.get(0)).collect()
                }
            };
            plans.push((format!("{name} {direction}"), lines.join("\n")));
        }
    }
    Ok(plans)
}
