//! People, tokens and workflows.

use chrono::TimeDelta;
use sluicegate_app::{
    AppError, Kind, Lang, NewPerson, NewToken, PublishWorkflow, Reading, Request,
};
use sluicegate_core::{
    definition::{load, reload},
    directory::{Grant, Kind as PersonKind, Scope},
    organisation::Command,
    rules::{Blocker, Refusal},
};
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::{SAMPLE, both, staffed};

both! {
    a_token_signs_its_person_in_until_it_is_revoked
    only_administrators_change_the_organisation
    a_workflow_is_published_once_for_each_content
    a_workflow_that_cannot_be_read_hides_nothing_else
    a_second_start_makes_no_second_administrator
}

async fn a_token_signs_its_person_in_until_it_is_revoked(app: TestApp) {
    let app = staffed(app).await;
    let expires_at = Some(app.now() + TimeDelta::days(30));
    let token = NewToken { person: app.id("pia"), label: "laptop".into(), expires_at };
    let done = app.app.issue_token(app.request("pia", token.clone())).await.unwrap();
    let secret = done.secret.unwrap();
    assert_eq!(app.app.authenticate(&secret).await.unwrap(), app.caller("pia"));
    let pia = app.caller("pia");
    let listed = &app.app.tokens(&pia, pia.person).await.unwrap()[0];
    assert_eq!((listed.label.as_str(), listed.revoked), ("laptop", false));
    assert!(listed.last_used_at.is_some());
    let rolf = app.caller("rolf");
    assert_eq!(app.app.tokens(&rolf, pia.person).await.unwrap_err().kind(), Kind::Forbidden);

    for wrong in ["", "sgt_", "nonsense", &secret.replace('B', "C")] {
        let error = app.app.authenticate(wrong).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unauthenticated, "{wrong}");
    }
    let dry = Request { dry_run: true, ..app.request("pia", token.clone()) };
    assert_eq!(app.app.issue_token(dry).await.unwrap().secret, None);
    app.pass(TimeDelta::days(31)).await;
    app.app.authenticate(&secret).await.unwrap_err();

    let token = NewToken { expires_at: None, ..token };
    let done = app.app.issue_token(app.request("admin", token)).await.unwrap();
    let id = app.app.tokens(&pia, pia.person).await.unwrap()[0].id;
    let secret = done.secret.unwrap();
    app.app.authenticate(&secret).await.unwrap();
    let revoke = Command::RevokeToken { token: id };
    app.app.administer(app.request("pia", revoke)).await.unwrap();
    app.app.authenticate(&secret).await.unwrap_err();
}

async fn only_administrators_change_the_organisation(app: TestApp) {
    let app = staffed(app).await;
    let who = NewPerson { name: "Nell".into(), email: None, kind: PersonKind::Human };
    let error = app.app.add_person(app.request("pia", who.clone())).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
    let nameless = NewPerson { name: " ".into(), email: Some("x".into()), ..who };
    let error = app.app.add_person(app.request("admin", nameless)).await.unwrap_err();
    let AppError::Refused(refusal) = error else { panic!("{error}") };
    let Refusal::Invalid { problems } = *refusal else { panic!("{refusal:?}") };
    let at: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(at, ["/name", "/email"]);

    let grant = |role: &str| {
        let (role, person) = (role.parse().unwrap(), app.id("pia"));
        Command::Grant { grant: Grant { role, scope: Scope::Everywhere, person } }
    };
    let error = app.app.administer(app.request("admin", grant("wizard"))).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    app.app.administer(app.request("admin", grant("auditor"))).await.unwrap();
    let gone = Command::DeactivatePerson { person: app.id("admin") };
    let error = app.app.administer(app.request("admin", gone)).await.unwrap_err();
    let AppError::Refused(refusal) = error else { panic!("{error}") };
    let Refusal::Blocked { unmet } = *refusal else { panic!("{refusal:?}") };
    assert_eq!(unmet[0].blocker, Blocker::LastAdministrator);
    let pia = app.app.person(&app.caller("rolf"), app.id("pia")).await.unwrap();
    let roles: Vec<&str> = pia.grants.iter().map(|grant| grant.role.as_str()).collect();
    assert_eq!((pia.name.as_str(), &roles[..]), ("pia", &["auditor", "product_manager"][..]));
    assert!(app.app.me(&app.caller("admin")).await.unwrap().administrator);
}

async fn a_workflow_is_published_once_for_each_content(app: TestApp) {
    let publish = async |source: &str| {
        let command = PublishWorkflow { source: source.to_owned() };
        app.app.publish_workflow(app.request("admin", command)).await
    };
    let same = publish(SAMPLE).await.unwrap();
    assert_eq!((same.events.len(), same.workflow.unwrap().1.version), (0, 1));
    let changed = SAMPLE.replace("title: Idea screen", "title: First screen");
    let next = publish(&changed).await.unwrap();
    assert_eq!((next.events.len(), next.workflow.unwrap().1.version), (1, 2));
    let broken = SAMPLE.replace("gate: screen", "gate: scren");
    let error = publish(&broken).await.unwrap_err();
    let AppError::BadWorkflow(diagnostics) = error else { panic!("{error}") };
    assert!(!diagnostics.is_empty());
    let admin = app.caller("admin");
    let lines = app.app.workflows(&admin).await.unwrap();
    assert_eq!(lines[0].versions.len(), 2);
    let first = app.app.workflow(&admin, &lines[0].key, Some(1)).await.unwrap();
    assert_eq!(first.source, SAMPLE);
    let form = "market_size".parse().unwrap();
    let schema = app.app.form_schema(&admin, &lines[0].key, None, &form).await.unwrap();
    assert_eq!(schema["properties"]["total"]["$ref"], "#/$defs/money");
}

/// As if an older program, which looked for less, had published it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_is_read_though_it_could_not_be_published_now() {
    let mut app = TestApp::sqlite(SAMPLE).await;
    app.damaged();
    let unsound = SAMPLE.replace("who: author of market_size", "who: holder of finance");
    let command = PublishWorkflow { source: unsound.clone() };
    let error = app.app.publish_workflow(app.request("admin", command)).await.unwrap_err();
    let AppError::BadWorkflow(found) = error else { panic!("{error}") };
    assert_eq!(found[0].code, "nobody_may_sit");
    assert_eq!(app.app.check_workflow(&unsound)[0].code, "nobody_may_sit");

    let (sound, older) = (load(SAMPLE).unwrap().digest, reload(&unsound).unwrap().digest);
    let sql = format!(
        "update workflow_version set digest = x'{older}', \
         source = replace(source, 'who: author of market_size', 'who: holder of finance'); \
         update event set record = replace(record, '{sound}', '{older}')"
    );
    tamper(app.app.store(), Box::leak(sql.into_boxed_str())).await;
    let app = staffed(app.restarted().await).await;
    let admin = app.caller("admin");
    let key = "sample".parse().unwrap();
    let read = app.app.workflow(&admin, &key, None).await.unwrap();
    assert_eq!((read.digest, read.source), (older, unsound));
    let card = serde_json::json!({ "problem": "Shoulders hurt" });
    app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
}

async fn a_workflow_that_cannot_be_read_hides_nothing_else(app: TestApp) {
    let mut app = staffed(app).await;
    app.damaged();
    let card = serde_json::json!({ "problem": "Shoulders hurt" });
    app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    tamper(app.app.store(), "update workflow_version set source = 'of another time'").await;
    let app = app.restarted().await;
    let pia = app.caller("pia");
    let inbox = app.app.inbox(&pia, None, 50, Lang::En).await.unwrap();
    let titles: Vec<&str> = inbox.items.iter().map(|line| line.title.as_str()).collect();
    assert!(titles.iter().any(|title| title.contains("idea_note")), "{titles:?}");
    let lines = app.app.workflows(&pia).await.unwrap();
    assert_eq!((lines[0].key.as_str(), lines[0].title.en.as_str()), ("sample", "sample"));
}

async fn a_second_start_makes_no_second_administrator(app: TestApp) {
    let made =
        app.app.bootstrap(Reading::begin(&[("test.yaml".into(), SAMPLE.into())])).await.unwrap();
    assert!(made.first.is_none() && made.published.is_empty());
    assert_eq!(app.app.people(&app.caller("admin")).await.unwrap().len(), 1);
    app.app.health().await.unwrap();
    app.app.shutdown().await;
    let add = NewPerson { name: "Late".into(), email: None, kind: PersonKind::Human };
    let error = app.app.add_person(app.request("admin", add)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
}
