//! Entries: several streams in one transaction, lists, inboxes, numbers, and what texts are found by.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde_json::json;
use sluicegate_core::{
    digest::Digest,
    id::{FeedbackId, IdeaId},
    intake::{
        Entry, EntryEvent, EntryId, EntryKind, FeedbackKind, Move, Origin, Outcome, grams, sketch,
    },
    product::{Actor, Event, WorkflowRef},
};
use uuid::Uuid;

use super::{
    Home, both,
    fake::{self, Command, accept, fail, keyed, person, product, start, verify, writer},
};
use crate::{
    Addressee, EntryFilter, Failure, InboxSubject, Job, NewContent, NewSketch, Store, Target,
};

fn idea(n: u128) -> IdeaId {
    IdeaId::new(Uuid::from_u128(n))
}

fn feedback(n: u128) -> FeedbackId {
    FeedbackId::new(Uuid::from_u128(n))
}

fn submitted(n: u128, text: Digest) -> EntryEvent {
    let workflow =
        WorkflowRef { key: "toy".parse().unwrap(), version: 1, digest: fake::workflow_digest() };
    EntryEvent::IdeaSubmitted {
        idea: idea(n),
        portfolio: "alpha".parse().unwrap(),
        origin: Origin::Feedback { feedback: feedback(n), by: person(7) },
        workflow,
        screener: "product_manager".parse().unwrap(),
        text,
        submitter: None,
        tracking: Some(Digest::of(&n.to_be_bytes())),
    }
}

fn sent(n: u128, about: u128, market: &str) -> EntryEvent {
    let at = DateTime::from_timestamp(2_000, 0).unwrap();
    EntryEvent::FeedbackSent {
        feedback: feedback(n),
        portfolio: "alpha".parse().unwrap(),
        product: product(about),
        kind: FeedbackKind::Complaint,
        market: Some(market.parse().unwrap()),
        urgent: false,
        seen: Digest::of(b"seen"),
        said_by: None,
        attachments: Vec::new(),
        field_day: None,
        owner: person(2),
        escalate_to: "leadership".parse().unwrap(),
        due: at,
        remind_at: at,
    }
}

fn job(target: Target, also: Vec<Target>, moves: Vec<Move>) -> Job<Command> {
    let mut job = Job::new(Actor::Person(person(1)), target, Command::Moves(moves));
    job.also = also;
    job
}

fn opens(id: impl Into<EntryId>, event: EntryEvent) -> Job<Command> {
    let id = id.into();
    job(Target::NewEntry(id), Vec::new(), vec![Move::Entry(id, vec![event])])
}

async fn entry(store: &Store, id: impl Into<EntryId>) -> Option<Entry> {
    store.entry(id.into()).await.unwrap().as_deref().cloned()
}

async fn all_streams_of_a_command_move_or_none(home: &Home) {
    let store = home.open_in_order().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 2)).await;
    accept(&writer, opens(feedback(1), sent(1, 1, "KR"))).await;
    let outcome = Outcome::NewIdea { idea: idea(1) };
    let answered = EntryEvent::FeedbackAnswered { outcome };
    let renamed = Event::ProductRenamed { name: "p1 renamed".into() };
    let moves = vec![
        Move::Product(product(1), vec![renamed]),
        Move::Entry(feedback(1).into(), vec![answered]),
        Move::Entry(idea(1).into(), vec![submitted(1, Digest::of(b"text"))]),
    ];
    let target = Target::Entry(feedback(1).into());
    let named = vec![Target::Product(product(1)), Target::NewEntry(idea(1).into())];

    // The idea is not among the named, so nothing of it happens.
    let unnamed = job(target, vec![Target::Product(product(1))], moves.clone());
    assert!(matches!(fail(&writer, unnamed).await, Failure::Internal));
    assert_eq!(entry(&store, idea(1)).await, None);
    assert_eq!(entry(&store, feedback(1)).await.unwrap().version(), 1);
    assert_eq!(store.product(product(1)).await.unwrap().unwrap().name, "p1");

    let whole = keyed(job(target, named, moves), "once");
    let rehearsed = writer.rehearse(whole.clone()).await.unwrap();
    assert_eq!((rehearsed.events.len(), entry(&store, idea(1)).await), (3, None));
    let done = accept(&writer, whole.clone()).await;
    assert_eq!(done.events.len(), 3);
    assert_eq!(done.entry.as_ref().unwrap().version(), 2);
    assert_eq!(store.product(product(1)).await.unwrap().unwrap().name, "p1 renamed");
    let again = accept(&writer, whole).await;
    assert!(again.replayed);
    assert_eq!((again.events, again.entry), (done.events, done.entry));
    assert_eq!(verify(&store).await, 6);

    let mut stale = job(target, Vec::new(), Vec::new());
    stale.expected_version = Some(1);
    assert!(matches!(fail(&writer, stale).await, Failure::Stale { current: 2 }));
    let missing = job(Target::Entry(idea(9).into()), Vec::new(), Vec::new());
    assert!(matches!(fail(&writer, missing).await, Failure::NoSuchEntry));
    let twice = opens(idea(1), submitted(1, Digest::of(b"text")));
    assert!(matches!(fail(&writer, twice).await, Failure::ProductExists));
}

async fn lists_find_what_fits_page_by_page(home: &Home) {
    let store = home.open_in_order().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 2)).await;
    for n in 1..=9 {
        let market = if n % 3 == 0 { "US" } else { "KR" };
        accept(&writer, opens(feedback(n), sent(n, 1, market))).await;
    }
    let found = async |filter: &EntryFilter| {
        let (mut found, mut cursor) = (Vec::new(), None);
        for (first, most) in [(500, 10_000), (1, 1), (1, 3), (2, 10_000), (4, 5)] {
            let mut again = Vec::new();
            loop {
                let cursored = cursor.as_deref();
                let page = store.entries_within(filter, cursored, 2, first, most).await.unwrap();
                assert!(page.items.len() <= 2);
                again.extend(page.items.iter().map(|entry| entry.id().to_string()));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(first == 500 || again == found, "{first} {most} {filter:?}");
            found = again;
        }
        found
    };
    let numbers = |numbers: &[u128]| -> Vec<String> {
        numbers.iter().map(|n| feedback(*n).to_string()).collect()
    };
    let all = EntryFilter::of(EntryKind::Feedback);
    let alpha = EntryFilter { portfolios: Some(["alpha".parse().unwrap()].into()), ..all.clone() };
    assert_eq!(found(&alpha).await, numbers(&[9, 8, 7, 6, 5, 4, 3, 2, 1]));
    // More places than are asked one by one.
    let places = ["alpha", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"];
    let places = places.map(|key| key.parse().unwrap()).into();
    let many = EntryFilter { portfolios: Some(places), ..all.clone() };
    assert_eq!(found(&many).await, found(&alpha).await);
    let incident = EntryEvent::IncidentFlagged { to: ["quality".parse().unwrap()].into() };
    let flag = vec![Move::Entry(feedback(4).into(), vec![incident])];
    accept(&writer, job(Target::Entry(feedback(4).into()), Vec::new(), flag)).await;
    for filter in [&alpha, &many] {
        let flagged = EntryFilter { flagged: true, ..filter.clone() };
        assert_eq!(found(&flagged).await, numbers(&[4]));
        let open = EntryFilter { status: Some("open".into()), ..flagged };
        assert_eq!(found(&open).await, numbers(&[4]));
    }
    let market = Some("US".parse().unwrap());
    for filter in [
        EntryFilter { market: market.clone(), ..alpha.clone() },
        EntryFilter { market: market.clone(), product: Some(product(1)), ..all.clone() },
        EntryFilter { market: market.clone(), sender: Some(person(1)), ..all.clone() },
        EntryFilter { market: market.clone(), owner: Some(person(2)), ..all.clone() },
        EntryFilter { market: market.clone(), status: Some("open".into()), ..alpha.clone() },
        EntryFilter { market: market.clone(), ..many.clone() },
        EntryFilter { market: market.clone(), status: Some("open".into()), ..many.clone() },
        EntryFilter { market: market.clone(), from: Some(DateTime::UNIX_EPOCH), ..many.clone() },
    ] {
        assert_eq!(found(&filter).await, numbers(&[9, 6, 3]), "{filter:?}");
    }
    let none = EntryFilter { portfolios: Some(BTreeSet::new()), ..all.clone() };
    assert!(found(&none).await.is_empty());
    let until = Some(DateTime::from_timestamp(0, 0).unwrap());
    assert!(found(&EntryFilter { until, ..alpha.clone() }).await.is_empty());
}

async fn feedback_is_counted_and_waits_in_inboxes(home: &Home) {
    let store = home.open_in_order().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 2)).await;
    for n in 1..=9 {
        let market = if n % 3 == 0 { "US" } else { "KR" };
        accept(&writer, opens(feedback(n), sent(n, 1, market))).await;
    }
    let late = DateTime::from_timestamp(3_000, 0).unwrap();
    let counts = store.feedback_of_product(product(1), late).await.unwrap();
    assert!(counts.complete);
    let lines: Vec<_> = counts
        .counts
        .iter()
        .map(|it| (it.market.as_ref().unwrap().as_str(), it.number, it.late, it.oldest <= it.mean))
        .collect();
    assert_eq!(lines, [("KR", 6, 6, true), ("US", 3, 3, true)]);
    let here = ["alpha", "beta"].map(|key| key.parse().unwrap()).into();
    assert_eq!(store.feedback_of_portfolios(&here, late).await.unwrap(), counts);

    let inbox = store.inbox(&[Addressee::Person(person(2))], &[], None, 100).await.unwrap();
    let triage = inbox.items.iter().filter(|line| line.task.kind == "triage_feedback");
    let triage: Vec<_> = triage.collect();
    assert_eq!(triage.len(), 9);
    assert_eq!(triage[0].about, InboxSubject::Entry(feedback(1).into()));
    assert_eq!(triage[0].product, Some((product(1), "p1".to_owned())));
    assert_eq!(store.due_entries(late, 100).await.unwrap().len(), 9);

    // What is answered is counted apart from what is open, and with what may still be an incident.
    for n in [1, 2] {
        let outcome = Outcome::Declined { reason: Digest::of(b"reason") };
        let mut events = vec![EntryEvent::FeedbackAnswered { outcome }];
        if n == 2 {
            let to = ["quality".parse().unwrap()].into();
            events.push(EntryEvent::IncidentFlagged { to });
        }
        let moves = vec![Move::Entry(feedback(n).into(), events)];
        accept(&writer, job(Target::Entry(feedback(n).into()), Vec::new(), moves)).await;
    }
    let counts = store.feedback_of_product(product(1), late).await.unwrap();
    let lines: Vec<_> = counts
        .counts
        .iter()
        .map(|it| (it.market.as_ref().unwrap().as_str(), &*it.status, it.number, it.flagged))
        .collect();
    assert_eq!(lines, [("KR", "declined", 2, 1), ("KR", "open", 4, 0), ("US", "open", 3, 0)]);
    assert_eq!(store.feedback_of_portfolios(&here, late).await.unwrap(), counts);
}

async fn a_secret_and_a_text_find_their_idea(home: &Home) {
    let store = home.open_in_order().await;
    let writer = writer(&store);
    let portfolio: sluicegate_core::key::PortfolioKey = "alpha".parse().unwrap();
    let pieces = |text: &str| sketch(&grams(text));
    let mut texts = Vec::new();
    for (n, text) in [(1, "수액 펌프의 경보음이 큽니다"), (2, "카테터 포장을 열 수 없습니다")]
    {
        let content = NewContent::of([n; 16], json!({ "problem": text }));
        let mut job = opens(idea(n.into()), submitted(n.into(), content.digest()));
        job.sketches = vec![NewSketch {
            portfolio: portfolio.clone(),
            subject: idea(n.into()).to_string(),
            content: content.digest(),
            pieces: pieces(text),
        }];
        texts.push(content.digest());
        job.contents = vec![content];
        accept(&writer, job).await;
    }
    let like = async |text: &str| store.sharers(&portfolio, &pieces(text), 10).await.unwrap();
    let found = like("펌프 경보음").await;
    assert_eq!(found, [(idea(1).to_string(), texts[0])]);
    let other = "beta".parse().unwrap();
    assert!(store.sharers(&other, &pieces("펌프 경보음"), 10).await.unwrap().is_empty());
    // The pieces of a text go with it.
    assert_eq!(store.erase_contents(&texts[..1]).await.unwrap(), 1);
    assert!(like("펌프 경보음").await.is_empty());

    let secret = Digest::of(&1_u128.to_be_bytes());
    let found = store.entry_by_secret(&secret).await.unwrap().unwrap();
    assert_eq!(found.id(), idea(1).into());
    assert_eq!(store.entry_by_secret(&Digest::of(b"guess")).await.unwrap(), None);
}

both! {
    all_streams_of_a_command_move_or_none
    lists_find_what_fits_page_by_page
    feedback_is_counted_and_waits_in_inboxes
    a_secret_and_a_text_find_their_idea
}
