//! What auditors find of those who were turned away, and of deputies.

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{AuditFilter, Sought, Stream, view::EventView};
use sluicegate_core::{id::ProductId, organisation::Command, product::Actor};
use sluicegate_testkit::TestApp;

use crate::{access, both, delegations};

both! {
    auditors_find_who_was_turned_away
    auditors_find_which_product_was_asked_for_in_vain
    auditors_see_a_deputy_and_the_absent
}

async fn found(app: &TestApp, filter: AuditFilter, text: Option<&str>) -> Vec<EventView> {
    let sought = Sought { filter, text: text.map(str::to_owned), ..Sought::default() };
    app.app.audit_file(&app.caller("ada"), &sought, None).await.unwrap().items
}

fn by(app: &TestApp, who: &str) -> AuditFilter {
    AuditFilter { actor: Some(Actor::Person(app.id(who))), ..AuditFilter::default() }
}

fn refused() -> AuditFilter {
    AuditFilter { stream: Some(Stream::Access), ..AuditFilter::default() }
}

async fn auditors_find_who_was_turned_away(app: TestApp) {
    let mut app = access::with_password(app).await;
    app.person("ada", &["auditor"]).await;
    for _ in 0..3 {
        let wrong = access::tries(&app, "pia@example.com", "a heron at the wear", "203.0.113.7");
        wrong.await.unwrap_err();
    }
    access::tries(&app, "nobody@example.com", "a heron", "203.0.113.8").await.unwrap_err();
    app.pass(TimeDelta::minutes(16)).await;
    app.app.record_repeated_attempts().await.unwrap();

    // Her account is named, though nobody knows who stood at the door: once, and then twice more.
    let hers = AuditFilter { stream: Some(Stream::Access), ..by(&app, "pia") };
    let hers = found(&app, hers, None).await;
    let counts: Vec<_> = hers.iter().map(|event| event.event["count"].clone()).collect();
    assert_eq!(counts, [json!(2), json!(1)]);
    assert_eq!(hers[1].actor, Actor::Visitor);
    assert!(hers[1].people.contains_key(&app.id("pia")), "{hers:?}");
    let all = found(&app, by(&app, "pia"), None).await;
    assert!(hers.iter().all(|one| all.contains(one)), "{all:?}");
    // Who, when, and from where.
    assert_eq!(found(&app, refused(), None).await.len(), 3);
    assert_eq!(found(&app, refused(), Some("203.0.113.8")).await.len(), 1);
    let late = AuditFilter { from: Some(app.now() - TimeDelta::minutes(1)), ..refused() };
    assert_eq!(found(&app, late, None).await, hers[..1]);
    let kind = AuditFilter { kind: Some("sign_in_refused".into()), ..AuditFilter::default() };
    assert_eq!(found(&app, kind, None).await.len(), 3);
    assert!(found(&app, by(&app, "rolf"), None).await.is_empty());
}

async fn auditors_find_which_product_was_asked_for_in_vain(app: TestApp) {
    let (mut app, id) = delegations::submitted(app).await;
    app.person("ada", &["auditor"]).await;
    let leave = Command::DeactivatePerson { person: app.id("rolf") };
    let right = app.app.administer(app.request("pia", leave)).await.unwrap_err();
    let pia = app.caller("pia");
    for request in [format!("POST /v1/products/{id}/commands"), "POST /v1/people".to_owned()] {
        app.app.note_request(&pia, &access::from("203.0.113.7"), request, [&right]).await;
    }
    let asked_of = |id| AuditFilter { asked_of: Some(id), ..refused() };
    let of = |product: ProductId| found(&app, asked_of(product), None);
    let events = of(id).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].event["reasons"], json!(["not_your_role"]));
    let another = app.start("pia", "sample", "Plate", &json!({ "problem": "x" }), &["DE"]).await;
    assert_eq!(of(another.unwrap()).await, []);
}

async fn auditors_see_a_deputy_and_the_absent(app: TestApp) {
    let (mut app, id) = delegations::submitted(app).await;
    app.person("ada", &["auditor"]).await;
    delegations::away(&app, "rolf", "rolf", Some("dana")).await.unwrap();
    delegations::votes_for(&app, "dana", "rolf", id).await.unwrap();
    let (dana, rolf) = (app.id("dana"), app.id("rolf"));
    let voted = AuditFilter { kind: Some("vote_cast".into()), ..AuditFilter::default() };
    // By either of the two, and by the name of the one who was away.
    for who in ["dana", "rolf"] {
        let actor = by(&app, who).actor;
        let cast = found(&app, AuditFilter { actor, ..voted.clone() }, None).await;
        assert_eq!(cast.len(), 1, "{who}");
        assert_eq!(cast[0].actor, Actor::Deputy { by: dana, of: rolf });
        assert_eq!(cast[0].on_behalf_of.as_ref().unwrap().id, rolf);
    }
    let actor = Some(Actor::Deputy { by: dana, of: rolf });
    assert_eq!(found(&app, AuditFilter { actor, ..voted.clone() }, None).await.len(), 1);
    let actor = by(&app, "rita").actor;
    assert_eq!(found(&app, AuditFilter { actor, ..voted.clone() }, None).await, []);
    assert_eq!(found(&app, voted, Some("ROLF")).await.len(), 1);
}
