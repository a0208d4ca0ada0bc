//! Conditions, holds, reviews after launch, exits and the clock.

use chrono::Duration;
use expect_test::expect;
use serde_json::json;
use sluicegate_core::{
    product::{Choice, ConditionDraft, Overlay},
    rules::{Command, Sign, next_tick},
};

use crate::world::{World, key, list, tell};

/// Launched with one condition, owned by Rudi and set by Leo.
fn with_condition() -> World {
    let mut world = World::at_launch(&["US"]);
    let (text, owner) = (world.text("finish the study"), world.person("Rudi"));
    let reason = world.text("with a condition");
    let conditions = vec![ConditionDraft { text, owner, due: world.now + Duration::days(60) }];
    world.scores("Leo", 8);
    let choice = Choice::ConditionalGo;
    let at = world.at();
    world.does("Leo", Command::Vote { at, choice, reason, conditions, sign: Sign::Rehearsed });
    for name in ["Lisa", "Finn"] {
        world.scores(name, 8);
        world.votes(name, Choice::Go);
    }
    world
}

#[test]
fn a_condition_is_closed_on_evidence_by_who_set_it() {
    let mut world = with_condition();
    let close = Command::CloseCondition { condition: 1 };
    expect![[r#"
        no_evidence
    "#]]
    .assert_eq(&list(&world.why_not("Leo", close.clone())));
    let submit = World::pass("lifecycle", "continue");
    expect![[r#"
        condition_open
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit)));
    let evidence = world.text("report 7");
    let give = Command::GiveEvidence { condition: 1, evidence };
    expect![[r#"
        condition evidence given 1
    "#]]
    .assert_eq(&tell(&world.does("Rudi", give.clone())));
    expect![[r#"
        not_yours
        evidence_giver_may_not_close
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", close.clone())));
    let reason = world.text("unsigned");
    let refuse = Command::RefuseEvidence { condition: 1, reason };
    expect![[r#"
        condition evidence refused 1
    "#]]
    .assert_eq(&tell(&world.does("Leo", refuse)));
    world.does("Rudi", give);
    expect![[r#"
        condition closed 1
    "#]]
    .assert_eq(&tell(&world.does("Leo", close.clone())));
    expect![[r#"
        condition_closed
    "#]]
    .assert_eq(&list(&world.why_not("Leo", close)));
}

#[test]
fn an_expired_condition_holds_the_product_until_it_is_closed_or_extended() {
    let mut world = with_condition();
    expect![[r#"
        condition expired 1
        product held
        hold review fell due
    "#]]
    .assert_eq(&tell(&world.passes(61)));
    let reason = world.text("go on");
    let resume = Command::Resume { reason };
    expect![[r#"
        condition_expired
    "#]]
    .assert_eq(&list(&world.why_not("Leo", resume.clone())));
    let due = world.now + Duration::days(30);
    let extend = Command::ExtendCondition { condition: 1, due, reason };
    expect![[r#"
        condition extended 1
    "#]]
    .assert_eq(&tell(&world.does("Leo", extend)));
    expect![[r#"
        product resumed
    "#]]
    .assert_eq(&tell(&world.does("Leo", resume)));
    let extend = Command::ExtendCondition { condition: 1, due: world.now, reason };
    expect![[r#"
        not_in_future at /due
    "#]]
    .assert_eq(&list(&world.why_not("Leo", extend)));
}

#[test]
fn the_owner_may_ask_for_a_hold_with_a_review_date() {
    let mut world = World::in_business(&[]);
    let reason = world.text("waiting for a supplier");
    let review_at = world.now + Duration::days(30);
    let hold = Command::PlaceHold { review_at, reason };
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Finn", hold.clone())));
    expect![[r#"
        product held
    "#]]
    .assert_eq(&tell(&world.does("Mina", hold.clone())));
    expect![[r#"
        product_held
    "#]]
    .assert_eq(&list(&world.why_not("Mina", hold)));
    expect![[r#"
        product resumed
    "#]]
    .assert_eq(&tell(&world.does("Mina", Command::Resume { reason })));
}

#[test]
fn reviews_fall_due_by_the_clock_and_one_of_them_blocks_the_next_gate() {
    let mut world = World::launched(&["US"]);
    let content = world.content(json!({"text": "on plan"}));
    let complete = Command::CompleteReview { review: 1, content };
    expect![[r#"
        review_not_due
    "#]]
    .assert_eq(&list(&world.why_not("Pia", complete.clone())));
    expect![[r#"
        review fell due
        handover fell due US
    "#]]
    .assert_eq(&tell(&world.passes(95)));
    let submit = World::pass("lifecycle", "continue");
    expect![[r#"
        review_due
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit.clone())));
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Finn", complete.clone())));
    expect![[r#"
        review completed
    "#]]
    .assert_eq(&tell(&world.does("Pia", complete)));
    expect![[r#"
        review fell due
    "#]]
    .assert_eq(&tell(&world.passes(300)));
    world.does("Mina", submit);
    expect![[r#"
        vote cast lifecycle
        gate decided lifecycle go
        review completed
        stage entered in_market
        review scheduled yearly_review
    "#]]
    .assert_eq(&tell(&world.votes("Leo", Choice::Go)));
}

#[test]
fn an_exit_closes_when_its_duties_are_discharged() {
    let mut world = World::launched(&["US"]);
    world.does("Mina", World::pass("lifecycle", "delete"));
    expect![[r#"
        vote cast lifecycle
        gate decided lifecycle go
        review completed
        exit begun lifecycle
    "#]]
    .assert_eq(&tell(&world.votes("Leo", Choice::Go)));
    let evidence = world.text("order 4711");
    let last_order = Command::DischargeDuty { duty: key("last_order"), evidence };
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Finn", last_order.clone())));
    expect![[r#"
        duty discharged last_order
    "#]]
    .assert_eq(&tell(&world.does("Mina", last_order.clone())));
    expect![[r#"
        duty_done
    "#]]
    .assert_eq(&list(&world.why_not("Mina", last_order)));
    let surveillance = Command::DischargeDuty { duty: key("surveillance"), evidence };
    expect![[r#"
        duty discharged surveillance
        product closed lifecycle
    "#]]
    .assert_eq(&tell(&world.does("Rudi", surveillance)));
    assert!(matches!(world.product().overlay, Overlay::Closed(_)));
    assert_eq!(next_tick(world.product()), None, "nothing falls due after the end");
}

#[test]
fn only_the_clock_ticks_and_what_is_due_falls_due_once() {
    let mut world = World::in_business(&["US"]);
    expect![[r#"
        clock_only
    "#]]
    .assert_eq(&list(&world.why_not("Mina", Command::Tick)));
    expect![[r#"
        deliverable fell due market_size
    "#]]
    .assert_eq(&tell(&world.passes(60)));
    expect![[""]].assert_eq(&tell(&world.passes(60)));
}
