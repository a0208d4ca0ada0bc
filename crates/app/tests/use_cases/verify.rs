//! What `verify` finds, after somebody wrote into the tables.

use serde_json::json;
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_clean_database_is_clean
    each_damage_is_named_with_its_table
    an_altered_record_is_found
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
