//! People, tokens and workflows, seen by every node.

use std::sync::Arc;

use chrono::TimeDelta;
use sluicegate_core::{
    digest::Digest,
    directory::{DirectoryEvent, Grant, Kind, Scope},
    id::TokenId,
};
use uuid::Uuid;

use super::{Home, both, fake::*};
use crate::{Failure, NewContent, TokenSecret, WorkflowSource};

fn added(n: u128, profile: Digest) -> DirectoryEvent {
    DirectoryEvent::PersonAdded { person: person(n), kind: Kind::Human, profile }
}

async fn a_change_is_seen_by_the_next_command_of_every_node(home: &Home) {
    let stores = [home.open_in_order().await, home.open_in_order().await];
    let writers = [writer(&stores[0]), writer(&stores[1])];
    accept(&writers[0], start(1, "", 1)).await;
    let by_person = || on(1, Command::RenameAsPerson("p1 x".into()));
    for n in 0..4 {
        let (here, there) = (&writers[n % 2], &writers[(n + 1) % 2]);
        assert!(matches!(fail(there, by_person()).await, Failure::Refused(No("no account"))));
        let event = match n {
            0 => added(1, Digest::of(b"x")),
            _ => DirectoryEvent::PersonReactivated { person: person(1) },
        };
        accept(here, directory(vec![event])).await;
        accept(there, by_person()).await;
        // In the same queue, the next command sees it too.
        let gone = DirectoryEvent::PersonDeactivated { person: person(1) };
        let (_, refused) =
            tokio::join!(accept(here, directory(vec![gone])), here.submit(by_person()));
        assert!(matches!(refused, Err(Failure::Refused(_))));
    }
    assert_eq!(stores[0].directory().await.unwrap(), stores[1].directory().await.unwrap());
    verify(&stores[0]).await;
    let mut stale = directory(vec![]);
    stale.expected_version = Some(1);
    assert!(matches!(fail(&writers[0], stale).await, Failure::Stale { current: 8 }));
}

async fn people_are_listed_with_their_profiles(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    let profile = NewContent::of([1; 16], serde_json::json!({ "name": "김영희" }));
    let grant =
        Grant { role: "chair".parse().unwrap(), scope: Scope::Everywhere, person: person(2) };
    let mut job = directory(vec![
        added(2, profile.digest()),
        added(1, Digest::of(b"erased")),
        DirectoryEvent::RoleGranted { grant },
        DirectoryEvent::PersonDeactivated { person: person(1) },
    ]);
    job.contents.push(profile.clone());
    let done = accept(&writer, job).await;
    assert!(done.product.is_none());
    assert_eq!(done.events.len(), 4);
    let people = store.people(None).await.unwrap();
    assert_eq!((people[0].id, people[0].active, &people[0].profile), (person(1), false, &None));
    assert_eq!(people[1].profile.as_ref().unwrap()["name"], "김영희");
    assert_eq!(store.people(Some(&[person(2), person(9)])).await.unwrap(), people[1..]);
    assert!(store.directory().await.unwrap().holds_everywhere(person(2), "chair"));
}

async fn tokens_live_until_they_are_revoked(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    let token = |n| TokenId::new(Uuid::from_u128(n));
    let now = clock()();
    let issued = |n: u8, expires_at| {
        let id = token(n.into());
        let label = format!("token {n}");
        let event = DirectoryEvent::TokenIssued { token: id, person: person(1), label, expires_at };
        let mut job = directory(vec![event]);
        job.secrets.push(TokenSecret { token: id, hash: Digest::of(&[n]) });
        job
    };
    accept(&writer, directory(vec![added(1, Digest::of(b"x"))])).await;
    accept(&writer, issued(1, None)).await;
    accept(&writer, issued(2, Some(now + TimeDelta::hours(1)))).await;
    let mut bare = issued(3, None);
    bare.secrets.clear();
    assert!(matches!(fail(&writer, bare).await, Failure::Internal));

    let live = async |n: u8, at| {
        let directory = store.directory().await.unwrap();
        store.token_by_hash(&directory, &Digest::of(&[n]), at).await.unwrap()
    };
    assert_eq!(live(1, now).await.unwrap().last_used_at, None);
    let minute = TimeDelta::minutes(1);
    assert_eq!(live(1, now + minute / 2).await.unwrap().last_used_at, Some(now));
    assert_eq!(live(1, now + minute * 2).await.unwrap().last_used_at, Some(now));
    assert_eq!(live(1, now + minute * 2).await.unwrap().last_used_at, Some(now + minute * 2));
    assert_eq!(live(2, now).await.unwrap().label, "token 2");
    assert!(live(2, now + TimeDelta::hours(2)).await.is_none());
    assert!(live(9, now).await.is_none());

    accept(&writer, directory(vec![DirectoryEvent::TokenRevoked { token: token(1) }])).await;
    assert!(live(1, now).await.is_none());
    let gone = DirectoryEvent::PersonDeactivated { person: person(1) };
    accept(&writer, directory(vec![gone])).await;
    assert!(live(2, now).await.is_none());
    let revoked: Vec<_> = store.tokens_of(person(1)).await.unwrap();
    assert_eq!(revoked.iter().map(|row| row.revoked).collect::<Vec<_>>(), [false, true]);
}

async fn a_pinned_workflow_is_learnt_when_it_is_met(home: &Home) {
    let store = home.open().await;
    let rules = Arc::new(Fake { must_learn: true, ..Fake::default() });
    let writer = store.writer(rules.clone(), clock());
    accept(&writer, start(1, "", 1)).await;
    assert!(matches!(fail(&writer, rename(1, "p1 x")).await, Failure::Internal));
    let digest = workflow_digest();
    let published =
        DirectoryEvent::WorkflowPublished { workflow: "toy".parse().unwrap(), version: 1, digest };
    let mut job = directory(vec![published]);
    job.sources.push(WorkflowSource { digest, source: workflow_source() });
    accept(&writer, job).await;
    accept(&writer, rename(1, "p1 x")).await;
    assert_eq!(rules.learnt.lock().unwrap()[&digest], workflow_source());
    assert_eq!(store.workflow_versions().await.unwrap()[0].digest, digest);
    assert_eq!(store.workflow_source(&digest).await.unwrap(), Some(workflow_source()));
    assert_eq!(store.workflow_source(&Digest::of(b"")).await.unwrap(), None);
}

both! {
    a_change_is_seen_by_the_next_command_of_every_node
    people_are_listed_with_their_profiles
    tokens_live_until_they_are_revoked
    a_pinned_workflow_is_learnt_when_it_is_met
}
