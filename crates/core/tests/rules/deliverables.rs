//! Starting a product; deliverables drafted, submitted, returned, accepted, waived; the team.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::json;
use sluicegate_core::{
    id::PersonId,
    product::{Actor, DeliverableRef, Document, RoleRef},
    rules::{Action, Command, Link, TaskKind, Unmet, tasks, unmet},
};

use crate::world::{World, key, list, market_size, tell};

fn named(text: &str) -> DeliverableRef {
    text.parse().expect("a deliverable")
}

#[test]
fn a_product_starts_in_the_first_stage_with_its_markets() {
    let mut world = World::sample();
    let start = world.start_command(&["US", "KR"]);
    expect![[r#"
        product started idea
        market added KR
        market added US
        stage entered idea
    "#]]
    .assert_eq(&tell(&world.does("Mina", start)));
    assert_eq!(world.product().owner, world.person("Mina"));
}

#[test]
fn only_the_roles_that_the_workflow_names_may_start_and_the_card_must_fit_its_form() {
    let mut world = World::sample();
    let start = world.start_command(&[]);
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Finn", start)));

    let Command::Start(mut start) = world.start_command(&[]) else { unreachable!() };
    start.card = world.content(json!({"device_class": "IV", "colour": "red"}));
    start.owner = world.person("Finn");
    expect![[r#"
        not_a_holder at /owner
        form at /card/problem
        form at /card/device_class
        form at /card/colour
    "#]]
    .assert_eq(&list(&world.why_not("Mina", Command::Start(start))));
}

#[test]
fn without_reviewers_a_deliverable_is_accepted_when_it_is_submitted() {
    let mut world = World::started(&[]);
    let events = world.submit("Mina", "idea_note", json!({"text": "A better valve"}));
    expect![[r#"
        deliverable submitted idea_note
        deliverable accepted idea_note
    "#]]
    .assert_eq(&tell(&events));
}

#[test]
fn a_form_reports_every_fault_at_its_place() {
    let mut world = World::in_business(&[]);
    let content = world.content(json!({"markets": [], "total": {"amount": "-1", "currency": "X"}}));
    let document = Document { content: Some(content), ..Document::default() };
    let deliverable = named("market_size");
    let submit = Command::SubmitDeliverable { deliverable, document };
    expect![[r#"
        form at /content/markets
        form at /content/total/amount
        form at /content/total/currency
    "#]]
    .assert_eq(&list(&world.why_not("Mina", submit)));
}

#[test]
fn a_reviewer_accepts_or_returns_and_nobody_reviews_their_own_work() {
    let mut world = World::in_business(&[]);
    world.hire("Mina", "finance");
    world.submit("Mina", "market_size", market_size());
    let accept = Command::AcceptDeliverable { deliverable: named("market_size") };
    expect![[r#"
        submitter_may_not_review
    "#]]
    .assert_eq(&list(&world.why_not("Mina", accept.clone())));
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", accept.clone())));

    let reason = world.text("no source for the growth");
    let back = Command::ReturnDeliverable { deliverable: named("market_size"), reason };
    expect![[r#"
        deliverable returned market_size
    "#]]
    .assert_eq(&tell(&world.does("Finn", back)));
    expect![[r#"
        nothing_to_review
    "#]]
    .assert_eq(&list(&world.why_not("Finn", accept)));

    world.submit("Mina", "market_size", market_size());
    expect![[r#"
        deliverable reviewed market_size
        deliverable accepted market_size
    "#]]
    .assert_eq(&tell(&world.accept("Finn", "market_size")));
}

/// Of the gate: what is said of a deliverable, and who can clear it.
fn said_at_the_gate(world: &World) -> (String, BTreeSet<PersonId>) {
    let asks = world.context(Actor::Person(world.person("Mina")));
    let launch = Action::Submit { gate: key("launch"), path: key("in_market") };
    let found = unmet(&asks, world.product(), &launch).expect("a gate");
    let at = |each: &&Unmet| each.clear.at == Link::Deliverable(named("market_size"));
    let found = found.iter().find(at).expect("it is not accepted");
    let blocker = json!(found.blocker);
    (blocker["code"].as_str().expect("a code").to_owned(), found.clear.people.clone())
}

#[test]
fn whose_turn_it_is_follows_the_deliverable() {
    let mut world = World::in_business(&["US"]);
    world.hire("Mina", "finance");
    let (mina, finn) = (world.person("Mina"), world.person("Finn"));
    assert_eq!(said_at_the_gate(&world), ("deliverable_missing".into(), [mina].into()));
    world.submit("Mina", "market_size", market_size());
    assert_eq!(said_at_the_gate(&world), ("deliverable_in_review".into(), [finn].into()));
    let reason = world.text("no source");
    world.does("Finn", Command::ReturnDeliverable { deliverable: named("market_size"), reason });
    assert_eq!(said_at_the_gate(&world), ("deliverable_missing".into(), [mina].into()));
    let reason = world.text("an old market");
    world.does("Mina", Command::AskWaiver { deliverable: named("market_size"), reason });
    assert_eq!(said_at_the_gate(&world), ("waiver_undecided".into(), [finn].into()));
}

#[test]
fn nobody_is_told_to_go_to_a_gate_while_reviewers_are_left() {
    let (from, to) =
        ("reviewers: [finance], due: 20bd", "reviewers: [finance], required: \"true\"");
    let mut world = World::written(&[(from, to)]).start(&["US"]).into_business();
    let told = |world: &World| {
        let tasks = tasks(&world.definition, world.product());
        tasks.iter().any(|task| task.kind == TaskKind::SubmitToGate)
    };
    // Whether a guard asks for something, the inbox does not know; what was handed in, it does.
    assert!(told(&world));
    world.submit("Mina", "market_size", market_size());
    assert!(!told(&world));
    world.accept("Finn", "market_size");
    assert!(told(&world));
    world.submit("Mina", "market_size", market_size());
    assert!(told(&world), "what was accepted counts until the next is");
}

#[test]
fn an_edit_after_acceptance_opens_a_new_revision_and_the_old_one_counts_until_then() {
    let mut world = World::in_business(&[]);
    world.submit("Mina", "market_size", market_size());
    world.accept("Finn", "market_size");
    world.submit("Mina", "market_size", market_size());
    let number = |world: &World| {
        world.product().deliverables[&named("market_size")].accepted.as_ref().map(|it| it.number)
    };
    assert_eq!(number(&world), Some(1));
    world.accept("Finn", "market_size");
    assert_eq!(number(&world), Some(2));
}

#[test]
fn deliverables_keep_their_order_and_their_stage() {
    let mut world = World::started(&[]);
    let document =
        Document { link: Some("https://example.org/study".into()), ..Document::default() };
    let submit = Command::SubmitDeliverable { deliverable: named("study"), document };
    expect![[r#"
        stage_not_reached
        deliverable_needed_first
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", submit.clone())));
    let mut world = World::in_business(&[]);
    expect![[r#"
        deliverable_needed_first
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", submit.clone())));
    world.submit("Mina", "market_size", market_size());
    world.accept("Finn", "market_size");
    expect![[r#"
        attachments_missing at /attachments
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", submit)));
}

#[test]
fn a_waiver_is_asked_by_one_and_approved_by_another() {
    let mut world = World::in_business(&[]);
    let reason = world.text("an old market");
    let ask = Command::AskWaiver { deliverable: named("market_size"), reason };
    expect![[r#"
        waiver asked market_size
    "#]]
    .assert_eq(&tell(&world.does("Mina", ask.clone())));
    let approve = Command::ApproveWaiver { deliverable: named("market_size") };
    expect![[r#"
        not_your_role
        asker_may_not_approve
    "#]]
    .assert_eq(&list(&world.why_not("Mina", approve.clone())));
    let refuse = Command::RefuseWaiver { deliverable: named("market_size"), reason };
    expect![[r#"
        waiver refused market_size
    "#]]
    .assert_eq(&tell(&world.does("Finn", refuse)));
    world.does("Mina", ask);
    expect![[r#"
        waiver approved market_size
    "#]]
    .assert_eq(&tell(&world.does("Finn", approve.clone())));
    expect![[r#"
        no_waiver_asked
    "#]]
    .assert_eq(&list(&world.why_not("Finn", approve)));
    let ask = Command::AskWaiver { deliverable: named("study"), reason };
    expect![[r#"
        not_waivable
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", ask)));
}

#[test]
fn a_deliverable_per_market_exists_once_for_each() {
    let mut world = World::in_business(&["US"]);
    world.submit("Rudi", "regulatory_clearance@US", json!({"cleared": false}));
    let content = world.content(json!({"cleared": true}));
    let document = Document { content: Some(content), ..Document::default() };
    for wrong in ["regulatory_clearance", "regulatory_clearance@KR", "market_size@US", "other"] {
        let deliverable = named(wrong);
        let submit = Command::SubmitDeliverable { deliverable, document: document.clone() };
        assert_eq!(world.why_not("Rudi", submit).len(), 1, "{wrong}");
    }
}

#[test]
fn the_owner_names_the_team_from_those_who_hold_the_role() {
    let mut world = World::started(&["US"]);
    let rd = RoleRef::new(key("rd_lead"), None);
    let person = world.person("Finn");
    let assign = Command::AssignRole { role: rd.clone(), person };
    expect![[r#"
        not_a_holder at /person
    "#]]
    .assert_eq(&list(&world.why_not("Mina", assign)));
    let person = PersonId::new(uuid::Uuid::from_u128(404));
    let assign = Command::AssignRole { role: rd.clone(), person };
    expect![[r#"
        unknown_person at /person
    "#]]
    .assert_eq(&list(&world.why_not("Mina", assign)));
    expect![[r#"
        unknown_person at /to
    "#]]
    .assert_eq(&list(&world.why_not("Mina", Command::TransferOwnership { to: person })));
    let person = world.hire("Ruth", "rd_lead");
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Rudi", Command::AssignRole { role: rd.clone(), person })));
    let assign = Command::AssignRole { role: rd.clone(), person };
    expect![[r#"
        role assigned
    "#]]
    .assert_eq(&tell(&world.does("Mina", assign)));
    let release = Command::ReleaseRole { role: rd, person };
    expect![[r#"
        role released
    "#]]
    .assert_eq(&tell(&world.does("Mina", release.clone())));
    expect![[r#"
        not_there at /person
    "#]]
    .assert_eq(&list(&world.why_not("Mina", release)));
    let role = RoleRef::new(key("field_marketing_manager"), None);
    let person = world.person("Kim");
    expect![[r#"
        market_needed at /role
    "#]]
    .assert_eq(&list(&world.why_not("Mina", Command::AssignRole { role, person })));
}

#[test]
fn name_card_owner_and_markets_change_by_the_owners_hand() {
    let mut world = World::started(&["US"]);
    let name = "Valve II".to_owned();
    expect![[r#"
        product renamed
    "#]]
    .assert_eq(&tell(&world.does("Mina", Command::Rename { name: name.clone() })));
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Otto", Command::Rename { name })));
    let card = world.content(json!({"problem": "Leaks"}));
    expect![[r#"
        card revised
    "#]]
    .assert_eq(&tell(&world.does("Mina", Command::ReviseCard { card })));
    let market = key("KR");
    expect![[r#"
        market added KR
    "#]]
    .assert_eq(&tell(&world.does("Mina", Command::AddMarket { market })));
    let again = Command::AddMarket { market: key("KR") };
    expect![[r#"
        already_there at /market
    "#]]
    .assert_eq(&list(&world.why_not("Mina", again)));
    let reason = world.text("no partner");
    let withdraw = Command::WithdrawMarket { market: key("KR"), reason };
    expect![[r#"
        market withdrawn KR
    "#]]
    .assert_eq(&tell(&world.does("Mina", withdraw)));
    let to = world.person("Otto");
    let transfer = Command::TransferOwnership { to };
    expect![[r#"
        ownership transferred
    "#]]
    .assert_eq(&tell(&world.does("Mina", transfer.clone())));
    expect![[r#"
        not_your_role
    "#]]
    .assert_eq(&list(&world.why_not("Mina", transfer)));
}
