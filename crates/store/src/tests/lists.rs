//! Lists and inboxes.

use std::collections::BTreeSet;

use sluicegate_core::product::Actor;

use super::{Home, both, fake::*};
use crate::{
    Addressee, Job, Listed, ProductFilter, Sort, SortBy, Standing, Store, StoreError, Target,
    Writer,
};

/// 30 products: names p0.., due dates with ties and without, two portfolios, three owners.
async fn fill(writer: &Writer<Fake>) {
    for n in 0..30_u128 {
        let due = if n % 3 == 0 { String::new() } else { format!(" due:{}", n / 4) };
        let stage = if n % 5 == 0 { " stage:launch" } else { "" };
        // Upper and lower case, to see that order does not care.
        let name = format!("{}{n:02}{due}{stage}", if n % 2 == 0 { 'p' } else { 'P' });
        let portfolio = if n % 4 == 0 { "beta" } else { "alpha" };
        let owner = person(n % 3);
        let command = Command::Start { name, portfolio, owner };
        let target = Target::NewProduct(product(n));
        accept(writer, Job::new(Actor::Person(owner), target, command)).await;
    }
}

/// All pages of a list, one after the other.
async fn all(store: &Store, filter: &ProductFilter, sort: Sort, limit: u32) -> Vec<Listed> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.products(filter, sort, cursor.as_deref(), limit).await.unwrap();
        lines.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return lines;
        }
    }
}

async fn every_list_is_the_sorted_and_sifted_whole(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    fill(&writer).await;
    let whole = all(&store, &ProductFilter::default(), Sort::default(), 100).await;
    assert_eq!(whole.len(), 30);
    let set = |keys: &[&str]| -> Option<BTreeSet<_>> {
        Some(keys.iter().map(|key| key.parse().unwrap()).collect())
    };
    let none = ProductFilter::default;
    let launch = Some("launch".parse().unwrap());
    let filters = [
        none(),
        ProductFilter { portfolios: set(&["alpha"]), ..none() },
        ProductFilter { portfolios: set(&["alpha", "beta"]), ..none() },
        ProductFilter { portfolios: set(&[]), ..none() },
        ProductFilter { portfolios: set(&["beta"]), stage: launch.clone(), ..none() },
        ProductFilter { stage: launch, owner: Some(person(1)), ..none() },
        ProductFilter { owner: Some(person(2)), ..none() },
        ProductFilter { name_prefix: Some("p1".into()), ..none() },
        ProductFilter { standing: Some(Standing::Held), ..none() },
        ProductFilter { side: Some("upstream".into()), gate: "g".parse().ok(), ..none() },
        ProductFilter { workflow: "toy".parse().ok(), ..none() },
    ];
    for filter in filters {
        for by in [SortBy::Due, SortBy::Name, SortBy::Changed, SortBy::Started] {
            for descending in [false, true] {
                let mut wanted = whole.clone();
                wanted.retain(|line| fits(&filter, line));
                wanted.sort_by_key(|line| place(line, by));
                if descending {
                    wanted.reverse();
                }
                let found = all(&store, &filter, Sort { by, descending }, 7).await;
                assert_eq!(found, wanted, "{filter:?} {by:?} {descending}");
            }
        }
    }
}

fn fits(filter: &ProductFilter, line: &Listed) -> bool {
    let prefix = filter.name_prefix.as_deref().unwrap_or_default();
    filter.portfolios.as_ref().is_none_or(|keys| keys.contains(&line.portfolio))
        && filter.stage.as_ref().is_none_or(|stage| *stage == line.stage)
        && filter.owner.is_none_or(|owner| owner == line.owner)
        && filter.standing.is_none_or(|standing| standing == line.standing)
        && filter.gate.is_none()
        && line.name.to_lowercase().starts_with(prefix)
}

fn place(line: &Listed, by: SortBy) -> (String, String) {
    let at = |at: chrono::DateTime<chrono::Utc>| format!("{:020}", at.timestamp_micros());
    let value = match by {
        SortBy::Due => line.due_at.map_or("9".repeat(20), at),
        SortBy::Name => line.name.to_lowercase(),
        SortBy::Changed => at(line.changed_at),
        SortBy::Started => at(line.started_at),
    };
    (value, line.id.to_string())
}

async fn pages_hold_still_while_others_are_added(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    fill(&writer).await;
    let by_name = Sort { by: SortBy::Name, descending: false };
    let before = all(&store, &ProductFilter::default(), by_name, 100).await;
    let (mut seen, mut cursor, mut n) = (Vec::new(), None, 100);
    loop {
        let page =
            store.products(&ProductFilter::default(), by_name, cursor.as_deref(), 4).await.unwrap();
        seen.extend(page.items);
        cursor = page.next;
        // Some land before the cursor, some behind it.
        accept(&writer, start(n, "", 1)).await;
        n += 1;
        if cursor.is_none() {
            break;
        }
    }
    let old: Vec<_> = seen.iter().filter(|line| before.contains(line)).cloned().collect();
    assert_eq!(old, before);
    let other = store.products(&ProductFilter::default(), Sort::default(), Some("00zz"), 4).await;
    assert!(matches!(other, Err(StoreError::BadCursor)));
}

async fn inboxes_follow_the_tasks(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, " due:5 read", 1)).await;
    accept(&writer, start(2, " due:3", 1)).await;
    accept(&writer, start(3, "", 2)).await;
    let me = [Addressee::Person(person(1))];
    let keys = async |addressees: &[Addressee]| {
        let (mut keys, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.inbox(addressees, cursor.as_deref(), 2).await.unwrap();
            keys.extend(page.items.into_iter().map(|entry| entry.task.key));
            cursor = page.next;
            if cursor.is_none() {
                return keys;
            }
        }
    };
    assert_eq!(keys(&me).await, ["due:3", "p2", "due:5", "p1", "read"]);
    accept(&writer, rename(1, "p1 write")).await;
    assert_eq!(keys(&me).await, ["due:3", "p2", "p1", "write"]);
    // A node that has never seen the product takes away what another one added.
    let other = super::fake::writer(&home.open().await);
    accept(&other, rename(1, "p1")).await;
    assert_eq!(keys(&me).await, ["due:3", "p2", "p1"]);
    let both = [me[0].clone(), Addressee::Person(person(2))];
    assert_eq!(keys(&both).await, ["due:3", "p2", "p1", "p3"]);
    let due = store.due_products(chrono::DateTime::from_timestamp(4, 0).unwrap(), 10).await;
    assert_eq!(due.unwrap(), [product(2)]);
}

both! {
    every_list_is_the_sorted_and_sifted_whole
    pages_hold_still_while_others_are_added
    inboxes_follow_the_tasks
}
