//! Several processes on one database, and connections that break.

use std::time::Duration;

use futures_util::future::join_all;

use super::{Home, attempt, both, fake::*, same, tamper};
use crate::Failure;

async fn two_processes_interleave(home: &Home) {
    let stores = [home.open().await, home.open().await];
    let writers = [writer(&stores[0]), writer(&stores[1])];
    join_all((0..5).map(|n| accept(&writers[n % 2], start(n as u128, "", 1)))).await;
    let names: Vec<String> = (0..200).map(|n| format!("p{} {n}", n % 5)).collect();
    join_all(names.iter().enumerate().map(|(n, name)| {
        // Both work on all products; jobs of one writer come in bursts of three.
        accept(&writers[(n / 3) % 2], rename(n as u128 % 5, name))
    }))
    .await;
    assert_eq!(verify(&stores[0]).await, 210);
    assert_eq!(stores[0].stats().retries + stores[1].stats().retries, 0);
}

async fn a_remembered_state_is_never_trusted(home: &Home) {
    let stores = [home.open().await, home.open().await];
    let writers = [writer(&stores[0]), writer(&stores[1])];
    accept(&writers[0], start(1, "", 1)).await;
    for n in 0..6 {
        let done = accept(&writers[n % 2], rename(1, &format!("p1 {n}"))).await;
        assert_eq!(done.product.unwrap().version as usize, n + 3);
    }
    verify(&stores[0]).await;
}

/// PostgreSQL kills the connections in the middle of the load; nothing is lost, nothing is doubled.
async fn broken_connections_lose_and_double_nothing(home: &Home) {
    if !home.is_postgres() {
        return;
    }
    let store = home.open().await;
    let killer = home.open().await;
    let writer = writer(&store);
    join_all((0..8).map(|n| accept(&writer, start(n, "", 1)))).await;
    let kill = async {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(15)).await;
            let terminate = "select pg_terminate_backend(pid) from pg_stat_activity \
                where datname = current_database() and pid <> pg_backend_pid()";
            attempt(&killer, terminate).await.unwrap();
        }
    };
    let load = join_all((0..8_u128).map(|n| {
        let writer = writer.clone();
        async move {
            let mut renamed = 0;
            for round in 0..30 {
                let job = keyed(rename(n, &format!("p{n} {round}")), &format!("{n} {round}"));
                // A caller that is told to repeat does so, with the same key.
                loop {
                    match writer.submit(job.clone()).await {
                        Ok(_) => break renamed += 1,
                        Err(Failure::Unavailable | Failure::OutcomeUnknown) => {}
                        Err(failure) => panic!("{failure:?}"),
                    }
                }
            }
            renamed
        }
    }));
    let ((), renamed) = tokio::join!(kill, load);
    assert_eq!(renamed.iter().sum::<i32>(), 240);
    assert!(store.stats().retries > 0, "no connection broke");
    let fresh = home.open().await;
    assert_eq!(verify(&fresh).await, 16 + 240);
}

async fn a_commit_that_fails_is_not_an_answer(home: &Home) {
    // A constraint that is checked when the transaction commits.
    if !home.is_postgres() {
        return;
    }
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    tamper(
        &store,
        same(
            "create table other (id text primary key); \
        alter table product add constraint late foreign key (id) references other (id) \
        deferrable initially deferred not valid",
        ),
    )
    .await;
    let failed = fail(&writer, start(2, "", 1)).await;
    assert!(matches!(failed, Failure::OutcomeUnknown), "{failed:?}");
    let failed = fail(&writer, keyed(start(2, "", 1), "k")).await;
    assert!(matches!(failed, Failure::OutcomeUnknown), "{failed:?}");
    tamper(&store, same("alter table product drop constraint late")).await;
    accept(&writer, keyed(start(2, "", 1), "k")).await;
    assert_eq!(verify(&store).await, 4);
}

both! {
    two_processes_interleave
    a_remembered_state_is_never_trusted
    broken_connections_lose_and_double_nothing
    a_commit_that_fails_is_not_an_answer
}
