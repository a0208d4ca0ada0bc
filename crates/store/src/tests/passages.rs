//! Passages: kept by whoever follows the log first, found by what was asked, bounded.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    clocks::{Ended, Passage, Waited},
    definition::Place,
};

use super::{Home, both, fake::*, tamper};
use crate::{PassageFilter, PassageRow, PassageStretch};

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
}

fn row(n: u128, portfolio: &str, workflow: &str, place: Place, left: i64) -> PassageRow {
    let due = n.is_multiple_of(2).then(|| at(left + 1));
    let spent = [(Waited::Team, 60), (Waited::Regulator, 3600)].into();
    let (entered, left, ended) = (at(0), Some(at(left)), Some(Ended::ConditionalGo));
    PassageRow {
        product: product(n),
        workflow: workflow.parse().unwrap(),
        portfolio: portfolio.parse().unwrap(),
        passage: Passage { place, number: 2, entered, left, ended, due, spent, ended_by: Some(9) },
    }
}

fn rows() -> Vec<PassageRow> {
    let gate = Place::Gate("launch".parse().unwrap());
    let stage = Place::Stage("launch".parse().unwrap());
    vec![
        row(1, "cardio", "npi", gate.clone(), 10),
        row(2, "cardio", "npi", stage, 20),
        row(3, "ortho", "npi", gate.clone(), 30),
        row(4, "ortho", "express", gate, 40),
    ]
}

async fn what_is_put_is_found_again(home: &Home) {
    let store = home.open().await;
    let stretch = PassageStretch { after: 0, until: 7, products: Vec::new() };
    assert!(store.put_passages(&stretch, &rows()).await.unwrap());
    assert_eq!(store.passage_head().await.unwrap(), 7);
    for row in rows() {
        assert_eq!(store.passages_of(row.product).await.unwrap(), [row]);
    }
    let found = async |filter: PassageFilter| {
        let passages = store.passages(&filter).await.unwrap();
        assert!(passages.complete);
        let mut found: Vec<_> = passages.rows.iter().map(|row| row.product).collect();
        found.sort_unstable();
        found
    };
    let all = PassageFilter::default;
    let portfolios = |keys: &[&str]| {
        let keys: BTreeSet<_> = keys.iter().map(|key| key.parse().unwrap()).collect();
        PassageFilter { portfolios: Some(keys), ..all() }
    };
    let [one, two, three, four] = [1, 2, 3, 4].map(product);
    assert_eq!(found(all()).await, [one, two, three, four]);
    assert_eq!(found(portfolios(&["ortho"])).await, [three, four]);
    assert_eq!(found(portfolios(&["ortho", "cardio"])).await, [one, two, three, four]);
    assert_eq!(found(portfolios(&[])).await, []);
    let npi = PassageFilter { workflow: Some("npi".parse().unwrap()), ..all() };
    assert_eq!(found(npi.clone()).await, [one, two, three]);
    let gate = Place::Gate("launch".parse().unwrap());
    let gate = PassageFilter { places: [gate].into(), ..npi };
    assert_eq!(found(gate.clone()).await, [one, three]);
    let cardio = PassageFilter { portfolios: Some(["cardio".parse().unwrap()].into()), ..gate };
    assert_eq!(found(cardio).await, [one]);
    assert_eq!(found(PassageFilter { from: Some(at(20)), ..all() }).await, [two, three, four]);
    assert_eq!(found(PassageFilter { until: Some(at(20)), ..all() }).await, [one]);
}

async fn one_follower_goes_on_from_where_it_began(home: &Home) {
    let (store, other) = (home.open().await, home.open().await);
    let stretch = PassageStretch { after: 0, until: 7, products: Vec::new() };
    assert!(store.put_passages(&stretch, &rows()[..1]).await.unwrap());
    assert!(!other.put_passages(&stretch, &rows()[1..]).await.unwrap());
    assert_eq!(other.passage_head().await.unwrap(), 7);
    assert_eq!(other.passages(&PassageFilter::default()).await.unwrap().rows, rows()[..1]);
    // Put again, a row is what was put last, and there once.
    let next = PassageStretch { after: 7, until: 8, products: Vec::new() };
    let mut again = rows();
    again[0].passage.spent = [(Waited::Hold, 5)].into();
    assert!(other.put_passages(&next, &again[..1]).await.unwrap());
    assert_eq!(store.passages(&PassageFilter::default()).await.unwrap().rows, again[..1]);
}

async fn the_log_is_followed_to_its_head(home: &Home) {
    let store = home.open().await;
    assert_eq!(store.passage_stretch().await.unwrap(), None);
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    accept(&writer, rename(1, "p1 a")).await;
    let stretch = store.passage_stretch().await.unwrap().unwrap();
    assert_eq!((stretch.after, stretch.products.len()), (0, 0));
    let sql = super::same("update event set kind = 'gate_decided' where version = 1");
    tamper(&store, sql).await;
    let stretch = store.passage_stretch().await.unwrap().unwrap();
    assert_eq!(stretch.products, [product(1)]);
    assert!(store.put_passages(&stretch, &[]).await.unwrap());
    assert_eq!(store.passage_stretch().await.unwrap(), None);
}

async fn too_many_are_said_to_be_too_many(home: &Home) {
    let store = home.open().await;
    let put = "insert into passage select 'prd_' || \
        substr('00000000000000000000000000000000' || n, length('' || n) + 1), 'gate', 'g', n, 'w', 'p', n, n, 9, 'go', \
        1, 0, 0, 0, 0, 0, 0 from ";
    let sqlite = format!(
        "{put} (with recursive s(n) as (select 1 union all select n + 1 from s where n < 20001) \
         select n from s)"
    );
    let postgres = format!("{put} generate_series(1, 20001) as s(n)");
    let sql = crate::db::Sql {
        sqlite: Box::leak(sqlite.into_boxed_str()),
        postgres: Box::leak(postgres.into_boxed_str()),
    };
    tamper(&store, sql).await;
    let found = store.passages(&PassageFilter::default()).await.unwrap();
    assert_eq!((found.rows.len(), found.complete), (10_000, false));
    // The last ones, not the first.
    assert!(found.rows.iter().all(|row| row.passage.number > 1));
}

both! {
    what_is_put_is_found_again
    one_follower_goes_on_from_where_it_began
    the_log_is_followed_to_its_head
    too_many_are_said_to_be_too_many
}
