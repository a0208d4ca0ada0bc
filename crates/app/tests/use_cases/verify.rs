//! What `verify` finds, after somebody wrote into the tables.

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::OpenLink;
use sluicegate_core::{definition::Text, intake::Command, product::ConditionDraft};
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_clean_database_is_clean
    each_damage_is_named_with_its_table
    an_altered_record_is_found
    each_damage_to_an_entry_is_named_with_its_table
}

async fn one_product(app: TestApp) -> TestApp {
    let app = staffed(app).await;
    let card = json!({ "problem": "Shoulders hurt" });
    app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    app
}

async fn a_clean_database_is_clean(app: TestApp) {
    let app = one_product(app).await;
    let mut told = Vec::new();
    let report = app.app.verify(|progress| told.push(progress.what)).await.unwrap();
    assert_eq!(report.differences, []);
    assert_eq!(report.products, 1);
    assert!(report.events > 10 && report.contents > 5);
    assert_eq!(told, ["events", "products", "contents"]);
}

async fn tables(app: &TestApp) -> Vec<&'static str> {
    let report = app.app.verify(|_| {}).await.unwrap();
    report.differences.iter().map(|difference| difference.table).collect()
}

async fn each_damage_is_named_with_its_table(app: TestApp) {
    let mut app = one_product(app).await;
    app.damaged();
    for (damage, mended, table) in [
        ("update listing set stage = 'business'", "update listing set stage = 'idea'", "listing"),
        ("update listing set name = 'B'", "update listing set name = 'Brace'", "listing"),
        (
            "update task set kind = 'votes' where kind = 'submit_deliverable'",
            "update task set kind = 'submit_deliverable' where kind = 'votes'",
            "task",
        ),
        ("update token set label = 'x'", "update token set label = 'First sign-in'", "token"),
        ("update person set active = 0", "update person set active = 1", "person"),
    ] {
        tamper(app.app.store(), damage).await;
        let found = tables(&app).await;
        assert!(found.contains(&table), "{damage}: {found:?}");
        tamper(app.app.store(), mended).await;
        assert!(tables(&app).await.is_empty(), "{mended}");
    }
    tamper(app.app.store(), "update content set body = '\"other\"'").await;
    assert_eq!(tables(&app).await[0], "content");
    tamper(app.app.store(), "delete from listing").await;
    assert!(tables(&app).await.contains(&"listing"));
    tamper(app.app.store(), "delete from product").await;
    assert!(tables(&app).await.contains(&"product"));
}

async fn an_altered_record_is_found(app: TestApp) {
    let mut app = one_product(app).await;
    app.damaged();
    let sql = "update event set record = replace(record, 'Brace', 'Grace')";
    tamper(app.app.store(), sql).await;
    let report = app.app.verify(|_| {}).await.unwrap();
    let first = &report.differences[0];
    assert_eq!((first.table, first.what.contains("hash")), ("event", true), "{first}");
    let sql = "delete from event where position = (select max(position) from event)";
    tamper(app.app.store(), sql).await;
    let report = app.app.verify(|_| {}).await.unwrap();
    let ends = |difference: &&sluicegate_app::Difference| difference.what.contains("ends here");
    assert!(report.differences.iter().any(|difference| ends(&difference)), "{report:?}");
}

/// A link has a secret, a field day has people, a market and a follow-up.
async fn each_damage_to_an_entry_is_named_with_its_table(app: TestApp) {
    let mut app = staffed(app).await;
    let main = || "main".parse().unwrap();
    let link = OpenLink {
        title: Text { en: "Ideas".into(), ko: None },
        portfolio: main(),
        workflow: "sample".parse().unwrap(),
        closes_at: None,
    };
    app.app.open_link(app.request("pia", link)).await.unwrap();
    let (marketer, seller, now) = (app.id("max"), app.id("pia"), app.now());
    let day = app.sealed("max", |sealer| Command::RecordFieldDay {
        portfolio: main(),
        date: now.date_naive(),
        marketer,
        seller,
        market: Some("DE".parse().unwrap()),
        products: [].into(),
        notes: sealer.text("rode along"),
        follow_ups: vec![ConditionDraft {
            text: sealer.text("send the leaflet"),
            owner: seller,
            due: now + TimeDelta::days(7),
        }],
    });
    app.app.record_field_day(day).await.unwrap();
    let report = app.app.verify(|_| {}).await.unwrap();
    assert_eq!((report.entries, report.differences), (2, vec![]));

    app.damaged();
    let swapped = "update entry set owner = sender, sender = owner where kind = 'field_day'";
    for (damage, mended, table) in [
        (swapped, swapped, "entry"),
        (
            "update entry set market = 'KR' where kind = 'field_day'",
            "update entry set market = 'DE' where kind = 'field_day'",
            "entry",
        ),
        ("update entry set portfolio = 'other'", "update entry set portfolio = 'main'", "entry"),
        ("update entry set flagged = 1", "update entry set flagged = 0", "entry"),
        (
            "update entry set next_tick = next_tick - 1",
            "update entry set next_tick = next_tick + 1",
            "entry",
        ),
        (
            "update entry set state = replace(state, '\"DE\"', '\"KR\"')",
            "update entry set state = replace(state, '\"KR\"', '\"DE\"')",
            "entry",
        ),
        (
            "update entry_task set due_at = due_at + 1",
            "update entry_task set due_at = due_at - 1",
            "entry_task",
        ),
    ] {
        tamper(app.app.store(), damage).await;
        let found = tables(&app).await;
        assert!(found.contains(&table), "{damage}: {found:?}");
        tamper(app.app.store(), mended).await;
        assert_eq!(tables(&app).await, [""; 0], "{mended}");
    }
    tamper(app.app.store(), "delete from entry_task").await;
    assert_eq!(tables(&app).await, ["entry_task"; 2]);
    tamper(app.app.store(), "update entry set secret = null").await;
    assert!(tables(&app).await.contains(&"entry"));
    tamper(app.app.store(), "delete from entry").await;
    assert_eq!(tables(&app).await, ["entry"; 2]);
}
