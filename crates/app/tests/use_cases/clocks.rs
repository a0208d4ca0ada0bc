//! Time in each state of one product, and percentiles over many, followed from the log.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{Lang, PassageFilter};
use sluicegate_core::{
    clocks::{Ended, Quantiles, Waited},
    id::ProductId,
    key::PathKey,
    product::{Choice, DeliverableRef, Document, Purpose, SubmissionRef},
    rules::{Command, Sign},
};
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_product_says_where_its_time_went
    figures_follow_the_log
    figures_are_of_what_one_may_read
    damaged_figures_are_found_and_made_again
}

const HOUR: u64 = 3600;

/// A product that stands at its first gate after so many hours of work.
async fn submitted(app: &TestApp, hours: i64) -> ProductId {
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    let id = app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    app.pass(TimeDelta::hours(hours)).await;
    let deliverable: DeliverableRef = "idea_note".parse().unwrap();
    app.run("pia", id, |sealer| {
        let content = Some(sealer.json(json!({ "text": "Wear it at night" })));
        let document = Document { content, ..Document::default() };
        Command::SubmitDeliverable { deliverable, document }
    })
    .await
    .unwrap();
    app.run("pia", id, |sealer| Command::AnswerCriterion {
        criterion: "fit".parse().unwrap(),
        yes: true,
        evidence: sealer.text("Page 3 of the plan"),
    })
    .await
    .unwrap();
    let path: PathKey = "business".parse().unwrap();
    app.run("rita", id, |_| Command::Submit {
        gate: "screen".parse().unwrap(),
        purpose: Purpose::Pass(path),
        panel: BTreeMap::default(),
    })
    .await
    .unwrap();
    id
}

/// It goes on after so many hours at the gate.
async fn decided(app: &TestApp, id: ProductId, hours: i64) {
    app.pass(TimeDelta::hours(hours)).await;
    app.run("rolf", id, |sealer| Command::Vote {
        at: SubmissionRef { gate: "screen".parse().unwrap(), submission: 1 },
        choice: Choice::Go,
        reason: sealer.text("Worth a look"),
        conditions: Vec::new(),
        sign: Sign::Unsigned,
    })
    .await
    .unwrap();
}

async fn a_product_says_where_its_time_went(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("nobody", &[]).await;
    let id = submitted(&app, 5).await;
    decided(&app, id, 30).await;
    app.pass(TimeDelta::hours(1)).await;
    let view = app.app.clocks(&app.caller("pia"), id, Lang::Ko).await.unwrap();
    assert_eq!(view.seconds, 36 * HOUR);
    let told: Vec<_> = view
        .segments
        .iter()
        .map(|each| (each.place.kind, each.place.number, each.waits_for, each.seconds / HOUR))
        .collect();
    assert_eq!(
        told,
        [
            ("stage", Some(1), Waited::Team, 5),
            ("gate", Some(1), Waited::Gatekeeper, 30),
            ("stage", Some(1), Waited::Team, 1),
        ]
    );
    assert_eq!(view.segments[1].place.title.as_ref().unwrap().en, "Idea screen");
    let business: u64 = view.segments.iter().map(|segment| segment.business_seconds).sum();
    assert_eq!(business, view.business_seconds);
    assert_eq!(view.spent.iter().map(|spent| spent.seconds).sum::<u64>(), view.seconds);
    let gatekeeper = view.spent.iter().find(|spent| spent.waits_for == Waited::Gatekeeper);
    assert!(gatekeeper.unwrap().sentence.starts_with("게이트키퍼 대기: 1.3일"), "{view:?}");
    assert_eq!(view.passages[0].ended, Some(Ended::Go));
    assert!(view.calendar.unknown_years.is_empty());
    let stranger = app.app.clocks(&app.caller("nobody"), id, Lang::En).await;
    assert!(stranger.is_err());
}

async fn figures_follow_the_log(app: TestApp) {
    let app = staffed(app).await;
    for hours in [10, 20, 40] {
        let id = submitted(&app, 2).await;
        decided(&app, id, hours).await;
    }
    let open = submitted(&app, 2).await;
    let admin = app.caller("admin");
    let figures = async |filter| app.app.figures(&admin, filter).await.unwrap();
    let before = figures(PassageFilter::default()).await;
    assert_eq!((before.up_to, before.gates.len()), (0, 0));

    // Three gates and the three stages before them.
    assert_eq!(app.app.follow_passages().await.unwrap(), 6);
    assert_eq!(app.app.follow_passages().await.unwrap(), 0);
    let after = figures(PassageFilter::default()).await;
    assert!(after.complete && after.up_to > 0 && after.passages == 6);
    let gate = &after.gates[0];
    assert_eq!((gate.key.as_str(), gate.title.en.as_str()), ("screen", "Idea screen"));
    assert_eq!((gate.count, gate.with_due, gate.in_time_share), (3, 0, None));
    let hours = Quantiles { p10: 10 * HOUR, p50: 20 * HOUR, p90: 40 * HOUR };
    assert_eq!(gate.seconds, Some(hours));
    assert_eq!(gate.spent[&Waited::Gatekeeper].seconds, 70 * HOUR);
    assert!((gate.spent[&Waited::Gatekeeper].share - 1.0).abs() < f64::EPSILON);
    assert_eq!(gate.ended, [(Ended::Go, 3)].into());
    assert_eq!(after.stages[0].seconds.unwrap().p90, 2 * HOUR);

    // A submission that is taken back counts for itself.
    app.run("rita", open, |sealer| Command::Withdraw {
        at: SubmissionRef { gate: "screen".parse().unwrap(), submission: 1 },
        reason: sealer.text("Too early"),
    })
    .await
    .unwrap();
    app.app.follow_passages().await.unwrap();
    let gate = figures(PassageFilter::default()).await.gates.remove(0);
    assert_eq!((gate.count, gate.withdrawn), (3, 1));
    let later = PassageFilter { from: Some(app.app.now()), ..PassageFilter::default() };
    assert_eq!(figures(later).await.gates.iter().map(|gate| gate.count).sum::<u32>(), 0);
}

async fn figures_are_of_what_one_may_read(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("nobody", &[]).await;
    let id = submitted(&app, 2).await;
    decided(&app, id, 3).await;
    app.app.follow_passages().await.unwrap();
    let seen = async |who: &str| {
        let figures = app.app.figures(&app.caller(who), PassageFilter::default()).await.unwrap();
        figures.passages
    };
    assert_eq!(seen("pia").await, 2);
    assert_eq!(seen("nobody").await, 0);
}

async fn damaged_figures_are_found_and_made_again(app: TestApp) {
    let app = staffed(app).await;
    let id = submitted(&app, 2).await;
    decided(&app, id, 3).await;
    app.app.follow_passages().await.unwrap();
    let tables = async || {
        let report = app.app.verify(|_| {}).await.unwrap();
        report.differences.iter().map(|difference| difference.table).collect::<Vec<_>>()
    };
    assert!(tables().await.is_empty());
    for damage in ["update passage set gatekeeper = gatekeeper + 1", "delete from passage"] {
        tamper(app.app.store(), damage).await;
        assert!(tables().await.contains(&"passage"), "{damage}");
        assert_eq!(app.app.rebuild_passages().await.unwrap(), 2);
        assert!(tables().await.is_empty(), "{damage}");
    }
}
