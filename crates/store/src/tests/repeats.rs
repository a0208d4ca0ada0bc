//! Idempotency keys.

use futures_util::future::join_all;
use sluicegate_core::product::Actor;

use super::{Home, both, fake::*};
use crate::Failure;

async fn a_repeat_gets_the_first_answer(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    let started = accept(&writer, keyed(start(1, "", 1), "start")).await;
    let first = accept(&writer, keyed(rename(1, "p1 a"), "k")).await;
    accept(&writer, rename(1, "p1 b")).await;
    let again = accept(&writer, keyed(rename(1, "p1 a"), "k")).await;
    assert!(again.replayed && !first.replayed);
    assert_eq!((&again.product, &again.events), (&first.product, &first.events));
    let again = accept(&writer, keyed(start(1, "", 1), "start")).await;
    assert_eq!((&again.product, &again.events), (&started.product, &started.events));
    assert_eq!(verify(&store).await, 4);
    // Another request under the same key; another actor with the same key.
    assert!(matches!(fail(&writer, keyed(rename(1, "p1 c"), "k")).await, Failure::KeyReused));
    let mut other = keyed(rename(1, "p1 c"), "k");
    other.actor = Actor::Person(person(2));
    assert!(!accept(&writer, other).await.replayed);
}

async fn a_refusal_is_not_remembered(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    assert!(matches!(fail(&writer, keyed(rename(1, "p1"), "k")).await, Failure::NoSuchProduct));
    accept(&writer, start(1, "", 1)).await;
    assert!(!accept(&writer, keyed(rename(1, "p1"), "k")).await.replayed);
}

async fn the_same_key_at_once_has_one_effect(home: &Home) {
    let stores = [home.open().await, home.open().await];
    let writers = [writer(&stores[0]), writer(&stores[1])];
    accept(&writers[0], start(1, "", 1)).await;
    for round in 0..5 {
        let key = format!("k{round}");
        let job = keyed(rename(1, &format!("p1 {round}")), &key);
        let answers = join_all((0..8).map(|n| writers[n % 2].submit(job.clone()))).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
        for answer in &answers {
            assert_eq!(answer.events, answers[0].events);
            assert_eq!(answer.product, answers[0].product);
        }
    }
    assert_eq!(verify(&stores[0]).await, 7);
}

both! {
    a_repeat_gets_the_first_answer
    a_refusal_is_not_remembered
    the_same_key_at_once_has_one_effect
}
