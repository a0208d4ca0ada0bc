//! Products: started, worked on, decided over, asked about.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{
    AppError, AsOf, EventFilter, IdempotencyKey, Kind, Lang, ProductFilter, Request, Sealer, Sort,
    view::{DeliverableState, GateState, SubmissionState},
};
use sluicegate_core::{
    digest::Digest,
    id::ProductId,
    product::{Choice, DeliverableRef, Document, Purpose, SubmissionRef},
    rules::{Command, Refusal, Sign},
};
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_product_passes_its_first_gate
    a_command_is_explained_rehearsed_and_repeated
    readers_see_their_portfolios_only
    the_clock_moves_products
    scores_are_kept_back_until_all_are_in
}

async fn started(app: &TestApp) -> ProductId {
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap()
}

fn named(key: &str) -> DeliverableRef {
    key.parse().unwrap()
}

async fn hand_in(app: &TestApp, who: &str, id: ProductId, key: &str, content: serde_json::Value) {
    app.run(who, id, |sealer| Command::SubmitDeliverable {
        deliverable: named(key),
        document: Document { content: Some(sealer.json(content.clone())), ..Document::default() },
    })
    .await
    .unwrap();
}

async fn ready_for_the_screen(app: &TestApp) -> ProductId {
    let id = started(app).await;
    hand_in(app, "pia", id, "idea_note", json!({ "text": "Wear it at night" })).await;
    app.run("pia", id, |sealer| Command::AnswerCriterion {
        criterion: "fit".parse().unwrap(),
        yes: true,
        evidence: sealer.text("Page 3 of the plan"),
    })
    .await
    .unwrap();
    id
}

fn submit(gate: &str, path: &str) -> Command {
    Command::Submit {
        gate: gate.parse().unwrap(),
        purpose: Purpose::Pass(path.parse().unwrap()),
        panel: BTreeMap::default(),
    }
}

async fn a_product_passes_its_first_gate(app: TestApp) {
    let app = staffed(app).await;
    let id = ready_for_the_screen(&app).await;
    let pia = app.caller("pia");
    let view = app.app.deliverable(&pia, id, &named("idea_note")).await.unwrap();
    assert_eq!(view.state, DeliverableState::Accepted);
    let accepted = view.accepted.unwrap();
    assert_eq!(accepted.document.content, Some(json!({ "text": "Wear it at night" })));
    assert_eq!(accepted.submitted_by.name, "pia");

    let gates = app.app.gates(&pia, id, Lang::En).await.unwrap();
    assert_eq!(gates[0].state, GateState::Next);
    // The product manager is also the gate's only chair, so somebody else submits.
    assert!(!gates[0].readiness[0].ready);
    let gates = app.app.gates(&app.caller("rita"), id, Lang::En).await.unwrap();
    assert!(gates[0].readiness[0].ready, "{:?}", gates[0].readiness);
    assert_eq!(gates[0].must[0].answer.as_ref().unwrap().by.name, "pia");
    assert_eq!(gates[1].state, GateState::Ahead);

    app.run("rita", id, |_| submit("screen", "business")).await.unwrap();
    let line = &app.app.inbox(&app.caller("rolf"), None, 10, Lang::En).await.unwrap().items[0];
    assert_eq!((line.kind.as_str(), line.title.as_str()), ("vote", "Vote at Idea screen"));
    let packet = app.app.packet(&pia, id, 1).await.unwrap();
    assert!(packet.matches);

    let done = app.run("rolf", id, go).await.unwrap();
    assert!(!done.replayed);
    let view = app.app.product(&pia, id, None).await.unwrap();
    assert_eq!((view.stage.as_str(), view.stage_title.en.as_str()), ("business", "Business"));
    let submissions = app.app.submissions(&pia, id, &"screen".parse().unwrap()).await.unwrap();
    assert_eq!(submissions[0].state, SubmissionState::Decided);
    assert_eq!(submissions[0].votes[0].reason.as_deref(), Some("Worth a look"));
    assert_eq!(submissions[0].packet, packet.digest);

    let was = app.app.product(&pia, id, Some(AsOf::Version(2))).await.unwrap();
    assert_eq!((was.version, was.stage.as_str()), (2, "idea"));
    let history = app.app.history(&pia, id, 0, 100).await.unwrap();
    assert_eq!(history.len(), usize::try_from(view.version).unwrap());
    assert_eq!(history[0].kind, "product_started");
    assert_eq!(history[0].actor_name, "pia");
}

async fn a_command_is_explained_rehearsed_and_repeated(app: TestApp) {
    let app = staffed(app).await;
    let id = started(&app).await;
    let pia = app.caller("pia");
    let actions = app.app.actions(&pia, id, Lang::Ko).await.unwrap();
    let submit_it = actions.actions.iter().find(|each| each.title.contains("게이트 상정"));
    let unmet = &submit_it.unwrap().unmet;
    assert!(unmet.iter().any(|each| each.sentence.starts_with("산출물이 없습니다")));
    assert!(unmet[0].clear.href.starts_with(&format!("/v1/products/{id}/")));

    // Tried, it is refused for the same reasons, and nothing has happened.
    let error = app.run("pia", id, |_| submit("screen", "business")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Conflict, "blocked"));
    let AppError::Refused(refusal) = error else { panic!("{error}") };
    let Refusal::Blocked { unmet: tried } = *refusal else { panic!("{refusal:?}") };
    let told: Vec<_> = unmet.iter().map(|each| &each.blocker).collect();
    assert_eq!(told, tried.iter().map(|each| &each.blocker).collect::<Vec<_>>());

    let rename = Command::Rename { name: "Sleep brace".into() };
    let dry = Request { dry_run: true, ..app.request("pia", rename.clone()) };
    let done = app.app.execute(id, dry).await.unwrap();
    assert_eq!((done.product.name.as_str(), done.dry_run), ("Sleep brace", true));
    assert_eq!(app.app.product(&pia, id, None).await.unwrap().name, "Brace");

    let key = IdempotencyKey { key: "1".into(), fingerprint: Digest::of(b"rename") };
    let keyed = Request { key: Some(key), ..app.request("pia", rename) };
    let first = app.app.execute(id, keyed.clone()).await.unwrap();
    let again = app.app.execute(id, keyed.clone()).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.events, again.events);
    let mut other = keyed;
    other.key.as_mut().unwrap().fingerprint = Digest::of(b"something else");
    assert_eq!(app.app.execute(id, other).await.unwrap_err().code(), "idempotency_key_reused");

    let stale = Command::Rename { name: "Late".into() };
    let stale = Request { seen: Some(1), ..app.request("pia", stale) };
    let error = app.app.execute(id, stale).await.unwrap_err();
    let current = first.product.version;
    assert!(matches!(error, AppError::Stale { current: found } if found == current), "{error}");
}

async fn readers_see_their_portfolios_only(app: TestApp) {
    let mut app = staffed(app).await;
    let id = started(&app).await;
    let stranger = app.person("stranger", &[]).await;
    let missing = app.app.product(&stranger, id, None).await.unwrap_err();
    assert_eq!(missing.kind(), Kind::NotFound);
    let all = ProductFilter::default;
    let list = async |who| app.app.products(who, &all(), Sort::default(), None, 10).await.unwrap();
    assert!(list(&stranger).await.items.is_empty());
    assert!(
        app.app.events(&stranger, 0, EventFilter::default(), 100).await.unwrap().events.is_empty()
    );
    let rolf = app.caller("rolf");
    let line = &list(&rolf).await.items[0];
    assert_eq!((line.id, line.owner.name.as_str()), (id, "pia"));
    let feed = app.app.events(&rolf, 0, EventFilter::default(), 100).await.unwrap();
    assert!(feed.events.iter().any(|event| event.kind == "product_started"));
    // Only writers of the deliverable see and keep its draft.
    let note = named("idea_note");
    let body = json!({ "text": "half a" });
    let error = app.app.put_draft(&rolf, id, &note, 0, &body).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
    let pia = app.caller("pia");
    let draft = app.app.put_draft(&pia, id, &note, 0, &body).await.unwrap();
    assert_eq!((draft.version, draft.updated_by.name.as_str()), (1, "pia"));
    let stale = app.app.put_draft(&pia, id, &note, 0, &body).await.unwrap_err();
    assert!(matches!(stale, AppError::Stale { current: 1 }), "{stale}");
    app.app.delete_draft(&pia, id, &note).await.unwrap();
    assert_eq!(app.app.draft(&pia, id, &note).await.unwrap(), None);
}

async fn the_clock_moves_products(app: TestApp) {
    let app = staffed(app).await;
    let id = started(&app).await;
    let review_at = app.now() + TimeDelta::days(10);
    app.run("pia", id, |sealer| Command::PlaceHold {
        review_at,
        reason: sealer.text("Waiting for the budget"),
    })
    .await
    .unwrap();
    assert_eq!(app.pass(TimeDelta::days(9)).await, 0);
    assert_eq!(app.pass(TimeDelta::days(2)).await, 1);
    assert_eq!(app.app.run_timers_once().await.unwrap(), 0, "once is enough");
    let pia = app.caller("pia");
    let history = app.app.history(&pia, id, 0, 100).await.unwrap();
    let last = history.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.actor.to_string()),
        ("hold_review_fell_due", "system".into())
    );
}

async fn scores_are_kept_back_until_all_are_in(app: TestApp) {
    let app = staffed(app).await;
    let id = at_the_launch(&app).await;
    let launch = || SubmissionRef { gate: "launch".parse().unwrap(), submission: 2 };
    let all_eights = || {
        let factors = ["strategic_fit", "reward"];
        factors.map(|factor| (factor.parse().unwrap(), 8)).into_iter().collect()
    };
    app.run("sara", id, |_| Command::Score { at: launch(), scores: all_eights() }).await.unwrap();
    let visible = async |who: &str| {
        let gate = app.app.gate(&app.caller(who), id, &launch().gate, Lang::En).await.unwrap();
        gate.submission.unwrap().scores.len()
    };
    assert_eq!((visible("sara").await, visible("sven").await), (1, 0));
    let sven = app.caller("sven");
    let history = app.app.history(&sven, id, 0, 200).await.unwrap();
    let scored = history.iter().find(|event| event.kind == "score_given").unwrap();
    assert!(scored.withheld && scored.event["scores"].is_null());
    let state = app.app.product(&sven, id, None).await.unwrap().state;
    assert!(state.submission().unwrap().scores.is_empty());
    app.run("sven", id, |_| Command::Score { at: launch(), scores: all_eights() }).await.unwrap();
    app.run("fin", id, |_| Command::Score { at: launch(), scores: all_eights() }).await.unwrap();
    assert_eq!(visible("sven").await, 3);
}

fn go(sealer: &mut Sealer) -> Command {
    Command::Vote {
        at: SubmissionRef { gate: "screen".parse().unwrap(), submission: 1 },
        choice: Choice::Go,
        reason: sealer.text("Worth a look"),
        conditions: Vec::new(),
        sign: Sign::Unsigned,
    }
}

/// Through the first gate and the second stage.
async fn at_the_launch(app: &TestApp) -> ProductId {
    let id = ready_for_the_screen(app).await;
    app.run("rita", id, |_| submit("screen", "business")).await.unwrap();
    app.run("rolf", id, go).await.unwrap();
    let total = json!({ "amount": "90000000", "currency": "USD" });
    let markets = json!([{ "market": "DE", "tam": total }]);
    hand_in(app, "pia", id, "market_size", json!({ "markets": markets, "total": total })).await;
    let deliverable = named("market_size");
    app.run("fin", id, |_| Command::AcceptDeliverable { deliverable }).await.unwrap();
    app.run("pia", id, |_| submit("launch", "in_market")).await.unwrap();
    id
}
