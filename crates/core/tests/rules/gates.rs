//! Gates: readiness, panel, scores, votes, the chair, and what follows from each outcome.

use std::collections::BTreeMap;

use chrono::Duration;
use expect_test::expect;
use serde_json::json;
use sluicegate_core::{
    product::{Actor, Choice, ConditionDraft, Overlay, Position, Purpose},
    rules::{Action, Blocker, Command, Decision, Sign, unmet},
};

use crate::world::{World, key, list, tell};

#[test]
fn a_gate_says_everything_that_it_still_waits_for() {
    let mut world = World::started(&[]);
    let submit = World::pass("screen", "business");
    expect![[r#"
        deliverable_missing
        criterion_unanswered
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit.clone())));
    let evidence = world.text("not in the plan");
    let criterion = key("fit");
    world.does("Mina", Command::AnswerCriterion { criterion, yes: false, evidence });
    expect![[r#"
        deliverable_missing
        criterion_answered_no
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit)));
    let mut world = World::in_business(&[]);
    let submit = World::pass("launch", "in_market");
    expect![[r#"
        deliverable_missing
        deliverable_missing
        criterion_unknown
        no_market
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit.clone())));
    expect![[r#"
        not_your_role
        deliverable_missing
        deliverable_missing
        criterion_unknown
        no_market
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", submit)));
}

#[test]
fn a_submission_freezes_the_packet_until_it_is_withdrawn() {
    let mut world = World::at_launch(&["US"]);
    let packet = world.product().submission().map(|open| open.packet);
    let name = "Other".to_owned();
    expect![[r#"
        packet_frozen
    "#]]
    .assert_eq(&list(&world.why_not("Mina", Command::Rename { name })));
    let reason = world.text("a figure is wrong");
    expect![[r#"
        gate withdrawn launch
    "#]]
    .assert_eq(&tell(&world.does("Mina", Command::Withdraw { at: world.at(), reason })));
    world.does("Mina", World::pass("launch", "in_market"));
    assert_eq!(world.product().submission().map(|open| open.packet), packet, "same content");
    world.does("Mina", Command::Withdraw { at: world.at(), reason });
    world.does("Mina", Command::Rename { name: "Other".into() });
    world.does("Mina", World::pass("launch", "in_market"));
    assert_ne!(world.product().submission().map(|open| open.packet), packet, "other content");
}

#[test]
fn a_seat_that_cannot_be_filled_keeps_the_gate_shut() {
    let mut world = World::ready_for_launch(&["US"]);
    for name in ["Leo", "Lisa"] {
        loses_the_role(&mut world, name);
    }
    let submit = World::pass("launch", "in_market");
    expect![[r#"
        seat_unfillable
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit)));
    // Who may not submit is told just that: who could sit depends on who submits.
    let refused = list(&world.why_not("Finn", World::pass("launch", "in_market")));
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&refused);
}

fn loses_the_role(world: &mut World, name: &str) {
    let person = world.person(name);
    let grant = world.directory.grants.iter().find(|grant| grant.person == person);
    let grant = grant.cloned().expect("a grant");
    world.directory.evolve(&sluicegate_core::directory::DirectoryEvent::RoleRevoked { grant });
}

/// Seats vote in order, and the first one has fewer people left than it needs.
#[test]
fn a_seat_that_cannot_be_met_any_more_is_nothing_to_wait_for() {
    let mut world = World::at_launch(&["US"]);
    world.scores("Finn", 6);
    let (choice, reason, at) = (Choice::Go, world.text("it pays"), world.at());
    let vote = Command::Vote { at, choice, reason, conditions: Vec::new(), sign: Sign::Unsigned };
    expect![[r#"
        seat_waits
    "#]]
    .assert_eq(&list(&world.why_not("Finn", vote.clone())));
    for name in ["Leo", "Lisa", "Lars"] {
        loses_the_role(&mut world, name);
    }
    world.hire("Otto", "senior_leadership");
    expect![[r#"
        chair_decides
    "#]]
    .assert_eq(&list(&world.why_not("Finn", vote)));
}

#[test]
fn who_wrote_the_market_size_does_not_sit_for_the_money() {
    let mut world = World::ready_for_launch(&["US"]);
    world.hire("Mina", "finance");
    world.hire("Otto", "finance");
    let to = world.person("Otto");
    world.does("Mina", Command::TransferOwnership { to });
    let panel: BTreeMap<_, _> = [
        (key("leaders"), ["Leo", "Lisa"].map(|name| world.person(name)).into()),
        (key("money"), [world.person("Mina")].into()),
    ]
    .into();
    let purpose = Purpose::Pass(key("in_market"));
    let submit = Command::Submit { gate: key("launch"), purpose, panel };
    expect![[r#"
        may_not_sit at /panel/money
    "#]]
    .assert_eq(&list(&world.why_not("Otto", submit)));
}

#[test]
fn gatekeepers_score_alone_then_vote_in_turn_and_the_last_needed_vote_opens_the_gate() {
    let mut world = World::at_launch(&["US"]);
    let vote = world.vote(Choice::Go);
    expect![[r#"
        score_first
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote.clone())));
    expect![[r#"
        not_on_panel
    "#]]
    .assert_eq(&list(&world.why_not("Mina", vote.clone())));
    world.scores("Leo", 9);
    expect![[r#"
        vote cast launch
    "#]]
    .assert_eq(&tell(&world.does("Leo", vote.clone())));
    expect![[r#"
        already_voted
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote.clone())));
    world.scores("Finn", 6);
    expect![[r#"
        seat_waits
    "#]]
    .assert_eq(&list(&world.why_not("Finn", vote.clone())));
    world.scores("Lisa", 7);
    world.does("Lisa", vote.clone());
    expect![[r#"
        vote cast launch
        gate decided launch go
        review scheduled interim_3m
        stage entered in_market
        review scheduled yearly_review
    "#]]
    .assert_eq(&tell(&world.does("Finn", vote)));
    assert_eq!(world.product().position, Position::InStage(key("in_market")));
}

#[test]
fn a_vote_that_asks_for_a_signature_does_not_count_without_one() {
    let mut world = World::at_launch(&["US"]);
    world.scores("Leo", 9);
    let reason = world.text("fine");
    let (choice, conditions) = (Choice::Go, Vec::new());
    let vote = Command::Vote { at: world.at(), choice, reason, conditions, sign: Sign::Unsigned };
    expect![[r#"
        signature_needed at /signing
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote)));
    world.votes("Leo", Choice::Go);
    let submission = world.product().submission().expect("at the gate");
    let signature = submission.votes[&world.person("Leo")].signature.as_ref().expect("a signature");
    assert_eq!(signature.packet, submission.packet);
    assert_eq!(signature.meaning, "I approve the launch");
}

#[test]
fn a_scorecard_takes_each_factor_from_0_to_10() {
    let mut world = World::at_launch(&["US"]);
    let scores = [(key("strategic_fit"), 11), (key("beauty"), 5)].into();
    expect![[r#"
        unknown_factor at /scores/beauty
        score_out_of_range at /scores/strategic_fit
        score_missing at /scores/reward
    "#]]
    .assert_eq(&list(&world.why_not("Leo", Command::Score { at: world.at(), scores })));
}

#[test]
fn a_veto_or_a_need_that_cannot_be_met_leaves_the_decision_to_the_chair() {
    let mut world = World::at_launch(&["US"]);
    let reason = world.text("enough");
    let conditions = Vec::new();
    let outcome = Decision::Kill;
    let decide = Command::Decide {
        at: world.at(),
        outcome,
        reason,
        conditions: conditions.clone(),
        sign: Sign::Rehearsed,
    };
    expect![[r#"
        votes_decide
    "#]]
    .assert_eq(&list(&world.why_not("Leo", decide)));
    for name in ["Leo", "Lisa"] {
        world.scores(name, 8);
    }
    world.votes("Leo", Choice::Go);
    world.votes("Lisa", Choice::Kill);
    expect!["Waiting"].assert_eq(&format!("{:?}", standing(&world)));
    world.scores("Lars", 3);
    world.votes("Lars", Choice::Recycle);
    expect!["ChairDecides { why: [CannotBeMet { seat: leaders }] }"]
        .assert_eq(&format!("{:?}", standing(&world)));
    let go = Command::Decide {
        at: world.at(),
        outcome: Decision::Go,
        reason,
        conditions: conditions.clone(),
        sign: Sign::Rehearsed,
    };
    expect![[r#"
        outcome_not_offered at /outcome
    "#]]
    .assert_eq(&list(&world.why_not("Leo", go)));
    let (outcome, sign) = (Decision::Recycle { to: key("in_market") }, Sign::Unsigned);
    let astray = Command::Decide { at: world.at(), outcome, reason, conditions, sign };
    expect![[r#"
        stage_not_offered at /to
        signature_needed at /signing
    "#]]
    .assert_eq(&list(&world.why_not("Leo", astray)));
    let events = world.decides("Leo", Decision::Recycle { to: key("idea") });
    expect![[r#"
        gate decided launch recycle
        stage entered idea
    "#]]
    .assert_eq(&tell(&events));
}

fn standing(world: &World) -> sluicegate_core::rules::Standing {
    let actor = sluicegate_core::product::Actor::System;
    let meeting = sluicegate_core::rules::meeting(&world.context(actor), world.product());
    meeting.expect("at a gate").standing
}

#[test]
fn below_the_hurdle_the_chair_may_still_say_go_with_a_reason() {
    let mut world = World::at_launch(&["US"]);
    for name in ["Leo", "Lisa", "Finn"] {
        world.scores(name, 3);
        world.votes(name, Choice::Go);
    }
    expect!["ChairDecides { why: [BelowHurdle { score: 30, hurdle: 60 }] }"]
        .assert_eq(&format!("{:?}", standing(&world)));
    let events = world.decides("Lars", Decision::Go);
    expect![[r#"
        gate decided launch go
        review scheduled interim_3m
        stage entered in_market
        review scheduled yearly_review
    "#]]
    .assert_eq(&tell(&events));
}

#[test]
fn a_gate_holds_recycles_and_kills_within_its_bounds() {
    let mut world = World::in_business(&["US"]);
    world.does("Mina", World::stop("launch"));
    let review_at = world.now + Duration::days(400);
    let reason = world.text("later");
    let (outcome, conditions) = (Decision::Hold { review_at }, Vec::new());
    let too_long =
        Command::Decide { at: world.at(), outcome, reason, conditions, sign: Sign::Rehearsed };
    expect![[r#"
        too_late at /review_at
    "#]]
    .assert_eq(&list(&world.why_not("Leo", too_long)));
    let review_at = world.now + Duration::days(90);
    let events = world.decides("Leo", Decision::Hold { review_at });
    expect![[r#"
        gate decided launch hold
        product held
    "#]]
    .assert_eq(&tell(&events));
    let submit = World::pass("launch", "in_market");
    expect![[r#"
        product_held
        deliverable_missing
        deliverable_missing
        criterion_unknown
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit)));
    expect![[r#"
        hold review fell due
    "#]]
    .assert_eq(&tell(&world.passes(91)));
    let resume = Command::Resume { reason };
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Mina", resume.clone())));
    expect![[r#"
        product resumed
    "#]]
    .assert_eq(&tell(&world.does("Leo", resume)));
    for _ in 0..3 {
        world.does("Mina", World::stop("launch"));
        world.decides("Leo", Decision::Recycle { to: key("business") });
    }
    world.does("Mina", World::stop("launch"));
    let (outcome, conditions) = (Decision::Recycle { to: key("business") }, Vec::new());
    let recycle =
        Command::Decide { at: world.at(), outcome, reason, conditions, sign: Sign::Rehearsed };
    expect![[r#"
        outcome_not_offered at /outcome
    "#]]
    .assert_eq(&list(&world.why_not("Leo", recycle)));
    let events = world.decides("Leo", Decision::Kill);
    expect![[r#"
        gate decided launch kill
        product closed launch
    "#]]
    .assert_eq(&tell(&events));
    assert!(matches!(world.product().overlay, Overlay::Closed(_)));
}

#[test]
fn a_killed_product_is_reopened_only_by_the_gate_that_killed_it() {
    let mut world = World::in_business(&["US"]);
    world.does("Mina", World::stop("launch"));
    world.decides("Leo", Decision::Kill);
    let reopen = |gate| Command::Submit {
        gate: key(gate),
        purpose: Purpose::Reopen,
        panel: BTreeMap::new(),
    };
    expect![[r#"
        not_at_this_gate
    "#]]
    .assert_eq(&list(&world.why_not("Mina", reopen("screen"))));
    world.does("Mina", reopen("launch"));
    for name in ["Leo", "Lisa"] {
        world.votes(name, Choice::Go);
    }
    expect![[r#"
        vote cast launch
        gate decided launch reopen
        product reopened launch
        stage entered business
    "#]]
    .assert_eq(&tell(&world.votes("Finn", Choice::Go)));
    assert_eq!(world.product().overlay, Overlay::Active);
    world.does("Mina", World::stop("launch"));
    world.decides("Leo", Decision::Kill);
    world.does("Mina", reopen("launch"));
    world.votes("Leo", Choice::Kill);
    world.votes("Lisa", Choice::Kill);
    expect![[r#"
        gate decided launch stay_closed
    "#]]
    .assert_eq(&tell(&world.decides("Lars", Decision::StayClosed)));
    assert!(matches!(world.product().overlay, Overlay::Closed(_)));
}

#[test]
fn the_submitter_neither_votes_nor_decides() {
    let mut world = World::ready_for_launch(&["US"]);
    for role in ["senior_leadership", "finance"] {
        world.hire("Mina", role);
    }
    world.does("Mina", World::pass("launch", "in_market"));
    let panel = &world.product().submission().expect("at the gate").panel;
    assert!(!panel.values().flatten().any(|person| *person == world.person("Mina")));
    let vote = world.vote(Choice::Go);
    expect![[r#"
        not_on_panel
    "#]]
    .assert_eq(&list(&world.why_not("Mina", vote)));
    for name in ["Leo", "Lisa"] {
        world.scores(name, 1);
        world.votes(name, Choice::Kill);
    }
    let reason = world.text("mine");
    let (outcome, conditions) = (Decision::Kill, Vec::new());
    let decide =
        Command::Decide { at: world.at(), outcome, reason, conditions, sign: Sign::Rehearsed };
    expect![[r#"
        submitter_may_not_decide
    "#]]
    .assert_eq(&list(&world.why_not("Mina", decide)));
}

#[test]
fn a_conditional_go_passes_with_obligations() {
    let mut world = World::at_launch(&["US"]);
    world.scores("Leo", 8);
    let (text, owner) = (world.text("finish the stability study"), world.person("Rudi"));
    let reason = world.text("with a condition");
    let mut draft = ConditionDraft { text, owner, due: world.now + Duration::days(300) };
    let choice = Choice::ConditionalGo;
    let at = world.at();
    let vote = |draft: Option<&ConditionDraft>| Command::Vote {
        at: at.clone(),
        choice,
        reason,
        conditions: draft.into_iter().cloned().collect(),
        sign: Sign::Rehearsed,
    };
    expect![[r#"
        conditions_needed at /conditions
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote(None))));
    expect![[r#"
        too_late at /conditions/0/due
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote(Some(&draft)))));
    draft.due = world.now + Duration::days(60);
    world.does("Leo", vote(Some(&draft)));
    world.scores("Lisa", 8);
    world.votes("Lisa", Choice::Go);
    world.scores("Finn", 8);
    expect![[r#"
        vote cast launch
        gate decided launch conditional_go
        condition imposed launch
        review scheduled interim_3m
        stage entered in_market
        review scheduled yearly_review
    "#]]
    .assert_eq(&tell(&world.votes("Finn", Choice::Go)));
}

#[test]
fn the_clock_reminds_and_escalates_and_never_approves() {
    let mut world = World::at_launch(&["US"]);
    let mut told = String::new();
    for _ in 0..20 {
        told += &tell(&world.passes(1));
    }
    expect![[r#"
        gate reminded launch
        gate reminded launch
        gate escalated launch
    "#]]
    .assert_eq(&told);
    assert!(world.product().submission().is_some());
}

#[test]
fn a_guard_that_cannot_be_told_is_for_those_who_can_fill_in_what_it_reads() {
    let mut world = World::in_business(&["US"]);
    let card = world.content(json!({ "problem": "A valve that leaks" }));
    world.does("Mina", Command::ReviseCard { card });
    let asks = world.context(Actor::Person(world.person("Mina")));
    let launch = Action::Submit { gate: key("launch"), path: key("in_market") };
    let mut list = unmet(&asks, world.product(), &launch).expect("a gate");
    list.retain(|each| matches!(each.blocker, Blocker::GuardUnknown { .. }));
    let found = list.first().expect("the study's guard");
    assert_eq!(found.clear.people, [world.person("Mina")].into(), "not the study's owner");
}
