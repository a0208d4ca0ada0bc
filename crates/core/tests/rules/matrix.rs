//! The matrix position x command: who may, or what stands in the way of whoever comes nearest.

use std::{collections::BTreeMap, fmt::Write};

use chrono::Duration;
use expect_test::expect_file;
use sluicegate_core::{
    id::FeedbackId,
    product::{
        Actor, Choice, ConditionDraft, Event, Purpose, Recorded, Submission, SubmissionRef, evolve,
    },
    rules::{Action, Command, Decision, unmet},
};

use crate::world::{World, blocker, key};

fn positions() -> Vec<(&'static str, World)> {
    let in_stage = World::ready_for_launch(&["US"]);
    let at_gate = World::at_launch(&["US"]);
    let mut chair = World::at_launch(&["US"]);
    for name in ["Leo", "Lisa"] {
        chair.scores(name, 2);
        chair.votes(name, Choice::Kill);
    }
    let mut held = World::in_business(&["US"]);
    let reason = held.text("waiting");
    let review_at = held.now + Duration::days(30);
    held.does("Mina", Command::PlaceHold { review_at, reason });
    let mut launched = World::launched(&["US", "KR"]);
    launched.passes(95);
    let mut closing = World::launched(&["US"]);
    closing.does("Mina", World::pass("lifecycle", "delete"));
    closing.votes("Leo", Choice::Go);
    let mut closed = World::in_business(&["US"]);
    closed.does("Mina", World::stop("launch"));
    closed.decides("Leo", Decision::Kill);
    let mut reopening = World::in_business(&["US"]);
    reopening.does("Mina", World::stop("launch"));
    reopening.decides("Leo", Decision::Kill);
    let (gate, purpose) = (key("launch"), Purpose::Reopen);
    reopening.does("Mina", Command::Submit { gate, purpose, panel: BTreeMap::new() });
    vec![
        ("in the first stage", World::started(&["US"])),
        ("in a stage, ready", in_stage),
        ("at a gate, votes open", at_gate),
        ("at a gate, chair decides", chair),
        ("held", held),
        ("in the market, conditions, reviews and revisions due", launched_and_owing(launched)),
        ("closing", closing),
        ("closed", closed),
        ("closed, at the gate that may reopen it", reopening),
    ]
}

/// A condition and a revision from nowhere, so that their commands have something to be about.
fn launched_and_owing(mut world: World) -> World {
    let (text, owner) = (world.text("finish the study"), world.person("Rudi"));
    let set_by = world.person("Leo");
    let draft = ConditionDraft { text, owner, due: world.now + Duration::days(30) };
    let gate = key("launch");
    let impose = Event::ConditionImposed { condition: 1, gate, draft, set_by };
    let deliverable = "market_size".parse().expect("a deliverable");
    let (requirement, why) = (world.text("REQ-3"), world.text("too loud"));
    let feedback = FeedbackId::new(uuid::Uuid::from_u128(1));
    let oblige = Event::RevisionObliged { obligation: 1, deliverable, requirement, why, feedback };
    for event in [impose, oblige] {
        let recorded = Recorded { at: world.now, actor: Actor::Person(set_by), event };
        world.product = evolve(world.product.take(), &recorded);
    }
    world
}

fn commands(world: &World) -> Vec<Action> {
    let first = SubmissionRef { gate: key("screen"), submission: 1 };
    let at = world.product().submission().map_or(first, Submission::named);
    let deliverable = "market_size".parse().expect("a deliverable");
    let named = |action: fn(sluicegate_core::product::DeliverableRef) -> Action| {
        action(sluicegate_core::product::DeliverableRef::clone(&deliverable))
    };
    let market = || key("US");
    vec![
        Action::Rename,
        Action::ReviseCard,
        Action::TransferOwnership,
        Action::Migrate { version: 2 },
        Action::AssignRole,
        Action::ReleaseRole,
        Action::AddMarket,
        Action::WithdrawMarket { market: market() },
        named(|deliverable| Action::SubmitDeliverable { deliverable }),
        named(|deliverable| Action::AcceptDeliverable { deliverable }),
        named(|deliverable| Action::ReturnDeliverable { deliverable }),
        named(|deliverable| Action::AskWaiver { deliverable }),
        named(|deliverable| Action::ApproveWaiver { deliverable }),
        named(|deliverable| Action::RefuseWaiver { deliverable }),
        Action::AnswerCriterion { criterion: key("fit") },
        Action::Submit { gate: key("launch"), path: key("in_market") },
        Action::SubmitToStop { gate: key("launch") },
        Action::SubmitToReopen { gate: key("launch") },
        Action::Withdraw(at.clone()),
        Action::Score(at.clone()),
        Action::Vote(at.clone()),
        Action::Decide(at),
        Action::GiveEvidence { condition: 1 },
        Action::RefuseEvidence { condition: 1 },
        Action::CloseCondition { condition: 1 },
        Action::ExtendCondition { condition: 1 },
        Action::PlaceHold,
        Action::Resume,
        Action::OfferHandover { market: market() },
        Action::AcceptHandover { market: market() },
        Action::DeclineHandover { market: market() },
        Action::CompleteReview { review: 1 },
        Action::DischargeDuty { duty: key("last_order") },
        Action::WithdrawObligation { obligation: 1 },
        Action::Tick,
    ]
}

fn cell(world: &World, action: &Action) -> String {
    let mut may = Vec::new();
    let mut nearest: Option<Vec<String>> = None;
    for person in world.people() {
        let Ok(list) = unmet(&world.context(Actor::Person(person)), world.product(), action) else {
            return "- no such thing".to_owned();
        };
        if list.is_empty() {
            may.push(world.name(person).to_owned());
        }
        let codes: Vec<String> = list.iter().map(blocker).collect();
        if nearest.as_ref().is_none_or(|other| codes.len() < other.len()) {
            nearest = Some(codes);
        }
    }
    if may.is_empty() {
        format!("no: {}", nearest.unwrap_or_default().join(", "))
    } else {
        format!("yes: {}", may.join(", "))
    }
}

#[test]
fn every_command_in_every_position() {
    let mut table = String::new();
    for (position, mut world) in positions() {
        world.to = Some(world.definition.clone());
        let _ = writeln!(table, "{position}");
        for action in commands(&world) {
            let json = serde_json::to_value(&action).expect("serialises");
            let name = json["action"].as_str().unwrap_or("?").replace('_', " ");
            let _ = writeln!(table, "  {name:<20} {}", cell(&world, &action));
        }
        table.push('\n');
    }
    expect_file!["matrix.txt"].assert_eq(&table);
}
