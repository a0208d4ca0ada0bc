//! Second factors: taking one in, both steps of signing in, and the day it is lost.

use chrono::TimeDelta;
use sluicegate_app::{
    AppError, Caller, Enrolled, Kind, NewInvitation, NewPassword, NextStep, Origin, Shown, SignIn,
    SignedIn,
};
use sluicegate_core::{
    organisation::Command,
    rules::{Blocker, Refusal, Thing},
};
use sluicegate_testkit::{TestApp, totp};

use crate::{both, staffed};

both! {
    a_factor_asks_for_a_code_at_every_sign_in
    a_code_is_good_once
    a_recovery_code_stands_in_for_a_lost_factor
    guesses_at_codes_are_not_forgiven_by_the_password
    a_factor_is_taken_in_by_whoever_has_the_password
    its_person_takes_a_factor_away
    two_administrators_take_a_lost_factor_away
    a_factor_is_forgotten_with_its_person
}

const PASSWORD: &str = "a heron at the weir";

fn here() -> Origin {
    Origin::new("203.0.113.1".parse().ok(), Some("curl/8.5"))
}

async fn with_password(app: &TestApp, who: &str) {
    let wish = NewInvitation { person: app.id(who), name: Some(format!("{who}@example.com")) };
    let invited = app.app.invite(app.request("admin", wish)).await.unwrap();
    let shown = invited.0.secret.unwrap();
    let wish = NewPassword { shown, password: PASSWORD.to_owned() };
    app.app.accept_invitation(&wish, &here()).await.unwrap();
}

async fn first_step(app: &TestApp, who: &str) -> Result<SignedIn, AppError> {
    let name = format!("{who}@example.com");
    app.app.sign_in(&SignIn { name, password: PASSWORD.to_owned() }, &here()).await
}

/// Signs in with the password alone, and gives who that is in the eyes of the second step.
async fn half(app: &TestApp, who: &str) -> Caller {
    let done = first_step(app, who).await.unwrap();
    assert_eq!(done.next, Some(NextStep::Code));
    let refused = app.app.authenticate(&done.secret).await.unwrap_err();
    assert_eq!((refused.code(), refused.kind()), ("second_factor_needed", Kind::Forbidden));
    app.app.authenticate_in_part(&done.secret).await.unwrap()
}

async fn shows(app: &TestApp, caller: &Caller, code: &str) -> Result<SignedIn, AppError> {
    app.app.complete_session(caller, code, &here()).await
}

/// Pia takes a factor in; gives its secret, what came of it, and the time is that of a fresh code.
async fn enrolled(app: TestApp) -> (TestApp, String, Enrolled) {
    let app = staffed(app).await;
    with_password(&app, "pia").await;
    let (secret, done) = enrols(&app, "pia").await;
    app.pass(TimeDelta::minutes(1)).await;
    (app, secret, done)
}

async fn enrols(app: &TestApp, who: &str) -> (String, Enrolled) {
    let done = first_step(app, who).await.unwrap();
    assert_eq!(done.next, None);
    let caller = app.app.authenticate(&done.secret).await.unwrap();
    let offer = app.app.offer_factor(&caller, PASSWORD, &here()).await.unwrap();
    let code = totp(&offer.secret, app.now());
    let enrolled = app.app.enrol_factor(&caller, &code, &here()).await.unwrap();
    app.app.authenticate(&done.secret).await.unwrap_err();
    (offer.secret, enrolled)
}

async fn a_factor_asks_for_a_code_at_every_sign_in(app: TestApp) {
    let app = staffed(app).await;
    with_password(&app, "pia").await;
    let before = first_step(&app, "pia").await.unwrap();
    let (secret, enrolled) = enrols(&app, "pia").await;
    // The session that took it in goes on, and others have to show a code now.
    let going_on = enrolled.signed_in.unwrap();
    let caller = app.app.authenticate(&going_on.secret).await.unwrap();
    assert_eq!(caller.proof.unwrap().methods, ["pwd", "otp"]);
    let refused = app.app.authenticate(&before.secret).await.unwrap_err();
    assert!(matches!(refused, AppError::FactorNeeded));

    app.pass(TimeDelta::minutes(1)).await;
    let caller = half(&app, "pia").await;
    let wrong = if totp(&secret, app.now()) == "000000" { "000001" } else { "000000" };
    for nonsense in [wrong, "", "12345", "abcd-efgh-ijkl-mnop", "٠٠٠٠٠٠"] {
        let refused = shows(&app, &caller, nonsense).await.unwrap_err();
        assert!(matches!(refused, AppError::WrongCode), "{nonsense:?}: {refused}");
    }
    app.pass(TimeDelta::seconds(2)).await;
    let done = shows(&app, &caller, &totp(&secret, app.now())).await.unwrap();
    assert_eq!((done.next, &done.session.methods), (None, &vec!["pwd".into(), "otp".into()]));
    app.app.authenticate(&done.secret).await.unwrap();

    // The first step waits ten minutes, and no idle time prolongs it.
    let waiting = first_step(&app, "pia").await.unwrap();
    app.pass(TimeDelta::minutes(9)).await;
    app.app.authenticate_in_part(&waiting.secret).await.unwrap();
    app.pass(TimeDelta::minutes(1)).await;
    app.app.authenticate_in_part(&waiting.secret).await.unwrap_err();
    // The record knows that there is a factor, and nothing of it.
    let leaves = app.app.store().leaves(0, 500).await.unwrap();
    assert!(leaves.iter().any(|leaf| leaf.record.contains("factor_enrolled")));
    for kept in enrolled.recovery_codes.iter().chain([&secret]) {
        assert!(leaves.iter().all(|leaf| !leaf.record.contains(kept.as_str())));
    }
}

async fn a_code_is_good_once(app: TestApp) {
    let (app, secret, _) = enrolled(app).await;
    let code = totp(&secret, app.now());
    let caller = half(&app, "pia").await;
    let (one, two) = tokio::join!(shows(&app, &caller, &code), shows(&app, &caller, &code));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    // Nor is the one of the step before, once a later one was taken.
    let before = totp(&secret, app.now() - TimeDelta::seconds(30));
    for old in [&code, &before] {
        let caller = half(&app, "pia").await;
        assert!(matches!(shows(&app, &caller, old).await, Err(AppError::WrongCode)));
    }
    // A clock may be half a minute early.
    let early = totp(&secret, app.now() + TimeDelta::seconds(30));
    let caller = half(&app, "pia").await;
    shows(&app, &caller, &early).await.unwrap();
    let caller = half(&app, "pia").await;
    let too_early = totp(&secret, app.now() + TimeDelta::seconds(60));
    shows(&app, &caller, &too_early).await.unwrap_err();
}

async fn a_recovery_code_stands_in_for_a_lost_factor(app: TestApp) {
    let (app, secret, enrolled) = enrolled(app).await;
    let codes = enrolled.recovery_codes;
    assert_eq!(codes.len(), 10);
    let caller = half(&app, "pia").await;
    shows(&app, &caller, &codes[3]).await.unwrap();
    let caller = half(&app, "pia").await;
    shows(&app, &caller, &codes[3]).await.unwrap_err();
    // However it is typed.
    let typed = codes[4].to_uppercase().replace('-', " ");
    let done = shows(&app, &caller, &typed).await.unwrap();
    let caller = app.app.authenticate(&done.secret).await.unwrap();
    let left = app.app.factor_of(&caller, caller.person).await.unwrap().recovery_codes;
    assert_eq!(left, 8);
    let events = app.app.store().directory_history(0, 500).await.unwrap();
    let used = events.iter().filter(|one| format!("{:?}", one.fact).contains("RecoveryCodeUsed"));
    assert_eq!(used.count(), 2);

    let code = totp(&secret, app.now());
    let shown = Shown { password: Some(PASSWORD), code: Some(&code) };
    let fresh = app.app.replace_recovery_codes(&caller, shown, &here()).await.unwrap();
    app.pass(TimeDelta::minutes(1)).await;
    let caller = half(&app, "pia").await;
    shows(&app, &caller, &codes[5]).await.unwrap_err();
    shows(&app, &caller, &fresh.recovery_codes[0]).await.unwrap();
}

async fn guesses_at_codes_are_not_forgiven_by_the_password(app: TestApp) {
    let (app, _, _) = enrolled(app).await;
    let mut waited = 0;
    for _ in 0..9 {
        let caller = loop {
            match first_step(&app, "pia").await {
                Ok(done) => break app.app.authenticate_in_part(&done.secret).await.unwrap(),
                Err(AppError::TooManyAttempts { seconds }) => {
                    waited += seconds;
                    app.pass(TimeDelta::seconds(seconds.into())).await;
                }
                Err(other) => panic!("{other}"),
            }
        };
        shows(&app, &caller, "abcd-efgh-ijkl-mnop").await.unwrap_err();
    }
    assert!(waited >= 1 + 2 + 4, "{waited}");
}

async fn a_factor_is_taken_in_by_whoever_has_the_password(app: TestApp) {
    let app = staffed(app).await;
    with_password(&app, "pia").await;
    let done = first_step(&app, "pia").await.unwrap();
    let caller = app.app.authenticate(&done.secret).await.unwrap();
    let none = app.app.enrol_factor(&caller, "000000", &here()).await.unwrap_err();
    assert!(matches!(none, AppError::Refused(refusal)
        if *refusal == Refusal::NoSuch(Thing::FactorOffer)));
    let wrong = app.app.offer_factor(&caller, "a heron at the wear", &here()).await.unwrap_err();
    assert!(matches!(wrong, AppError::SignInFailed));
    let first = app.app.offer_factor(&caller, PASSWORD, &here()).await.unwrap();
    assert!(first.uri.starts_with("otpauth://totp/Sluicegate:pia%40example.com?secret="));
    let later = app.app.offer_factor(&caller, PASSWORD, &here()).await.unwrap();
    // The later secret takes the place of the first.
    let code = totp(&first.secret, app.now());
    let wrong = app.app.enrol_factor(&caller, &code, &here()).await.unwrap_err();
    assert!(matches!(wrong, AppError::WrongCode));
    assert_eq!(first_step(&app, "pia").await.unwrap().next, None);
    app.pass(TimeDelta::minutes(16)).await;
    app.app.prune_access().await.unwrap();
    let code = totp(&later.secret, app.now());
    app.app.enrol_factor(&caller, &code, &here()).await.unwrap_err();
    let (_, enrolled) = enrols(&app, "pia").await;
    let going_on = enrolled.signed_in.unwrap();
    let caller = app.app.authenticate(&going_on.secret).await.unwrap();
    let again = app.app.offer_factor(&caller, PASSWORD, &here()).await.unwrap_err();
    assert_eq!(blocker(again), Blocker::FactorThere);
}

fn blocker(error: AppError) -> Blocker {
    let AppError::Refused(refusal) = error else { panic!("{error:?}") };
    let Refusal::Blocked { mut unmet } = *refusal else { panic!("{refusal:?}") };
    unmet.remove(0).blocker
}

async fn its_person_takes_a_factor_away(app: TestApp) {
    let (app, secret, enrolled) = enrolled(app).await;
    let going_on = enrolled.signed_in.unwrap();
    let caller = app.app.authenticate(&going_on.secret).await.unwrap();
    let code = totp(&secret, app.now());
    let wrong = Shown { password: Some("a heron at the wear"), code: Some(&code) };
    app.app.remove_factor(&caller, wrong, &here()).await.unwrap_err();
    // The code was not used up by the wrong password.
    let shown = Shown { password: Some(PASSWORD), code: Some(&code) };
    app.app.remove_factor(&caller, shown, &here()).await.unwrap();
    app.app.authenticate(&going_on.secret).await.unwrap_err();
    assert_eq!(first_step(&app, "pia").await.unwrap().next, None);
    let none = app.app.remove_factor(&caller, shown, &here()).await.unwrap_err();
    assert!(matches!(none, AppError::Refused(refusal)
        if *refusal == Refusal::NoSuch(Thing::Factor)));
}

async fn two_administrators_take_a_lost_factor_away(app: TestApp) {
    let (mut app, _, enrolled) = enrolled(app).await;
    app.person("bea", &["administrator"]).await;
    let going_on = enrolled.signed_in.unwrap();
    let person = app.id("pia");
    let ask = async |who: &str| app.app.ask_factor_removal(app.request(who, person)).await;
    let confirm = async |who: &str| {
        let command = Command::ConfirmFactorRemoval { person };
        app.app.administer(app.request(who, command)).await
    };
    ask("rolf").await.unwrap_err();
    ask("admin").await.unwrap();
    let seen = app.app.factor_of(&app.caller("bea"), person).await.unwrap();
    assert_eq!(seen.removal.unwrap().until, app.now() + TimeDelta::days(3));
    assert_eq!(
        app.app.factor_of(&app.caller("rolf"), person).await.unwrap_err().kind(),
        Kind::Forbidden
    );
    assert_eq!(blocker(confirm("admin").await.unwrap_err()), Blocker::AskerMayNotConfirm);
    app.app.authenticate(&going_on.secret).await.unwrap();
    confirm("bea").await.unwrap();
    app.app.authenticate(&going_on.secret).await.unwrap_err();
    assert_eq!(first_step(&app, "pia").await.unwrap().next, None);
    let left = app.app.factor_of(&app.caller("pia"), person).await.unwrap();
    assert_eq!((left.enrolled, left.recovery_codes, left.removal), (false, 0, None));
}

async fn a_factor_is_forgotten_with_its_person(app: TestApp) {
    let (app, _, _) = enrolled(app).await;
    let person = app.id("pia");
    app.app.administer(app.request("admin", Command::DeactivatePerson { person })).await.unwrap();
    let erase = app.sealed("admin", |sealer| {
        let reason = sealer.text("She asked for it.");
        Command::ErasePerson { person, reason }
    });
    app.app.administer(erase).await.unwrap();
    let store = app.app.store();
    assert_eq!(store.factor_of(person).await.unwrap(), None);
    assert_eq!(store.recovery_codes(person).await.unwrap(), 0);
}
