//! Absence: a deputy finds the tasks of the absent, reads and judges in that one's name.

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{AppError, Caller, Lang, NewDelegation, Request, view::DelegationState};
use sluicegate_core::{
    directory::{Grant, Scope},
    id::ProductId,
    organisation,
    product::{Actor, Choice, Document, Purpose, SubmissionRef},
    rules::{Blocker, Command, Refusal, Sign},
};
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_deputy_votes_for_somebody_who_is_away
    an_executive_needs_no_set_up
    why_somebody_is_away_is_told_to_whom_it_concerns
}

/// Submitted to the first gate, where Rolf and Rita sit; Dana has no role at all.
pub(crate) async fn submitted(app: TestApp) -> (TestApp, ProductId) {
    let mut app = staffed(app).await;
    app.person("dana", &[]).await;
    app.person("otto", &["product_manager"]).await;
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    let id = app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    app.run("pia", id, |sealer| Command::SubmitDeliverable {
        deliverable: "idea_note".parse().unwrap(),
        document: Document {
            content: Some(sealer.json(json!({ "text": "Wear it at night" }))),
            ..Document::default()
        },
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
    app.run("rita", id, |_| Command::Submit {
        gate: "screen".parse().unwrap(),
        purpose: Purpose::Pass("business".parse().unwrap()),
        panel: [].into(),
    })
    .await
    .unwrap();
    (app, id)
}

/// Somebody is away for a week; `to` stands in, or whoever does so by default.
pub(crate) async fn away(
    app: &TestApp,
    asks: &str,
    of: &str,
    to: Option<&str>,
) -> Result<(), AppError> {
    let new = |reason| NewDelegation {
        of: app.id(of),
        to: to.map(|to| app.id(to)),
        from: None,
        until: app.now() + TimeDelta::days(7),
        roles: ["rd_lead".parse().unwrap()].into(),
        gates: ["screen".parse().unwrap()].into(),
        reason,
    };
    let request = app.sealed(asks, |sealer| new(sealer.text("Knee surgery")));
    app.app.set_delegation(request).await.map(drop)
}

fn on_behalf(app: &TestApp, by: &str, of: &str) -> Caller {
    Caller { on_behalf_of: Some(app.id(of)), ..app.caller(by) }
}

pub(crate) async fn votes_for(
    app: &TestApp,
    by: &str,
    of: &str,
    id: ProductId,
) -> Result<(), AppError> {
    let request = app.sealed(by, |sealer| Command::Vote {
        at: SubmissionRef { gate: "screen".parse().unwrap(), submission: 1 },
        choice: Choice::Go,
        reason: sealer.text("Worth a look"),
        conditions: Vec::new(),
        sign: Sign::Unsigned,
    });
    let actor = Actor::Deputy { by: app.id(by), of: app.id(of) };
    app.app.execute(id, Request { actor, ..request }).await.map(drop)
}

async fn a_deputy_votes_for_somebody_who_is_away(app: TestApp) {
    let (app, id) = submitted(app).await;
    let dana = app.caller("dana");
    let inbox = async || app.app.inbox(&dana, None, 10, Lang::En).await.unwrap().items;
    let blocked = |refused: Result<(), AppError>| match refused.unwrap_err() {
        AppError::Refused(refusal) => match *refusal {
            Refusal::Blocked { mut unmet } => unmet.remove(0).blocker,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(inbox().await, []);
    let of = app.id("rolf");
    let refused = blocked(votes_for(&app, "dana", "rolf", id).await);
    assert_eq!(refused, Blocker::NotDelegated { of });
    away(&app, "rolf", "rolf", Some("dana")).await.unwrap();

    let lines = inbox().await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((lines[0].kind.as_str(), &lines[0].of.as_ref().unwrap().id), ("vote", &of));
    let me = app.app.me(&dana).await.unwrap();
    assert_eq!((me.stands_in_for.len(), me.stands_in_for[0].of.name.as_str()), (1, "rolf"));

    // In her own name she does not see it.
    let rolfs = on_behalf(&app, "dana", "rolf");
    assert!(matches!(app.app.product(&dana, id, None).await, Err(AppError::NotFound(_))));
    assert_eq!(app.app.product(&rolfs, id, None).await.unwrap().name, "Brace");
    let actions = app.app.actions(&rolfs, id, Lang::En).await.unwrap().actions;
    let allowed: Vec<_> = actions.iter().filter(|it| it.allowed).map(|it| &it.title).collect();
    assert_eq!(allowed, ["Vote"], "and nothing that is handed in");

    votes_for(&app, "dana", "rolf", id).await.unwrap();
    assert_eq!(inbox().await, []);
    let submissions = app.app.submissions(&rolfs, id, &"screen".parse().unwrap()).await.unwrap();
    let vote = &submissions[0].votes[0];
    assert_eq!((vote.by.name.as_str(), &*vote.deputy.as_ref().unwrap().name), ("rolf", "dana"));
    let history = app.app.history(&app.caller("pia"), id, 0, 50).await.unwrap();
    let cast = history.iter().find(|event| event.kind == "vote_cast").unwrap();
    assert_eq!(cast.actor_name, "dana");
    assert_eq!(cast.on_behalf_of.as_ref().unwrap().name, "rolf");

    // Over is over.
    app.pass(TimeDelta::days(7)).await;
    assert!(matches!(app.app.product(&rolfs, id, None).await, Err(AppError::NotFound(_))));
    // Who could read it anyhow is told what is missing.
    let ritas = on_behalf(&app, "rita", "rolf");
    let refused = blocked(app.app.product(&ritas, id, None).await.map(drop));
    assert_eq!(refused, Blocker::NotDelegated { of });
}

async fn an_executive_needs_no_set_up(app: TestApp) {
    let (app, id) = submitted(app).await;
    let deputy = Grant {
        role: "rd_lead".parse().unwrap(),
        scope: Scope::Everywhere,
        person: app.id("dana"),
    };
    let name = organisation::Command::NameDeputy { deputy };
    app.app.administer(app.request("admin", name)).await.unwrap();
    let deputies = app.app.default_deputies(&app.caller("pia")).await.unwrap();
    assert_eq!((deputies.len(), deputies[0].person.name.as_str()), (1, "dana"));
    away(&app, "admin", "rolf", None).await.unwrap();
    votes_for(&app, "dana", "rolf", id).await.unwrap();
}

async fn why_somebody_is_away_is_told_to_whom_it_concerns(app: TestApp) {
    let app = submitted(app).await.0;
    let assistant = app.id("otto");
    let person = app.id("rolf");
    let name = organisation::Command::NameAssistant { person, assistant };
    app.app.administer(app.request("rolf", name)).await.unwrap();
    assert!(away(&app, "pia", "rolf", Some("dana")).await.is_err());
    away(&app, "otto", "rolf", Some("dana")).await.unwrap();
    let told = async |who: &str| {
        let found = app.app.delegations(&app.caller(who), person).await.unwrap();
        assert_eq!((found.len(), found[0].state), (1, DelegationState::Live));
        found[0].reason.clone()
    };
    for who in ["rolf", "dana", "otto", "admin"] {
        assert_eq!(told(who).await.as_deref(), Some("Knee surgery"), "{who}");
    }
    assert_eq!(told("pia").await, None);
}
