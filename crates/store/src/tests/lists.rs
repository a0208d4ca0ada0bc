//! Lists and inboxes.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    id::ProductId,
    product::{Actor, Product},
    text,
};

use super::{Home, both, fake::*, same, tamper};
use crate::{
    Addressee, Health, Holder, Job, Listed, ProductFilter, Projection, Rules as _, Sort, SortBy,
    Standing, Store, StoreError, Target, Writer, cursor_after, read::Bounds,
};

/// 30 products: names p0.., due dates with ties and without, two portfolios, three owners; and what
/// only other rules would make, put into their lines behind the store's back.
async fn fill(store: &Store, writer: &Writer<Fake>) {
    for n in 0..30_u128 {
        let due = if n % 3 == 0 { String::new() } else { format!(" due:{}", n / 4) };
        let stage = if n % 5 == 0 { " stage:launch" } else { "" };
        let market = if n % 4 == 1 { " market:KR market:US" } else { " market:DE" };
        // Upper and lower case, to see that order does not care; Hangul in pieces.
        let pump = if n % 6 == 0 { " \u{1111}\u{1165}\u{11b7}\u{1111}\u{1173}" } else { " Valve" };
        let finance = n % 2 + 4;
        let p = if n % 2 == 0 { 'p' } else { 'P' };
        let name = format!("{p}{n:02}{due}{stage}{market}{pump} finance:{finance}");
        let portfolio = if n % 4 == 0 { "beta" } else { "alpha" };
        let owner = person(n % 3);
        let command = Command::Start { name, portfolio, owner };
        let target = Target::NewProduct(product(n));
        accept(writer, Job::new(Actor::Person(owner), target, command)).await;
    }
    let overlay = "\
        update listing set standing = 'held' where product like '%3'; \
        update listing set standing = 'closed', outcome = 'killed' where product like '%4'; \
        update listing set standing = 'closed', outcome = 'sold' where product like '%6'; \
        update listing set gate = 'g1' where product like '%7'; \
        update listing set workflow_version = 2 where product like '%8'; \
        update listing set condition_due_at = 2000000 where product like '%9'";
    tamper(store, same(overlay)).await;
}

/// All pages of a list, one after the other; read as many, as few, and by short stretches.
async fn all(store: &Store, filter: &ProductFilter, sort: Sort, limit: u32) -> Vec<Listed> {
    let pages = async |few: usize, first: i64, looked_at: i64| {
        let bounds = Bounds { few, first, looked_at };
        let (mut lines, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.list(filter, sort, cursor.as_deref(), limit, bounds).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            // A page can be gone on from behind any of its lines, as from its end.
            if let (Some(last), Some(next)) = (page.items.last(), &page.next)
                && page.items.len() == limit as usize
            {
                assert_eq!(cursor_after(last, sort).unwrap(), *next, "{sort:?}");
            }
            lines.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return lines;
            }
        }
    };
    let (walked, gathered) = (pages(0, 500, 10_000).await, pages(1000, 500, 10_000).await);
    assert_eq!(walked, gathered, "{filter:?} {sort:?}");
    for (first, looked_at) in [(1, 1), (1, 6), (2, 10_000), (4, 9)] {
        let stretched = pages(0, first, looked_at).await;
        assert_eq!(walked, stretched, "{first} {looked_at} {filter:?} {sort:?}");
    }
    walked
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn filters() -> Vec<ProductFilter> {
    let portfolios = |keys: &[&str]| -> Option<BTreeSet<_>> {
        Some(keys.iter().map(|key| key.parse().unwrap()).collect())
    };
    let none = || ProductFilter { now: at(3), ..ProductFilter::default() };
    let launch = || BTreeSet::from(["launch".parse().unwrap()]);
    let holder = |n, role: Option<&str>| Holder {
        person: person(n),
        role: role.map(|role| role.parse().unwrap()),
    };
    let mut filters = vec![
        none(),
        ProductFilter { portfolios: portfolios(&["alpha"]), ..none() },
        ProductFilter { portfolios: portfolios(&["alpha", "beta"]), ..none() },
        ProductFilter { portfolios: portfolios(&[]), ..none() },
        ProductFilter { portfolios: portfolios(&["beta"]), stages: launch(), ..none() },
        ProductFilter { stages: launch(), owners: [person(1)].into(), ..none() },
        ProductFilter {
            stages: ["launch".parse().unwrap(), "idea".parse().unwrap()].into(),
            ..none()
        },
        ProductFilter { owners: [person(2), person(0)].into(), ..none() },
        ProductFilter { name_prefix: Some("p1".into()), ..none() },
        ProductFilter { gates: ["g1".parse().unwrap()].into(), ..none() },
        ProductFilter { sides: ["upstream".into(), "outside".into()].into(), ..none() },
        ProductFilter { workflows: ["toy".parse().unwrap()].into(), ..none() },
        ProductFilter { workflow_versions: [2, 7].into(), ..none() },
        ProductFilter { markets: ["KR".parse().unwrap()].into(), ..none() },
        ProductFilter {
            markets: ["DE".parse().unwrap(), "US".parse().unwrap()].into(),
            stages: launch(),
            ..none()
        },
        ProductFilter { holders: [holder(4, Some("finance"))].into(), ..none() },
        ProductFilter { holders: [holder(1, None), holder(5, None)].into(), ..none() },
        ProductFilter { holders: [holder(1, Some("finance"))].into(), ..none() },
        ProductFilter { outcomes: ["killed".into()].into(), ..none() },
        ProductFilter { words: Some("펌프".into()), ..none() },
        ProductFilter { words: Some("P2 val".into()), ..none() },
        ProductFilter { words: Some(" -- ".into()), ..none() },
        ProductFilter { due_from: Some(at(2)), due_until: Some(at(5)), ..none() },
        ProductFilter { due_until: Some(at(2)), stages: launch(), ..none() },
    ];
    filters.extend(Standing::ALL.map(|it| ProductFilter { standings: [it].into(), ..none() }));
    filters.extend(Health::ALL.map(|it| ProductFilter { health: [it].into(), ..none() }));
    let urgent = [Health::Blocked, Health::Overdue].into();
    filters.push(ProductFilter { health: urgent, owners: [person(1)].into(), ..none() });
    filters
}

async fn every_list_is_the_sorted_and_sifted_whole(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    fill(&store, &writer).await;
    let whole = all(&store, &ProductFilter::default(), Sort::default(), 100).await;
    assert_eq!(whole.len(), 30);
    let (mut empty, mut full) = (0, 0);
    for filter in filters() {
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
                empty += usize::from(found.is_empty());
                full += usize::from(found.len() == 30);
            }
        }
    }
    // Most filters let something through and keep something back.
    assert!(empty <= 5 * 8 && full <= 6 * 8, "{empty} {full}");
}

fn fits(filter: &ProductFilter, line: &Listed) -> bool {
    fn any<T: Ord>(wanted: &BTreeSet<T>, found: &T) -> bool {
        wanted.is_empty() || wanted.contains(found)
    }
    let tags = |tag| tagged(&line.name, tag).map(str::to_owned).collect::<Vec<_>>();
    let markets = tags("market:");
    let holds = |holder: &Holder| {
        let role = holder.role.as_ref().map(ToString::to_string);
        let owner = holder.person == line.owner && role.as_deref().is_none_or(|it| it == "owner");
        let finance = tags("finance:").iter().any(|n| person(n.parse().unwrap()) == holder.person);
        owner || (finance && role.as_deref().is_none_or(|it| it == "finance"))
    };
    let due = line.due_at;
    let words = text::words(filter.words.as_deref().unwrap_or_default());
    let name = text::words(&line.name);
    filter.portfolios.as_ref().is_none_or(|keys| keys.contains(&line.portfolio))
        && any(&filter.stages, &line.stage)
        && any(&filter.owners, &line.owner)
        && any(&filter.standings, &line.standing)
        && any(&filter.sides, &line.side)
        && any(&filter.workflows, &line.workflow)
        && any(&filter.workflow_versions, &line.workflow_version)
        && any(&filter.health, &Health::of(line, filter.now))
        && (filter.gates.is_empty() || line.gate.as_ref().is_some_and(|it| any(&filter.gates, it)))
        && (filter.outcomes.is_empty()
            || line.outcome.as_ref().is_some_and(|it| any(&filter.outcomes, it)))
        && (filter.markets.is_empty()
            || filter.markets.iter().any(|it| markets.contains(&it.to_string())))
        && (filter.holders.is_empty() || filter.holders.iter().any(holds))
        && words.iter().all(|word| name.iter().any(|it| it.starts_with(word)))
        && filter.due_from.is_none_or(|from| due.is_none_or(|due| due >= from))
        && filter.due_until.is_none_or(|until| due.is_some_and(|due| due < until))
        && line.name.to_lowercase().starts_with(filter.name_prefix.as_deref().unwrap_or_default())
}

fn place(line: &Listed, by: SortBy) -> (String, String) {
    let at = |at: DateTime<Utc>| format!("{:020}", at.timestamp_micros());
    let value = match by {
        SortBy::Due => line.due_at.map_or("9".repeat(20), at),
        SortBy::Name => text::sort_key(&line.name),
        SortBy::Changed => at(line.changed_at),
        SortBy::Started => at(line.started_at),
    };
    (value, line.id.to_string())
}

/// Names and roles change, a database of the first days has no facets: what is found follows.
async fn facets_follow_the_product(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, " finance:4 market:KR", 1)).await;
    let found = async |words: &str| {
        let words = Some(words.to_owned());
        let filter = ProductFilter { words, ..ProductFilter::default() };
        let count = all(&store, &filter, Sort::default(), 10).await.len();
        count == 1
    };
    assert!(found("finance").await && !found("pump").await);
    accept(&writer, rename(1, "p1 pump finance:5")).await;
    assert!(found("pum").await && !found("kr").await);
    // A node that has never seen the product takes away what another one added.
    let other = super::fake::writer(&home.open().await);
    accept(&other, rename(1, "p1 valve")).await;
    assert!(found("valve").await && !found("pump").await);
    let rows = store.product_rows(product(1)).await.unwrap().unwrap();
    let facets: Vec<_> = rows.facets.iter().map(|it| format!("{} {}", it.kind, it.value)).collect();
    let owner = format!("holder {} owner", person(1));
    assert_eq!(facets, [owner.as_str(), "market KR", "word p1", "word valve"]);
    assert_eq!(rows.words, " p1 valve");
}

async fn lists_are_made_anew_from_where_it_stopped(home: &Home) {
    let store = home.open().await;
    let rules = Arc::new(Fake::default());
    let writer = store.writer(rules.clone(), clock());
    for n in 1..=3 {
        accept(&writer, start(n, " valve market:KR", 1)).await;
    }
    let whole = store.product_rows(product(2)).await.unwrap();
    // As the migration finds it.
    let old = "delete from facet; update listing set words = '', name_key = name; \
        insert into facet values ('word', 'stale', 'prd_00000000000000000000000000000002'); \
        insert into task (product, key, addressee, kind, due_at, since) \
        values ('prd_00000000000000000000000000000002', 'stale', 'finance@main', 'stale', 1, 1)";
    tamper(&store, same(old)).await;
    assert_ne!(store.product_rows(product(2)).await.unwrap(), whole);
    // Another process: the writer above keeps its connections.
    let store = home.open().await;
    let part = async |after: Option<ProductId>| -> Vec<(Product, Projection)> {
        let states = store.states(after, 2).await.unwrap();
        let project = |state: Product| {
            let projection = rules.project(&state);
            (state, projection)
        };
        states.into_iter().map(project).collect()
    };
    assert_eq!(store.rebuild_after().await.unwrap().as_deref(), Some(""));
    let first = part(None).await;
    // One of them changes meanwhile: whoever changes it makes its lines.
    let fresh = super::fake::writer(&home.open().await);
    accept(&fresh, rename(1, "p1 pump")).await;
    assert!(store.rebuild("", &first).await.unwrap());
    assert!(!store.rebuild("", &first).await.unwrap(), "another process was faster");
    assert_eq!(store.product_rows(product(2)).await.unwrap(), whole);
    let after = store.rebuild_after().await.unwrap().unwrap();
    assert_eq!(after, product(2).to_string());
    assert!(store.rebuild(&after, &part(Some(product(2))).await).await.unwrap());
    let last = store.rebuild_after().await.unwrap().unwrap();
    assert!(store.rebuild(&last, &[]).await.unwrap());
    assert_eq!(store.rebuild_after().await.unwrap(), None);
    for (n, words) in [(1, " p1 pump"), (2, " p2 valve market kr"), (3, " p3 valve market kr")] {
        let rows = store.product_rows(product(n)).await.unwrap().unwrap();
        assert_eq!(rows.words, words);
        assert_eq!(
            rows.facets.iter().filter(|it| it.kind == "word").count(),
            words.matches(' ').count()
        );
    }
}

async fn pages_hold_still_while_others_are_added(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    fill(&store, &writer).await;
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
            let page = store.inbox(addressees, &[], cursor.as_deref(), 2).await.unwrap();
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
    facets_follow_the_product
    lists_are_made_anew_from_where_it_stopped
    pages_hold_still_while_others_are_added
    inboxes_follow_the_tasks
}
