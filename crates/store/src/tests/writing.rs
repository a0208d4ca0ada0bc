//! Commands, alone and many at once.

use futures_util::future::join_all;

use super::{Home, both, fake::*, tamper};
use crate::{Failure, NewContent, Store, db::Sql};

async fn a_command_answers_with_what_was_committed(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    let done = accept(&writer, start(1, "", 1)).await;
    let product = done.product.unwrap();
    assert_eq!((product.version, product.name.as_str()), (2, "p1"));
    let positions: Vec<_> = done.events.iter().map(|e| (e.position, e.version)).collect();
    assert_eq!(positions, [(1, 1), (2, 2)]);
    assert!(!done.replayed);
    assert_eq!(store.product(product.id).await.unwrap().unwrap(), product);
    assert_eq!(store.history(product.id, 0, 10).await.unwrap(), done.events);
    assert_eq!(verify(&store).await, 2);
}

async fn many_commands_share_their_commits(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    join_all((0..40).map(|n| accept(&writer, start(n, "", 1)))).await;
    let names: Vec<String> = (0..200).map(|n| format!("p{} name {n}", n % 40)).collect();
    let renames =
        names.iter().enumerate().map(|(n, name)| accept(&writer, rename(n as u128 % 40, name)));
    join_all(renames).await;
    assert_eq!(verify(&store).await, 280);
    let stats = store.stats();
    assert!(stats.batches < 60, "{stats:?}");
    assert_eq!((stats.jobs, stats.events, stats.retries), (240, 280, 0));
    for n in 0..40 {
        assert_eq!(store.product(product(n)).await.unwrap().unwrap().version, 7);
    }
}

async fn what_is_refused_is_refused_alone(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    let (refused, missing, exists, panicked, done) = tokio::join!(
        fail(&writer, on(1, Command::Refuse)),
        fail(&writer, rename(2, "p2")),
        fail(&writer, start(1, "", 1)),
        fail(&writer, on(1, Command::Panic)),
        accept(&writer, rename(1, "p1 renamed")),
    );
    assert!(matches!(refused, Failure::Refused(No("refused"))));
    assert!(matches!(missing, Failure::NoSuchProduct));
    assert!(matches!(exists, Failure::ProductExists));
    assert!(matches!(panicked, Failure::Internal));
    assert_eq!(done.product.unwrap().name, "p1 renamed");
    assert_eq!(verify(&store).await, 3);
    // The writer is alive after the panic.
    accept(&writer, rename(1, "p1 again")).await;
}

async fn a_command_that_the_database_refuses_fails_alone(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    // A second row with this key: a state that no rule foresees.
    tamper(
        &store,
        Sql {
            sqlite: "insert into event values \
                (999, 'prd_00000000000000000000000000000001', 3, '', 0, '', x'')",
            postgres: "insert into event values \
                (999, 'prd_00000000000000000000000000000001', 3, '', 0, '', '')",
        },
    )
    .await;
    let (bad, good) =
        tokio::join!(writer.submit(rename(1, "p1 x")), accept(&writer, start(2, "", 1)));
    assert!(matches!(bad, Err(Failure::Internal)), "{bad:?}");
    assert_eq!(good.events[0].position, 3);
}

async fn who_has_seen_another_version_is_told(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    let seen = |version| {
        let mut job = rename(1, "p1 mine");
        job.expected_version = Some(version);
        job
    };
    assert!(matches!(fail(&writer, seen(1)).await, Failure::Stale { current: 2 }));
    accept(&writer, seen(2)).await;
    // Of two that saw the same version, in one batch or two, one wins.
    let (a, b) = tokio::join!(writer.submit(seen(3)), writer.submit(seen(3)));
    assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
    verify(&store).await;
}

async fn contents_come_with_commands_and_are_there_for_later_ones(home: &Home) {
    let store = home.open_in_order().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    let content = NewContent::of([7; 16], serde_json::json!({ "name": "p1 by 글" }));
    let by = on(1, Command::RenameBy(content.digest()));
    assert!(matches!(fail(&writer, by.clone()).await, Failure::Refused(No("no content"))));
    assert!(store.contents(&[content.digest()]).await.unwrap().get(&content.digest()).is_none());

    let mut with = by.clone();
    with.contents.push(content.clone());
    // The second command of the same batch sees what the first one brought.
    let (first, second) = tokio::join!(accept(&writer, with.clone()), accept(&writer, by.clone()));
    assert_eq!((first.product.unwrap().version, second.product.unwrap().version), (3, 4));
    assert_eq!(store.product(product(1)).await.unwrap().unwrap().name, "p1 by 글");
    accept(&writer, with).await;

    assert_eq!(store.erase_contents(&[content.digest()]).await.unwrap(), 1);
    assert_eq!(store.erase_contents(&[content.digest()]).await.unwrap(), 0);
    assert!(matches!(fail(&writer, by).await, Failure::Refused(No("no content"))));
    verify(&store).await;
}

async fn a_rehearsal_answers_the_same_and_writes_nothing(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    let dry = writer.rehearse(rename(1, "p1 x")).await.unwrap();
    assert_eq!(dry.product.as_ref().unwrap().name, "p1 x");
    assert!(matches!(writer.rehearse(on(1, Command::Refuse)).await, Err(Failure::Refused(_))));
    assert!(matches!(writer.rehearse(on(1, Command::Panic)).await, Err(Failure::Internal)));
    assert_eq!(verify(&store).await, 2);
    let real = accept(&writer, rename(1, "p1 x")).await;
    assert_eq!(real.events[0].fact, dry.events[0].fact);
    assert_eq!(real.product.unwrap().version, dry.product.unwrap().version);
}

async fn a_full_queue_says_so_and_a_shutdown_drains_it(home: &Home) {
    let mut options = home.options();
    (options.queue, options.batch) = (8, 4);
    let store = Store::open(options).await.unwrap();
    let writer = writer(&store);
    let answers = join_all((0..100).map(|n| {
        let writer = writer.clone();
        async move { writer.submit(start(n, "", 1)).await }
    }));
    let answers = answers.await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    let busy = answers.iter().filter(|answer| matches!(answer, Err(Failure::Busy))).count();
    assert!(done >= 8 && busy > 0 && done + busy == 100, "{done} done, {busy} busy");

    let waiting = tokio::spawn({
        let writer = writer.clone();
        async move { writer.submit(start(1000, "", 1)).await }
    });
    while store.stats().jobs + store.stats().busy < 101 {
        tokio::task::yield_now().await;
    }
    writer.shutdown().await;
    assert!(waiting.await.unwrap().is_ok());
    assert!(matches!(fail(&writer, start(1001, "", 1)).await, Failure::Unavailable));
    verify(&store).await;
}

async fn a_command_without_events_changes_nothing(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    let done = accept(&writer, on(1, Command::Nothing)).await;
    assert_eq!((done.product.unwrap().version, done.events.len()), (2, 0));
    let first = accept(&writer, keyed(on(1, Command::Nothing), "k")).await;
    accept(&writer, rename(1, "p1 later")).await;
    let again = accept(&writer, keyed(on(1, Command::Nothing), "k")).await;
    assert_eq!(again.product, first.product);
    assert!(again.replayed);
    verify(&store).await;
}

async fn a_state_that_cannot_be_read_names_its_row(home: &Home) {
    let store = home.open().await;
    let first = writer(&store);
    accept(&first, start(1, "", 1)).await;
    accept(&first, start(2, "", 1)).await;
    tamper(
        &store,
        Sql {
            sqlite: "update product set state = x'027f' where id like '%1'",
            postgres: "update product set state = '\\x027f' where id like '%1'",
        },
    )
    .await;
    // A node that does not remember the state cannot read it, nor decide on it; its neighbour is
    // not touched.
    let store = home.open().await;
    let error = store.product(product(1)).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "product.state of row prd_00000000000000000000000000000001 is corrupt: its size is missing"
    );
    let writer = writer(&store);
    let (bad, good) =
        tokio::join!(writer.submit(rename(1, "p1 x")), accept(&writer, rename(2, "p2 x")));
    assert!(matches!(bad, Err(Failure::Internal)));
    assert_eq!(good.product.unwrap().version, 3);
}

both! {
    a_command_answers_with_what_was_committed
    many_commands_share_their_commits
    what_is_refused_is_refused_alone
    a_command_that_the_database_refuses_fails_alone
    who_has_seen_another_version_is_told
    contents_come_with_commands_and_are_there_for_later_ones
    a_rehearsal_answers_the_same_and_writes_nothing
    a_full_queue_says_so_and_a_shutdown_drains_it
    a_command_without_events_changes_nothing
    a_state_that_cannot_be_read_names_its_row
}
