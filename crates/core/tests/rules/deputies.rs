//! Deputies: what is done in an absent person's name, by whom, and what nobody may do in any name.

use std::collections::BTreeMap;

use chrono::Duration;
use expect_test::expect;
use serde_json::{Value, json};
use sluicegate_core::{
    directory::{Delegation, DirectoryEvent, Grant, Scope},
    id::DelegationId,
    product::{
        Actor, Choice, ConditionDraft, ConditionState, Event, Handover, Product, Recorded, Work,
    },
    rules::{
        Command, Decision, Refusal, Sign, TaskKind, Unmet, blinded, stands_in, unmet, withheld,
    },
};
use uuid::Uuid;

use crate::world::{World, blocker, codes, key, tell};

impl World {
    fn deputy(&self, name: &str, of: &str) -> Actor {
        Actor::Deputy { by: self.person(name), of: self.person(of) }
    }

    /// A person is away for ten days, and somebody else stands in: in all, or with limits.
    fn away(&mut self, of: &str, to: &str) {
        self.away_with(of, to, |_| {});
    }

    fn away_with(&mut self, of: &str, to: &str, limit: impl FnOnce(&mut Delegation)) {
        let count: usize = self.directory.delegations.values().map(BTreeMap::len).sum();
        let mut set = Delegation {
            of: self.person(of),
            to: Some(self.person(to)),
            from: self.now - Duration::days(1),
            until: self.now + Duration::days(9),
            roles: [].into(),
            gates: [].into(),
            reason: self.text("on leave"),
            ended: false,
        };
        limit(&mut set);
        let delegation = DelegationId::new(Uuid::from_u128(count as u128 + 1));
        self.directory.evolve(&DirectoryEvent::DelegationSet { delegation, set });
    }

    #[track_caller]
    fn does_for(&mut self, name: &str, of: &str, command: Command) -> Vec<Event> {
        match self.tries(self.deputy(name, of), &command) {
            Ok(events) => events,
            Err(refusal) => panic!("{name} for {of} could not {command:?}: {refusal:#?}"),
        }
    }

    /// The codes that refuse it, and whose hands kept it off for which reason.
    #[track_caller]
    fn why_not_for(&mut self, name: &str, of: &str, command: Command) -> Vec<String> {
        let refusal = match self.tries(self.deputy(name, of), &command) {
            Ok(events) => panic!("{name} for {of} could {command:?}: {events:#?}"),
            Err(refusal) => refusal,
        };
        let Refusal::Blocked { unmet } = &refusal else { return codes(&refusal) };
        unmet.iter().map(|each| self.told(each)).collect()
    }

    fn told(&self, unmet: &Unmet) -> String {
        let json = serde_json::to_value(unmet).expect("serialises");
        match &json["excluded"] {
            Value::Object(excluded) => {
                let person = excluded["person"].as_str().and_then(|id| id.parse().ok());
                let name = person.map_or("?", |person| self.name(person));
                let because = excluded["because"].as_str().unwrap_or("?");
                format!("{}: {name}, {because}", blocker(unmet))
            }
            _ => blocker(unmet),
        }
    }

    fn score(&self) -> Command {
        let scores = [(key("strategic_fit"), 8), (key("reward"), 8)].into();
        Command::Score { at: self.at(), scores }
    }

    /// Dana works here, and has no part in any gate.
    fn with_dana(mut self) -> Self {
        self.hire("Dana", "product_marketing_manager");
        self
    }
}

/// At the launch gate. Leo, Lisa and Lars lead, Finn guards the money, Mina submitted.
fn at_launch() -> World {
    World::at_launch(&["US"]).with_dana()
}

#[test]
fn a_deputy_votes_in_the_name_of_the_absent_and_both_names_stay() {
    let mut world = at_launch();
    world.away("Leo", "Dana");
    world.does_for("Dana", "Leo", world.score());
    let vote = world.vote(Choice::Go);
    expect![[r#"
        vote cast launch
    "#]]
    .assert_eq(&tell(&world.does_for("Dana", "Leo", vote)));
    let (leo, dana) = (world.person("Leo"), world.person("Dana"));
    let open = world.product().submission().unwrap();
    assert_eq!(open.scored_by, [(leo, dana)].into());
    let vote = &open.votes[&leo];
    assert_eq!(vote.deputy, Some(dana));
    let signature = vote.signature.as_ref().unwrap();
    assert_eq!((signature.signer, signature.on_behalf_of), (dana, Some(leo)));
    let stored = serde_json::to_value(world.log.last().unwrap()).unwrap();
    assert_eq!(stored["actor"], format!("{dana} for {leo}"));
    // The seat is Leo's, and has voted.
    let again = world.vote(Choice::Kill);
    assert_eq!(world.why_not("Leo", again), ["already_voted"]);
}

#[test]
fn the_gate_passes_with_the_votes_of_deputies() {
    let mut world = at_launch();
    world.away("Leo", "Dana");
    world.does_for("Dana", "Leo", world.score());
    let vote = world.vote(Choice::Go);
    world.does_for("Dana", "Leo", vote.clone());
    for name in ["Lisa", "Finn"] {
        world.scores(name, 8);
    }
    world.votes("Lisa", Choice::Go);
    assert!(tell(&world.votes("Finn", Choice::Go)).contains("gate decided launch go"));
}

#[test]
fn nothing_is_done_without_a_delegation_that_covers_it_now() {
    let mut world = at_launch();
    let score = world.score();
    let refused = ["not_delegated"];
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), refused);
    world.away_with("Leo", "Dana", |it| it.roles = [key("finance")].into());
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), refused, "another role");
    world.away_with("Leo", "Dana", |it| it.gates = [key("screen")].into());
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), refused, "another gate");
    world.away_with("Leo", "Dana", |it| it.ended = true);
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), refused, "ended");
    world.away_with("Leo", "Dana", |it| it.from = it.until - Duration::days(1));
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), refused, "not begun");
    world.away_with("Leo", "Dana", |it| {
        it.roles = [key("senior_leadership")].into();
        it.gates = [key("launch")].into();
    });
    assert_eq!(world.why_not_for("Dana", "Lars", score.clone()), refused, "another person");
    world.does_for("Dana", "Leo", score.clone());
    world.now += Duration::days(10);
    assert_eq!(world.why_not_for("Dana", "Leo", score), refused, "over");
}

#[test]
fn closed_accounts_neither_give_nor_take() {
    for gone in ["Leo", "Dana"] {
        let mut world = at_launch();
        world.away("Leo", "Dana");
        let person = world.person(gone);
        world.directory.evolve(&DirectoryEvent::PersonDeactivated { person });
        let score = world.score();
        let refused = world.why_not_for("Dana", "Leo", score);
        assert!(refused.contains(&"not_delegated".to_owned()), "{gone}: {refused:?}");
    }
}

#[test]
fn a_deputy_judges_and_brings_nothing() {
    let mut world = World::in_business(&["US"]).with_dana();
    world.away("Mina", "Dana");
    let (reason, evidence) = (world.text("because"), world.text("plan"));
    let deliverable = "market_size".parse().unwrap();
    let named = "market_size".parse().unwrap();
    let content = Some(world.content(crate::world::market_size()));
    let document = sluicegate_core::product::Document { content, ..Default::default() };
    for command in [
        Command::Rename { name: "Other".into() },
        Command::SubmitDeliverable { deliverable, document },
        Command::AskWaiver { deliverable: named, reason },
        World::pass("launch", "in_market"),
        World::stop("launch"),
        Command::AddMarket { market: key("KR") },
        Command::TransferOwnership { to: world.person("Otto") },
    ] {
        let refused = world.why_not_for("Dana", "Mina", command.clone());
        assert_eq!(refused.last().unwrap(), "not_by_deputy", "{command:?}");
    }
    // What the owner judges is done.
    let review_at = world.now + Duration::days(20);
    world.does_for("Dana", "Mina", Command::PlaceHold { review_at, reason });
    world.does_for("Dana", "Mina", Command::Resume { reason: evidence });
    let start = world.start_command(&[]);
    let cx = world.context(world.deputy("Dana", "Mina"));
    let refused = sluicegate_core::rules::decide(&cx, None, &start).unwrap_err();
    assert_eq!(codes(&refused), ["not_by_deputy"]);
}

#[test]
fn one_person_counts_once_at_a_gate_in_whatever_name() {
    let mut world = at_launch();
    for of in ["Leo", "Lars"] {
        world.away(of, "Lisa");
        world.away(of, "Dana");
    }
    let score = world.score();
    // Lisa sits there herself.
    assert_eq!(
        world.why_not_for("Lisa", "Leo", score.clone()),
        ["deputy_may_not: Lisa, sits_elsewhere"]
    );
    world.does_for("Dana", "Leo", score.clone());
    let twice = ["deputy_may_not: Dana, acted_for_another"];
    assert_eq!(world.why_not_for("Dana", "Lars", score.clone()), twice, "scored for Leo");
    // When Leo has scored himself, Dana's hands are free.
    world.does("Leo", score.clone());
    world.does_for("Dana", "Lars", score.clone());
    assert_eq!(world.why_not_for("Dana", "Leo", score), twice);
    let vote = world.vote(Choice::Go);
    world.does_for("Dana", "Lars", vote.clone());
    assert_eq!(world.why_not_for("Dana", "Leo", vote), twice, "voted for Lars");
}

#[test]
fn who_may_not_judge_may_not_in_anothers_name() {
    let mut world = World::ready_for_launch(&["US"]).with_dana();
    for of in ["Leo", "Finn"] {
        world.away(of, "Mina");
        world.away(of, "Otto");
    }
    let to = world.person("Otto");
    world.does("Mina", Command::TransferOwnership { to });
    world.does("Otto", World::pass("launch", "in_market"));
    let score = world.score();
    assert_eq!(
        world.why_not_for("Otto", "Leo", score.clone()),
        ["deputy_may_not: Otto, submitted"]
    );
    // Mina wrote what the seat of the money may not judge of its own; the leaders' seat may.
    assert_eq!(world.why_not_for("Mina", "Finn", score.clone()), ["deputy_may_not: Mina, author"]);
    world.does_for("Mina", "Leo", score);
}

#[test]
fn powers_go_through_two_pairs_of_hands_and_every_pair_is_clean() {
    let mut world = at_launch();
    for (of, to) in [("Leo", "Pia"), ("Pia", "Dana"), ("Dana", "Uma"), ("Lars", "Mina")] {
        world.away(of, to);
    }
    world.away("Mina", "Kim");
    let score = world.score();
    assert_eq!(world.why_not_for("Uma", "Leo", score.clone()), ["not_delegated"], "three");
    // Mina submitted, so she does not choose who votes for Lars either.
    assert_eq!(
        world.why_not_for("Kim", "Lars", score.clone()),
        ["deputy_may_not: Mina, submitted"]
    );
    world.does_for("Dana", "Leo", score.clone());
    // A cleaner way counts.
    world.away("Lars", "Kim");
    world.does_for("Kim", "Lars", score);
}

#[test]
fn a_default_deputy_stands_in_where_nobody_is_named() {
    let mut world = at_launch();
    let deputy = Grant {
        role: key("senior_leadership"),
        scope: Scope::Everywhere,
        person: world.person("Dana"),
    };
    world.directory.evolve(&DirectoryEvent::DeputyNamed { deputy });
    let score = world.score();
    assert_eq!(world.why_not_for("Dana", "Leo", score.clone()), ["not_delegated"], "not away");
    world.away_with("Leo", "Dana", |it| it.to = None);
    world.does_for("Dana", "Leo", score);
}

#[test]
fn who_voted_in_anothers_name_leaves_the_chair_to_others() {
    let mut world = World::started(&[]);
    world.submit("Mina", "idea_note", json!({"text": "A valve that does not leak"}));
    let evidence = world.text("plan, page 3");
    let criterion = key("fit");
    world.does("Mina", Command::AnswerCriterion { criterion, yes: true, evidence });
    world.does("Mina", World::pass("screen", "business"));
    world.away("Rudi", "Leo");
    world.away("Lisa", "Leo");
    world.away("Lars", "Otto");
    let vote = world.vote(Choice::Kill);
    world.does_for("Leo", "Rudi", vote);
    let reason = world.text("no");
    let (outcome, conditions, at) = (Decision::Kill, Vec::new(), world.at());
    let decide = Command::Decide { at, outcome, reason, conditions, sign: Sign::Rehearsed };
    assert_eq!(world.why_not("Leo", decide.clone()), ["acted_as_deputy"]);
    assert_eq!(
        world.why_not_for("Leo", "Lisa", decide.clone()),
        ["deputy_may_not: Leo, acted_for_another"]
    );
    let events = world.does_for("Otto", "Lars", decide);
    let Event::GateDecided { decided_by, .. } = &events[0] else { panic!() };
    let sluicegate_core::product::DecidedBy::Chair { person, .. } = decided_by else { panic!() };
    assert_eq!(world.name(*person), "Lars", "the decision is that of the chair");
}

#[test]
fn one_person_counts_once_among_the_reviewers() {
    let reviewers = [("reviewers: [finance]", "reviewers: [finance, rd_lead]")];
    let mut world = World::written(&reviewers).start(&[]).into_business().with_dana();
    world.hire("Dana", "rd_lead");
    for of in ["Finn", "Rudi"] {
        world.away(of, "Dana");
        world.away(of, "Mina");
    }
    world.submit("Mina", "market_size", crate::world::market_size());
    let accept = Command::AcceptDeliverable { deliverable: "market_size".parse().unwrap() };
    assert_eq!(
        world.why_not_for("Mina", "Finn", accept.clone()),
        ["deputy_may_not: Mina, submitted"]
    );
    world.does_for("Dana", "Finn", accept.clone());
    assert_eq!(
        world.why_not_for("Dana", "Rudi", accept.clone()),
        ["deputy_may_not: Dana, reviewer"]
    );
    assert_eq!(world.why_not("Dana", accept.clone()), ["reviewed_already"], "not in her own");
    world.does("Rudi", accept);
    let named = "market_size".parse().unwrap();
    let accepted = world.product().deliverables[&named].accepted.as_ref().unwrap();
    let both = ["Finn", "Dana", "Rudi"].map(|name| world.person(name));
    assert_eq!(accepted.reviewed_by, both.into(), "both people are kept for later separation");
}

#[test]
fn a_delegation_of_one_role_reviews_in_that_role() {
    let reviewers = [("reviewers: [finance]", "reviewers: [finance, rd_lead]")];
    let mut world = World::written(&reviewers).start(&[]).into_business().with_dana();
    world.hire("Finn", "rd_lead");
    world.away_with("Finn", "Dana", |it| it.roles = [key("rd_lead")].into());
    world.submit("Mina", "market_size", crate::world::market_size());
    let accept = Command::AcceptDeliverable { deliverable: "market_size".parse().unwrap() };
    let events = world.does_for("Dana", "Finn", accept);
    let Event::DeliverableReviewed { role, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(role.as_str(), "rd_lead");
}

#[test]
fn later_separation_sees_both_people_of_a_review() {
    let rule = "{ who: author of market_size, may_not: money }";
    let other = "{ who: reviewer of market_size, may_not: leaders }";
    let mut world = World::written(&[(rule, other)]).start(&["US"]).into_business().with_dana();
    world.away("Finn", "Dana");
    world.away("Leo", "Dana");
    world.submit("Mina", "market_size", crate::world::market_size());
    let deliverable = "market_size".parse().unwrap();
    world.does_for("Dana", "Finn", Command::AcceptDeliverable { deliverable });
    let document = sluicegate_core::product::Document {
        attachments: vec![sluicegate_core::digest::Digest::of(b"study.pdf")],
        ..Default::default()
    };
    let deliverable = "study".parse().unwrap();
    world.does("Rudi", Command::SubmitDeliverable { deliverable, document });
    world.does("Mina", World::pass("launch", "in_market"));
    let score = world.score();
    assert_eq!(world.why_not_for("Dana", "Leo", score), ["deputy_may_not: Dana, reviewer"]);
}

#[test]
fn a_waiver_is_approved_in_no_name_by_who_asked() {
    let mut world = World::in_business(&[]).with_dana();
    world.away("Finn", "Mina");
    world.away("Finn", "Dana");
    let (deliverable, reason) = ("market_size".parse().unwrap(), world.text("known"));
    world.does("Mina", Command::AskWaiver { deliverable, reason });
    let named = "market_size".parse().unwrap();
    let approve = Command::ApproveWaiver { deliverable: "market_size".parse().unwrap() };
    assert_eq!(world.why_not_for("Mina", "Finn", approve.clone()), ["deputy_may_not: Mina, asked"]);
    world.does_for("Dana", "Finn", approve);
    let work = &world.product().deliverables[&named].work;
    let Work::Waived { approved_by, deputy, .. } = work else { panic!("{work:?}") };
    assert_eq!([world.name(*approved_by), world.name(deputy.unwrap())], ["Finn", "Dana"]);
}

#[test]
fn a_condition_is_judged_in_no_name_by_who_owes_it_or_gave_the_evidence() {
    let mut world = at_launch();
    let (text, owner) = (world.text("finish the study"), world.person("Rudi"));
    let (reason, due) = (world.text("so be it"), world.now + Duration::days(60));
    let conditions = vec![ConditionDraft { text, owner, due }];
    let (at, choice) = (world.at(), Choice::ConditionalGo);
    for of in ["Dana", "Rudi", "Mina"] {
        world.away("Leo", of);
    }
    world.does_for("Dana", "Leo", world.score());
    let vote = Command::Vote { at, choice, reason, conditions, sign: Sign::Rehearsed };
    world.does_for("Dana", "Leo", vote);
    for name in ["Lisa", "Finn"] {
        world.scores(name, 8);
        world.votes(name, Choice::Go);
    }
    let condition = 1;
    assert_eq!(world.name(world.product().conditions[&1].set_by), "Leo", "it counts to him");
    let extend = Command::ExtendCondition { condition, due: due + Duration::days(1), reason };
    assert_eq!(world.why_not_for("Rudi", "Leo", extend.clone()), ["deputy_may_not: Rudi, owes"]);
    world.does("Mina", Command::GiveEvidence { condition, evidence: text });
    let close = Command::CloseCondition { condition };
    assert_eq!(
        world.why_not_for("Mina", "Leo", close.clone()),
        ["deputy_may_not: Mina, gave_evidence"]
    );
    world.does_for("Dana", "Leo", close);
    let state = &world.product().conditions[&1].state;
    let ConditionState::Closed { by, deputy, .. } = state else { panic!("{state:?}") };
    assert_eq!([world.name(*by), world.name(deputy.unwrap())], ["Leo", "Dana"]);
}

#[test]
fn a_market_that_a_deputy_accepts_goes_to_the_absent() {
    let apart = [("same_person_both_sides: true", "same_person_both_sides: false")];
    let mut world = World::written(&apart).start(&["US"]).into_business().with_dana();
    world.submit("Mina", "market_size", crate::world::market_size());
    world.accept("Finn", "market_size");
    let document = sluicegate_core::product::Document {
        attachments: vec![sluicegate_core::digest::Digest::of(b"study.pdf")],
        ..Default::default()
    };
    let deliverable = "study".parse().unwrap();
    world.does("Rudi", Command::SubmitDeliverable { deliverable, document });
    world.submit("Rudi", "regulatory_clearance@US", json!({"cleared": true}));
    world.does("Mina", World::pass("launch", "in_market"));
    for name in ["Leo", "Lisa", "Finn"] {
        world.scores(name, 8);
        world.votes(name, Choice::Go);
    }
    let to = Some(world.person("Kim"));
    world.does("Mina", Command::OfferHandover { market: key("US"), to });
    world.away("Kim", "Mina");
    world.away("Kim", "Dana");
    let items = [key("materials"), key("training")].into();
    let accept = Command::AcceptHandover { market: key("US"), items };
    assert_eq!(
        world.why_not_for("Mina", "Kim", accept.clone()),
        ["deputy_may_not: Mina, hands_over"]
    );
    world.does_for("Dana", "Kim", accept);
    assert_eq!(world.name(world.product().accountable(&key("US"))), "Kim");
    let handover = &world.product().markets["US"].handover;
    let Handover::Accepted { deputy, .. } = handover else { panic!("{handover:?}") };
    assert_eq!(*deputy, Some(world.person("Dana")));
}

#[test]
fn what_is_missing_names_the_deputies_beside_the_absent() {
    let mut world = at_launch();
    world.away("Leo", "Dana");
    world.away("Lisa", "Mina");
    world.scores("Finn", 8);
    let vote = world.vote(Choice::Go);
    let actor = Actor::Person(world.person("Finn"));
    let found = unmet(&world.context(actor), world.product(), &vote.action()).unwrap();
    assert_eq!(blocker(&found[0]), "seat_waits");
    let json = serde_json::to_value(&found[0].clear).unwrap();
    let (dana, leo) = (world.person("Dana"), world.person("Leo"));
    // Mina could not: she submitted.
    assert_eq!(json["deputies"], json!([{ "person": dana, "for": leo }]));
}

#[test]
fn a_deputy_sees_no_scores_but_those_of_the_own_hands() {
    let mut world = at_launch();
    world.away("Leo", "Dana");
    world.away("Lars", "Dana");
    world.does_for("Dana", "Leo", world.score());
    world.scores("Lars", 3);
    let seen = |viewer: Actor| {
        let shown = blinded(world.product(), world.product().clone(), viewer);
        let open = shown.submission().unwrap();
        open.scores.keys().map(|of| world.name(*of).to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seen(world.deputy("Dana", "Leo")), "Leo");
    assert_eq!(seen(Actor::Person(world.person("Leo"))), "Leo");
    assert_eq!(seen(world.deputy("Dana", "Lars")), "", "she might vote for Leo yet");
    assert_eq!(seen(Actor::Person(world.person("Dana"))), "");
    let last = world.log.last().unwrap();
    assert!(withheld(world.product(), last, world.deputy("Dana", "Lars")));
    assert!(!withheld(world.product(), last, Actor::Person(world.person("Lars"))));
}

#[test]
fn a_deputy_takes_up_the_tasks_that_the_delegation_covers() {
    let mut world = at_launch();
    world.away_with("Leo", "Dana", |it| it.roles = [key("senior_leadership")].into());
    world.away("Mina", "Dana");
    let takes = |of: &str, kind, about: &str| {
        stands_in(&world.context(world.deputy("Dana", of)), world.product(), kind, about)
    };
    assert!(takes("Leo", TaskKind::Vote, "launch"));
    assert!(!takes("Lisa", TaskKind::Vote, "launch"));
    assert!(!takes("Mina", TaskKind::SubmitToGate, "launch"), "deputies bring nothing");
    assert!(!takes("Leo", TaskKind::CompleteReview, "1"));
}

#[test]
fn old_logs_read_as_before() {
    let line = r#"{"at":"2026-03-02T09:00:00Z","actor":"psn_00000000000000000000000000000001","event":"vote_cast","gate":"launch","seat":"money","choice":"go","reason":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","conditions":[],"signature":{"signer":"psn_00000000000000000000000000000001","role":"finance","at":"2026-03-02T09:00:00Z","meaning":"I approve the launch","packet":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}"#;
    for actor in ["psn_00000000000000000000000000000001", "system", "visitor"] {
        let line = line.replacen("psn_00000000000000000000000000000001", actor, 1);
        let recorded: Recorded = serde_json::from_str(&line).unwrap();
        assert_eq!(recorded.actor.deputy(), None);
        assert_eq!(serde_json::to_string(&recorded).unwrap(), line);
    }
    for broken in
        ["psn_1 for psn_2", "system for visitor", "psn_00000000000000000000000000000001 for "]
    {
        assert!(broken.parse::<Actor>().is_err(), "{broken}");
    }
    // A state that was stored before there were deputies.
    let mut world = at_launch();
    world.scores("Leo", 8);
    world.votes("Leo", Choice::Go);
    let stored = serde_json::to_value(world.product()).unwrap();
    let text = stored.to_string();
    assert!(!text.contains("deput") && !text.contains("scored_by") && !text.contains("behalf"));
    assert_eq!(&serde_json::from_value::<Product>(stored).unwrap(), world.product());
}
