//! Signing in: invitations, passwords, sessions, and how guessing is slowed down.

use chrono::TimeDelta;
use sluicegate_app::{
    AppError, EventFilter, Kind, NewInvitation, NewPassword, Origin, Request, SignIn, SignedIn,
    Stream,
};
use sluicegate_core::{
    digest::Digest,
    id::SessionId,
    organisation::Command,
    rules::{Blocker, ProblemKind, Refusal, Thing},
};
use sluicegate_store::NewSession;
use sluicegate_testkit::TestApp;
use uuid::Uuid;

use crate::{both, staffed};

both! {
    an_invitation_a_password_and_a_session
    nobody_learns_which_names_there_are
    guesses_become_slow_for_the_account_and_for_the_address
    a_session_ends_idle_late_and_at_will
    a_leaver_is_out_at_once
    a_new_password_ends_all_sessions
    a_poor_password_leaves_the_invitation_open
    a_name_belongs_to_one_person
    nothing_is_left_of_a_person_who_is_forgotten
    what_was_refused_is_in_the_record
    a_dead_token_and_a_missing_right_are_noted
    a_crowd_does_not_fill_the_record
}

const PASSWORD: &str = "a heron at the weir";

pub(crate) fn from(address: &str) -> Origin {
    Origin::new(address.parse().ok(), Some("curl/8.5"))
}

async fn invited(app: &TestApp, who: &str) -> String {
    let name = Some(format!("{who}@example.com"));
    let wish = NewInvitation { person: app.id(who), name };
    app.app.invite(app.request("admin", wish)).await.unwrap().0.secret.unwrap()
}

async fn accepts(app: &TestApp, secret: &str, password: &str) -> Result<String, AppError> {
    let wish = NewPassword { shown: secret.to_owned(), password: password.to_owned() };
    app.app.accept_invitation(&wish, &from("203.0.113.1")).await.map(|(_, name)| name)
}

pub(crate) async fn with_password(app: TestApp) -> TestApp {
    let app = staffed(app).await;
    let secret = invited(&app, "pia").await;
    accepts(&app, &secret, PASSWORD).await.unwrap();
    app
}

pub(crate) async fn tries(
    app: &TestApp,
    name: &str,
    password: &str,
    address: &str,
) -> Result<SignedIn, AppError> {
    let who = SignIn { name: name.to_owned(), password: password.to_owned() };
    app.app.sign_in(&who, &from(address)).await
}

async fn signs_in(app: &TestApp) -> SignedIn {
    tries(app, "pia@example.com", PASSWORD, "203.0.113.1").await.unwrap()
}

fn problem(error: AppError) -> ProblemKind {
    let AppError::Refused(refusal) = error else { panic!("{error:?}") };
    let Refusal::Invalid { mut problems } = *refusal else { panic!("{refusal:?}") };
    problems.remove(0).kind
}

fn gone(error: AppError) {
    assert!(matches!(error, AppError::Refused(refusal)
        if *refusal == Refusal::NoSuch(Thing::Invitation)));
}

async fn an_invitation_a_password_and_a_session(app: TestApp) {
    let app = staffed(app).await;
    let secret = invited(&app, "pia").await;
    assert_eq!(accepts(&app, &secret, PASSWORD).await.unwrap(), "pia@example.com");
    gone(accepts(&app, &secret, PASSWORD).await.unwrap_err());
    gone(accepts(&app, "sgv_", PASSWORD).await.unwrap_err());
    // However the name and the password are typed.
    let done = tries(&app, " Pia@EXAMPLE.com", PASSWORD, "203.0.113.9").await.unwrap();
    let caller = app.app.authenticate(&done.secret).await.unwrap();
    assert_eq!((caller.person, caller.kind), (app.id("pia"), app.caller("pia").kind));
    let proof = caller.proof.clone().unwrap();
    assert_eq!((proof.methods, proof.authenticated_at), (vec!["pwd".to_owned()], app.now()));
    let listed = app.app.own_sessions(&caller).await.unwrap();
    assert_eq!(listed, [done.session]);
    assert_eq!((listed[0].address.as_str(), listed[0].agent.as_str()), ("203.0.113.9", "curl/8.5"));
    // The record knows that there is a password, and nothing of it.
    let events = app.app.store().directory_history(0, 500).await.unwrap();
    let record = serde_json::to_string(
        &events.iter().map(|one| format!("{:?}", one.fact)).collect::<Vec<_>>(),
    );
    let record = record.unwrap();
    assert!(record.contains("PasswordSet") && record.contains("InvitationIssued"));
    assert!(!record.contains(&secret) && !record.contains("heron"), "{record}");
}

async fn nobody_learns_which_names_there_are(app: TestApp) {
    let app = with_password(app).await;
    // Nobody; somebody without a password; somebody with another one; no name at all.
    let _ = invited(&app, "rolf").await;
    for name in ["nobody@example.com", "rolf@example.com", "pia@example.com", "", "a b"] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            let error = tries(&app, name, "a heron at the wear", "203.0.113.1").await.unwrap_err();
            answers.push(error.to_string());
        }
        let wrong = AppError::SignInFailed.to_string();
        assert_eq!(answers, vec![wrong.as_str(); 6], "{name:?}");
        let error = tries(&app, name, PASSWORD, "203.0.113.1").await.unwrap_err();
        assert!(matches!(error, AppError::TooManyAttempts { seconds: 1 | 2 }), "{name:?}: {error}");
        app.pass(TimeDelta::days(2)).await;
    }
}

async fn guesses_become_slow_for_the_account_and_for_the_address(app: TestApp) {
    let app = with_password(app).await;
    let mut waits = Vec::new();
    for _ in 0..18 {
        // From another network each time: the account itself is what is guarded.
        let address = format!("198.51.100.{}", waits.len());
        let mut waited = 0;
        while let Err(AppError::TooManyAttempts { seconds }) =
            tries(&app, "pia@example.com", "wrong, and long enough", &address).await
        {
            app.pass(TimeDelta::seconds(seconds.into())).await;
            waited += seconds;
        }
        waits.push(waited);
    }
    assert_eq!(&waits[..6], [0; 6]);
    assert!(waits[6..].is_sorted() && waits[7] >= 2 * waits[6] - 1, "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 901) && waits[17] >= 900, "{waits:?}");
    // Even the right one has to wait, and then everything is forgiven.
    let error = tries(&app, "pia@example.com", PASSWORD, "203.0.113.1").await.unwrap_err();
    assert_eq!(error.kind(), Kind::TooMany);
    app.pass(TimeDelta::minutes(16)).await;
    signs_in(&app).await;
    for _ in 0..5 {
        let wrong = tries(&app, "pia@example.com", "wrong, and long enough", "203.0.113.1").await;
        assert!(matches!(wrong, Err(AppError::SignInFailed)));
    }
    // One address that goes through many names is slowed down as well.
    let mut refused = 0;
    for n in 0..40 {
        let name = format!("somebody{n}@example.com");
        let wrong = tries(&app, &name, "spring 2027 spring", "192.0.2.7").await.unwrap_err();
        refused += u32::from(matches!(wrong, AppError::TooManyAttempts { .. }));
    }
    assert!((8..=9).contains(&refused), "{refused}");
    app.app.prune_access().await.unwrap();
}

async fn a_session_ends_idle_late_and_at_will(app: TestApp) {
    let app = with_password(app).await;
    let idle = signs_in(&app).await;
    for _ in 0..3 {
        app.pass(TimeDelta::minutes(29)).await;
        app.app.authenticate(&idle.secret).await.unwrap();
    }
    app.pass(TimeDelta::minutes(31)).await;
    app.app.authenticate(&idle.secret).await.unwrap_err();
    let late = signs_in(&app).await;
    for _ in 0..35 {
        app.pass(TimeDelta::minutes(20)).await;
        app.app.authenticate(&late.secret).await.unwrap();
    }
    app.pass(TimeDelta::minutes(20)).await;
    let over = app.app.authenticate(&late.secret).await.unwrap_err();
    assert_eq!(over.kind(), Kind::Unauthenticated);
    app.app.prune_access().await.unwrap();

    let (here, there) = (signs_in(&app).await, signs_in(&app).await);
    let caller = app.app.authenticate(&here.secret).await.unwrap();
    let listed = app.app.own_sessions(&caller).await.unwrap();
    assert_eq!(listed.iter().filter(|one| one.current).count(), 1);
    assert_eq!(listed.len(), 2);
    app.app.end_session(&caller, there.session.id).await.unwrap();
    app.app.authenticate(&there.secret).await.unwrap_err();
    app.app.end_session(&caller, there.session.id).await.unwrap_err();
    // Nobody ends or sees another's but an administrator.
    let rolf = app.caller("rolf");
    app.app.end_session(&rolf, here.session.id).await.unwrap_err();
    assert_eq!(
        app.app.sessions_of(&rolf, app.id("pia")).await.unwrap_err().kind(),
        Kind::Forbidden
    );
    assert_eq!(app.app.sessions_of(&app.caller("admin"), app.id("pia")).await.unwrap().len(), 1);
    let unknown = SessionId::new(Uuid::nil());
    app.app.end_session(&caller, unknown).await.unwrap_err();
    let end = Command::EndSessions { person: app.id("pia") };
    app.app.administer(app.request("admin", end)).await.unwrap();
    app.app.authenticate(&here.secret).await.unwrap_err();
}

async fn a_leaver_is_out_at_once(app: TestApp) {
    let app = with_password(app).await;
    let done = signs_in(&app).await;
    let person = app.id("pia");
    let leave = Command::DeactivatePerson { person };
    app.app.administer(app.request("admin", leave)).await.unwrap();
    app.app.authenticate(&done.secret).await.unwrap_err();
    let error = tries(&app, "pia@example.com", PASSWORD, "203.0.113.1").await.unwrap_err();
    assert!(matches!(error, AppError::SignInFailed), "{error}");
    // A sign-in that was on its way when the account was closed.
    let store = app.app.store();
    let shown = store.password_of(person).await.unwrap().unwrap();
    let late = format!("sgs_{}", "A".repeat(43));
    let session = NewSession {
        id: SessionId::new(Uuid::nil()),
        hash: Digest::of(late.as_bytes()),
        person,
        methods: "pwd".to_owned(),
        at: app.now(),
        expires_at: app.now() + TimeDelta::hours(12),
        address: String::new(),
        agent: String::new(),
    };
    assert!(store.add_session(&session, &shown).await.unwrap());
    app.app.authenticate(&late).await.unwrap_err();
    let back = Command::ReactivatePerson { person };
    app.app.administer(app.request("admin", back)).await.unwrap();
    for secret in [&done.secret, &late] {
        app.app.authenticate(secret).await.unwrap_err();
    }
    signs_in(&app).await;
}

async fn a_new_password_ends_all_sessions(app: TestApp) {
    let app = with_password(app).await;
    let done = signs_in(&app).await;
    let caller = app.app.authenticate(&done.secret).await.unwrap();
    let change = async |shown: &str, password: &str| {
        let wish = NewPassword { shown: shown.to_owned(), password: password.to_owned() };
        app.app.change_password(&caller, &wish, &from("203.0.113.1")).await
    };
    let wrong = change("something else entirely", "two herons at the weir").await.unwrap_err();
    assert!(matches!(wrong, AppError::SignInFailed));
    let poor = change(PASSWORD, "example-pia-27").await.unwrap_err();
    assert_eq!(problem(poor), ProblemKind::PasswordGuessable);
    app.app.authenticate(&done.secret).await.unwrap();
    change(PASSWORD, "two herons at the weir").await.unwrap();
    app.app.authenticate(&done.secret).await.unwrap_err();
    tries(&app, "pia@example.com", PASSWORD, "203.0.113.1").await.unwrap_err();
    tries(&app, "pia@example.com", "two herons at the weir", "203.0.113.1").await.unwrap();
    // An administrator who invites once more changes nothing until the person acts.
    let secret = invited(&app, "pia").await;
    tries(&app, "pia@example.com", "two herons at the weir", "203.0.113.1").await.unwrap();
    accepts(&app, &secret, PASSWORD).await.unwrap();
    signs_in(&app).await;
}

async fn a_poor_password_leaves_the_invitation_open(app: TestApp) {
    let app = staffed(app).await;
    let secret = invited(&app, "pia").await;
    for (poor, kind) in [
        ("short", ProblemKind::PasswordTooShort { min: 12 }),
        ("password1234", ProblemKind::PasswordCommon),
        ("Main portfolio", ProblemKind::PasswordGuessable),
    ] {
        assert_eq!(problem(accepts(&app, &secret, poor).await.unwrap_err()), kind);
    }
    app.pass(TimeDelta::days(2)).await;
    // A later one replaces it.
    let later = invited(&app, "pia").await;
    gone(accepts(&app, &secret, PASSWORD).await.unwrap_err());
    app.pass(TimeDelta::days(4)).await;
    gone(accepts(&app, &later, PASSWORD).await.unwrap_err());
}

async fn a_name_belongs_to_one_person(app: TestApp) {
    let app = with_password(app).await;
    let invite = |who: &str, name: Option<&str>| NewInvitation {
        person: app.id(who),
        name: name.map(str::to_owned),
    };
    let taken = app.request("admin", invite("rolf", Some("PIA@example.com")));
    let error = app.app.invite(taken).await.unwrap_err();
    assert_eq!(problem(error), ProblemKind::SignInNameTaken);
    let nameless = app.app.invite(app.request("admin", invite("rolf", None))).await.unwrap_err();
    assert_eq!(problem(nameless), ProblemKind::SignInNameNeeded);
    // Who may not invite does not learn which names are taken.
    let request = app.request("rolf", invite("rolf", Some("pia@example.com")));
    assert_eq!(app.app.invite(request).await.unwrap_err().kind(), Kind::Forbidden);
    let trial = Request { dry_run: true, ..app.request("admin", invite("rolf", Some("rolf"))) };
    let (tried, invited) = app.app.invite(trial).await.unwrap();
    assert_eq!((tried.secret, invited.name.as_str()), (None, "rolf"));
    // Another name takes the place of the first, which is free again.
    let renamed = app.request("admin", invite("pia", Some("pia")));
    app.app.invite(renamed).await.unwrap();
    tries(&app, "pia@example.com", PASSWORD, "203.0.113.1").await.unwrap_err();
    tries(&app, "pia", PASSWORD, "203.0.113.1").await.unwrap();
    let free = app.request("admin", invite("rolf", Some("pia@example.com")));
    app.app.invite(free).await.unwrap();
    let own = app.app.invite(app.request("admin", invite("admin", Some("ada")))).await.unwrap();
    accepts(&app, &own.0.secret.unwrap(), PASSWORD).await.unwrap();
    let again = app.app.invite(app.request("admin", invite("admin", None))).await.unwrap_err();
    let AppError::Refused(refusal) = again else { panic!() };
    let Refusal::Blocked { unmet } = *refusal else { panic!() };
    assert_eq!(unmet[0].blocker, Blocker::OwnPassword);
}

async fn nothing_is_left_of_a_person_who_is_forgotten(app: TestApp) {
    let app = with_password(app).await;
    signs_in(&app).await;
    let person = app.id("pia");
    let leave = Command::DeactivatePerson { person };
    app.app.administer(app.request("admin", leave)).await.unwrap();
    let erase = app.sealed("admin", |sealer| {
        let reason = sealer.text("She asked for it.");
        Command::ErasePerson { person, reason }
    });
    app.app.administer(erase).await.unwrap();
    let store = app.app.store();
    assert_eq!(store.sign_in_name(person).await.unwrap(), None);
    assert_eq!(store.password_of(person).await.unwrap(), None);
    let name = NewInvitation { person: app.id("rolf"), name: Some("pia@example.com".into()) };
    app.app.invite(app.request("admin", name)).await.unwrap();
}

async fn refused(app: &TestApp, kind: &str) -> Vec<serde_json::Value> {
    let filter = EventFilter { kind: Some(kind.to_owned()), stream: Some(Stream::Access) };
    let feed = app.app.events(&app.caller("admin"), 0, filter, 500).await.unwrap();
    feed.events.into_iter().map(|event| event.event).collect()
}

async fn what_was_refused_is_in_the_record(app: TestApp) {
    let app = with_password(app).await;
    for _ in 0..4 {
        tries(&app, "pia@example.com", "a heron at the wear", "203.0.113.7").await.unwrap_err();
    }
    tries(&app, "a heron at the weir", "pia@example.com", "203.0.113.7").await.unwrap_err();
    let events = refused(&app, "sign_in_refused").await;
    assert_eq!(events.len(), 2, "repeats are counted: {events:#?}");
    assert_eq!(events[0]["person"], serde_json::json!(app.id("pia")));
    assert_eq!((&events[0]["count"], &events[1]["person"]), (&1.into(), &serde_json::Value::Null));
    let origin: Digest = events[0]["origin"].as_str().unwrap().parse().unwrap();
    let content = app.app.store().contents(&[origin]).await.unwrap();
    assert_eq!(content.get(&origin).unwrap()["address"], "203.0.113.7");
    // What somebody typed as a name may be a password: it is nowhere.
    let leaves = app.app.store().leaves(0, 500).await.unwrap();
    assert!(leaves.iter().all(|leaf| !leaf.record.contains("heron")));

    // A name that nobody has is noted as early and as often: the time tells nothing.
    for _ in 0..2 {
        tries(&app, "nobody@example.com", "a heron at the wear", "203.0.113.7").await.unwrap_err();
    }
    let events = refused(&app, "sign_in_refused").await;
    assert_eq!((events.len(), &events[2]["person"]), (3, &serde_json::Value::Null));

    // The repeats follow when their time is over, once.
    assert_eq!(app.app.record_repeated_attempts().await.unwrap(), 0);
    app.pass(TimeDelta::minutes(16)).await;
    assert_eq!(app.app.record_repeated_attempts().await.unwrap(), 2);
    assert_eq!(app.app.record_repeated_attempts().await.unwrap(), 0);
    let repeats = refused(&app, "sign_in_refused").await.split_off(3);
    let pia = repeats.iter().find(|event| event["person"] != serde_json::Value::Null);
    assert_eq!(pia.unwrap()["count"], 3);
    // Or with the next attempt after it.
    for minutes in [0, 0, 20] {
        app.pass(TimeDelta::minutes(minutes)).await;
        tries(&app, "pia@example.com", "a heron at the wear", "203.0.113.7").await.unwrap_err();
    }
    let counts: Vec<_> = refused(&app, "sign_in_refused").await.split_off(5);
    let counts: Vec<_> = counts.iter().map(|event| event["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 1, 1]);
}

async fn a_dead_token_and_a_missing_right_are_noted(app: TestApp) {
    let app = staffed(app).await;
    let token = sluicegate_app::NewToken {
        person: app.id("pia"),
        label: "laptop".into(),
        expires_at: None,
    };
    let done = app.app.issue_token(app.request("pia", token)).await.unwrap();
    let secret = done.secret.unwrap();
    let id = app.app.tokens(&app.caller("pia"), app.id("pia")).await.unwrap()[0].id;
    app.app.administer(app.request("pia", Command::RevokeToken { token: id })).await.unwrap();
    let never = format!("sgt_{}", "A".repeat(43));
    for secret in [&secret, &never] {
        app.app.authenticate(secret).await.unwrap_err();
        app.app.note_token(secret, &from("203.0.113.7")).await;
    }
    let events = refused(&app, "token_refused").await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["token"], &events[0]["person"]),
        (&serde_json::json!(id), &serde_json::json!(app.id("pia")))
    );

    let pia = app.caller("pia");
    let leave = Command::DeactivatePerson { person: app.id("rolf") };
    let right = app.app.administer(app.request("pia", leave)).await.unwrap_err();
    let request = || "POST /v1/people/x/deactivation".to_owned();
    app.app.note_request(&pia, &from("203.0.113.7"), request(), [&right]).await;
    // What is only too early or misspelt is no matter of the record.
    for other in [AppError::NotFound("thing"), AppError::Stale { current: 1 }] {
        app.app.note_request(&pia, &from("203.0.113.7"), request(), [&other]).await;
    }
    let events = refused(&app, "request_refused").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["reasons"], serde_json::json!(["not_your_role"]));
    // Pia's role holds everywhere, and still this is for administrators and auditors.
    let filter = EventFilter { kind: None, stream: Some(Stream::Access) };
    let feed = app.app.events(&pia, 0, filter, 500).await.unwrap();
    assert!(feed.events.is_empty());
}

async fn a_crowd_does_not_fill_the_record(app: TestApp) {
    let app = with_password(app).await;
    for n in 0..230 {
        let address = format!("198.51.{}.{}", n / 200, n % 200);
        tries(&app, &format!("x{n}"), "spring 2027 spring", &address).await.unwrap_err();
    }
    let told_apart = refused(&app, "sign_in_refused").await.len();
    assert!((190..=200).contains(&told_apart), "{told_apart}");
    assert_eq!(refused(&app, "more_refused").await.len(), 1);
    app.pass(TimeDelta::minutes(16)).await;
    while app.app.record_repeated_attempts().await.unwrap() > 0 {}
    let more = refused(&app, "more_refused").await;
    assert_eq!(more.len(), 2);
    assert!(more[1]["count"].as_u64().unwrap() >= 29, "{more:#?}");
}
