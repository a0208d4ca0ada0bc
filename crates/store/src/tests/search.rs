//! The index of words.

use std::{collections::BTreeSet, time::Duration};

use sluicegate_core::{
    digest::Digest,
    search::{Question, words},
};

use super::{Home, both, fake::*};
use crate::{IndexedText, Matter, SearchFilter, Store, Stream, db::Arg};

fn document(n: u128, part: &str, text: &str) -> IndexedText {
    let matter = if part.is_empty() { Matter::Product } else { Matter::Deliverable };
    let (mark, words) = (Digest::of(text.as_bytes()), words(text));
    IndexedText { matter, subject: Stream::Product(product(n)), part: part.to_owned(), mark, words }
}

/// Products must be listed to be found.
async fn listed(store: &Store, count: u128) {
    let writer = writer(store);
    for n in 0..count {
        let portfolio = if n % 2 == 0 { "alpha" } else { "beta" };
        let owner = person(1);
        let command = Command::Start { name: format!("p{n}"), portfolio, owner };
        let target = crate::Target::NewProduct(product(n));
        let actor = sluicegate_core::product::Actor::Person(owner);
        accept(&writer, crate::Job::new(actor, target, command)).await;
    }
}

/// All that is found, page by page, as `product/part`.
async fn all(store: &Store, question: &str, filter: &SearchFilter, page: usize) -> Vec<String> {
    let question = Question::read(question).unwrap();
    let (mut found, mut below) = (Vec::new(), None);
    loop {
        let next = store.search(&question, filter, below, page).await.unwrap();
        assert!(next.hits.len() <= page);
        for hit in next.hits {
            let n = (0..1000).find(|n| Some(product(*n)) == hit.product).unwrap();
            found.push(format!("{n}/{}", hit.part));
        }
        below = next.below;
        if below.is_none() {
            return found;
        }
    }
}

async fn what_was_put_last_is_found_first(home: &Home) {
    let store = home.open().await;
    listed(&store, 4).await;
    let none = SearchFilter::default();
    let first = [
        document(0, "", "Infusion pump"),
        document(1, "", "수액 펌프 Infusion"),
        document(1, "crs", "The pump must hang on the bed"),
    ];
    assert!(store.index(0, 7, &first).await.unwrap());
    assert_eq!(store.indexed_until().await.unwrap(), 7);
    assert_eq!(all(&store, "pump", &none, 10).await, ["1/crs", "0/"]);
    assert_eq!(all(&store, "infusion", &none, 1).await, ["1/", "0/"]);
    assert_eq!(all(&store, "inf", &none, 10).await, ["1/", "0/"]);
    assert_eq!(all(&store, "펌프", &none, 10).await, ["1/"]);
    assert_eq!(all(&store, "pump infusion", &none, 10).await, ["0/"]);
    assert!(all(&store, "valve", &none, 10).await.is_empty());
    // Another text of the same place replaces it, and is the newest.
    assert!(store.index(7, 9, &[document(0, "", "Infusion valve")]).await.unwrap());
    assert_eq!(all(&store, "infusion", &none, 10).await, ["0/", "1/"]);
    assert_eq!(all(&store, "pump", &none, 10).await, ["1/crs"]);
    assert_eq!(all(&store, "valve", &none, 10).await, ["0/"]);
}

async fn one_of_two_indexers_wins(home: &Home) {
    let (store, other) = (home.open().await, home.open().await);
    listed(&store, 2).await;
    let (first, second) = ([document(0, "", "one")], [document(1, "", "two")]);
    let (a, b) = tokio::join!(store.index(0, 5, &first), other.index(0, 5, &second));
    assert_eq!(u8::from(a.unwrap()) + u8::from(b.unwrap()), 1);
    assert_eq!(store.indexed_until().await.unwrap(), 5);
}

async fn filters_narrow_what_is_found(home: &Home) {
    let store = home.open().await;
    listed(&store, 4).await;
    let documents: Vec<_> =
        (0..4).flat_map(|n| [document(n, "", "pump"), document(n, "crs", "pump")]).collect();
    store.index(0, 1, &documents).await.unwrap();
    let beta = SearchFilter {
        portfolios: Some(BTreeSet::from(["beta".parse().unwrap()])),
        ..SearchFilter::default()
    };
    assert_eq!(all(&store, "pump", &beta, 3).await, ["3/crs", "3/", "1/crs", "1/"]);
    let products = SearchFilter { matter: Some(Matter::Product), ..beta.clone() };
    assert_eq!(all(&store, "pump", &products, 1).await, ["3/", "1/"]);
    let one = SearchFilter { product: Some(product(2)), ..SearchFilter::default() };
    assert_eq!(all(&store, "pump", &one, 9).await, ["2/crs", "2/"]);
    let nothing = SearchFilter { portfolios: Some(BTreeSet::new()), ..one };
    assert!(all(&store, "pump", &nothing, 9).await.is_empty());
}

/// A word that everybody has costs a bounded look; the rest is reached by going on.
async fn a_common_word_is_reached_to_its_end(home: &Home) {
    let store = home.open().await;
    listed(&store, 2).await;
    let parts: Vec<String> = (0..2_500).map(|n| format!("part{n}")).collect();
    let text = |n: usize| if n == 3 { "device rare" } else { "device" };
    let documents: Vec<_> =
        parts.iter().enumerate().map(|(n, part)| document(0, part, text(n))).collect();
    for (n, chunk) in documents.chunks(500).enumerate() {
        let n = n as u64;
        assert!(store.index(n, n + 1, chunk).await.unwrap());
    }
    let none = SearchFilter::default();
    assert_eq!(all(&store, "device", &none, 400).await.len(), 2_500);
    assert_eq!(all(&store, "device rare", &none, 400).await, ["0/part3"]);
    // Filtered away, it is still a bounded number of documents at a time.
    let other = SearchFilter { product: Some(product(1)), ..none };
    let question = Question::read("device").unwrap();
    let found = store.search(&question, &other, None, 10).await.unwrap();
    assert!(found.hits.is_empty() && found.below.is_some());
    assert!(all(&store, "device", &other, 10).await.is_empty());
}

async fn what_is_taken_out_is_not_found(home: &Home) {
    let store = home.open().await;
    listed(&store, 1).await;
    let secret = document(0, "voc", "Dr. Kim said so");
    store.index(0, 1, &[secret.clone(), document(0, "", "Kim")]).await.unwrap();
    let none = SearchFilter::default();
    assert_eq!(all(&store, "kim", &none, 10).await, ["0/", "0/voc"]);
    store.unindex(&[secret.mark]).await.unwrap();
    store.unindex(&[secret.mark]).await.unwrap();
    assert_eq!(all(&store, "kim", &none, 10).await, ["0/"]);
    assert!(all(&store, "said", &none, 10).await.is_empty());
}

/// Somebody goes away in the middle of a transaction: the next one finds no lock.
async fn who_goes_away_leaves_nothing_open(home: &Home) {
    let store = home.open().await;
    let stuck = store.shared.follow(async |conn| {
        conn.fetch_one(&crate::sql::search::HEAD_LOCKED, &[], "search_head").await?;
        conn.execute(&crate::sql::search::ADVANCE, &[Arg::I64(77), Arg::I64(1)]).await?;
        std::future::pending().await
    });
    assert!(tokio::time::timeout(Duration::from_millis(500), stuck).await.is_err());
    listed(&store, 1).await;
    assert_eq!(store.indexed_until().await.unwrap(), 0, "it was rolled back");
    assert!(store.index(0, 1, &[document(0, "", "pump")]).await.unwrap());
}

both! {
    who_goes_away_leaves_nothing_open
    what_was_put_last_is_found_first
    one_of_two_indexers_wins
    filters_narrow_what_is_found
    a_common_word_is_reached_to_its_end
    what_is_taken_out_is_not_found
}
