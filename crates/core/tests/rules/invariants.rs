//! What must always hold, over random workflows and random people: replay, approvals, separation,
//! ownership, bounds, and that what is explained is what happens.
//!
//! A failure prints a seed; `SLUICEGATE_SEED=... cargo test -p sluicegate-core --test rules walk`
//! walks the same way again. `SLUICEGATE_STEPS` sets how far; `cargo xtask walk` goes a million.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use sluicegate_core::{
    definition,
    id::PersonId,
    key::*,
    product::{
        Actor, Event, Outcome, Position, Product, Purpose, Recorded, Revision, Work, evolve,
    },
    rules::{
        Action, Becomes, Command, Refusal, Unmet, actions, comparison, decide, next_tick, packet,
        tasks, unmet,
    },
};

use crate::{
    clocks, golden,
    random::{Dice, command_for, definition as random_definition, wild_command},
    stand_ins::{appoint, check_deputy, counted_once, deputy, parties},
    world::World,
};

#[test]
fn walk() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let steps: u64 = number("SLUICEGATE_STEPS").unwrap_or(20_000);
    let first: u64 = number("SLUICEGATE_SEED").unwrap_or(1);
    let (mut done, mut seen) = (0, BTreeMap::new());
    for seed in first.. {
        let walked = std::panic::catch_unwind(|| walk_once(seed, 250.min(steps - done)));
        match walked {
            Ok((walked, log)) => {
                done += walked;
                for recorded in log {
                    if recorded.actor.deputy().is_some() {
                        *seen.entry("in another's name".to_owned()).or_insert(0) += 1;
                    }
                    let json = serde_json::to_value(&recorded.event).expect("serialises");
                    let kind = json["event"].as_str().unwrap_or("?").to_owned();
                    assert!(golden::knows(&kind), "{kind} has no line in golden/events.jsonl");
                    *seen.entry(kind).or_insert(0) += 1;
                }
            }
            Err(cause) => {
                eprintln!("\nTo walk the same way again: SLUICEGATE_SEED={seed}\n");
                std::panic::resume_unwind(cause);
            }
        }
        if done >= steps {
            break;
        }
    }
    if steps >= 20_000 {
        let everything = 46;
        assert!(seen["in another's name"] > 100, "deputies do too little: {seen:#?}");
        assert!(seen.contains_key("product_migrated"), "no product moved: {seen:#?}");
        assert!(seen.len() >= everything, "the walk saw too little: {seen:#?}");
    }
}

/// One workflow, one product, so many tries; gives how many were made, and what happened.
fn walk_once(seed: u64, steps: u64) -> (u64, Vec<Recorded>) {
    let mut dice = Dice::new(seed);
    let yaml = random_definition(&mut dice);
    let definition = definition::load(&yaml)
        .unwrap_or_else(|problems| panic!("a random workflow loads: {problems:#?}\n{yaml}"));
    let mut world = World::of(definition);
    hire(&mut world, &mut dice);
    let markets: &[&str] = dice.pick(&[&["US"] as &[&str], &["US", "KR"], &["DE", "KR", "US"]]);
    let start = world.start_command(markets);
    world.does("Mina", start);
    let people: Vec<PersonId> = world.people().collect();
    for step in 0..steps {
        let before = world.log.len();
        let state = world.product().clone();
        try_something(&mut world, &mut dice, &people);
        check_state(&world, before, &state);
        if step % 25 == 0 {
            clocks::add_up(&world);
        }
        if world.product().is_closed() && dice.one_in(3) {
            clocks::add_up(&world);
            return (step + 1, world.log);
        }
    }
    clocks::add_up(&world);
    (steps, world.log)
}

fn hire(world: &mut World, dice: &mut Dice) {
    world.hire("Mina", "product_manager");
    for (name, role) in [
        ("Otto", "product_manager"),
        ("Rudi", "rd"),
        ("Ruth", "rd"),
        ("Finn", "finance"),
        ("Leo", "leadership"),
        ("Lisa", "leadership"),
        ("Lars", "leadership"),
        ("Kim", "field"),
        ("Uma", "field"),
        ("Robo", "erp"),
        ("Dana", "field"),
    ] {
        world.hire(name, role);
    }
    for _ in 0..dice.below(4) {
        let name = dice.pick(&["Mina", "Rudi", "Finn", "Leo", "Kim"]);
        let role = dice.pick(&["rd", "finance", "leadership", "field"]);
        world.hire(name, role);
    }
}

fn try_something(world: &mut World, dice: &mut Dice, people: &[PersonId]) {
    if dice.one_in(60) {
        return move_on(world, dice, people);
    }
    if dice.one_in(15) {
        return appoint(world, dice, people);
    }
    if dice.one_in(12) {
        world.now += Duration::days(dice.below(60).into());
        let events = world.tries(Actor::System, &Command::Tick).expect("the clock is heard");
        let again = decide(&world.context(Actor::System), world.product.as_ref(), &Command::Tick);
        // The step itself took a second, in which nothing of whole days falls due.
        assert_eq!(again, Ok(Vec::new()), "what is due falls due once, after {events:?}");
        assert!(next_tick(world.product()).is_none_or(|at| at > world.now - Duration::seconds(2)));
        return;
    }
    let (actor, command) = if dice.one_in(5) {
        (somebody(world, dice, people), wild_command(world, dice, people))
    } else {
        let Some((actor, action)) = promising(world, dice, people) else { return };
        (actor, command_for(world, dice, &action, people))
    };
    let explained = unmet(&world.context(actor), world.product(), &command.action());
    let tried = world.tries(actor, &command);
    agree(explained, &tried, &command);
}

/// In the own name, or in another's.
fn somebody(world: &World, dice: &mut Dice, people: &[PersonId]) -> Actor {
    if dice.one_in(3) { deputy(world, dice, people) } else { Actor::Person(dice.pick(people)) }
}

/// Another version of the workflow, and somebody who would like to move the product to it. What the
/// preview lists is what the event holds.
fn move_on(world: &mut World, dice: &mut Dice, people: &[PersonId]) {
    let to = definition::load(&random_definition(dice)).expect("a random workflow loads");
    let same = to.digest == world.definition.digest;
    let command = world.moving(to);
    let somebody = if dice.one_in(2) { world.product().owner } else { dice.pick(people) };
    let actor = Actor::Person(somebody);
    let explained = unmet(&world.context(actor), world.product(), &command.action());
    let before = world.product().clone();
    let found = comparison(&world.context(actor), &before, &BTreeMap::new()).expect("a version");
    let tried = world.tries(actor, &command);
    agree(explained, &tried, &command);
    world.to = None;
    let Ok(events) = tried else { return };
    let Event::ProductMigrated { to_revise, owed, returned, .. } = &events[0] else { panic!() };
    let gone = found.deliverables.iter().filter(|it| it.becomes == Becomes::Gone).count();
    assert!(!same || (to_revise.len(), owed.len(), returned.len(), gone) == (0, 0, 0, 0));
    let after = world.product();
    assert_eq!((&before.position, &before.overlay), (&after.position, &after.overlay));
    assert_eq!((&before.passed, &before.conditions), (&after.passed, &after.conditions));
    for (named, entry) in &before.deliverables {
        let now = after.deliverables[named].accepted.as_ref();
        let kept = |revision: &Revision| revision.document.clone();
        assert_eq!(entry.accepted.as_ref().map(kept), now.map(kept), "{named} is as it was");
        assert!(now.is_none_or(|revision| revision.under.is_some()));
    }
}

/// Somebody with something to do; mostly what brings the product on, sometimes anything.
fn promising(world: &World, dice: &mut Dice, people: &[PersonId]) -> Option<(Actor, Action)> {
    let anything = dice.one_in(3);
    for _ in 0..6 {
        let actor = somebody(world, dice, people);
        let open = actions(&world.context(actor), world.product());
        let fitting: Vec<_> = open
            .into_iter()
            .filter(|it| it.allowed || (anything && dice.one_in(4)))
            .filter(|it| anything || brings_on(&it.action))
            .collect();
        if let Some(found) = dice.choose(&fitting) {
            return Some((actor, found.action.clone()));
        }
    }
    None
}

fn brings_on(action: &Action) -> bool {
    matches!(
        action,
        Action::SubmitDeliverable { .. }
            | Action::AcceptDeliverable { .. }
            | Action::ApproveWaiver { .. }
            | Action::AnswerCriterion { .. }
            | Action::Submit { .. }
            | Action::SubmitToReopen { .. }
            | Action::Score(_)
            | Action::Vote(_)
            | Action::Decide(_)
            | Action::GiveEvidence { .. }
            | Action::CloseCondition { .. }
            | Action::Resume
            | Action::OfferHandover { .. }
            | Action::AcceptHandover { .. }
            | Action::DeclineHandover { .. }
            | Action::CompleteReview { .. }
            | Action::DischargeDuty { .. }
    )
}

/// What was explained is what happened.
fn agree(
    explained: Result<Vec<Unmet>, Refusal>,
    tried: &Result<Vec<Event>, Refusal>,
    command: &Command,
) {
    match (explained, tried) {
        (Err(missing), Err(refusal)) => assert_eq!(missing, *refusal, "{command:?}"),
        (Ok(unmet), Err(Refusal::Blocked { unmet: real })) if !unmet.is_empty() => {
            assert_eq!(unmet, *real, "{command:?}");
            for each in real {
                let somebody = !each.clear.people.is_empty() || !each.clear.roles.is_empty();
                let by_itself = each.clear.at == sluicegate_core::rules::Link::Clock;
                let known = matches!(
                    each.blocker,
                    sluicegate_core::rules::Blocker::ClockOnly
                        | sluicegate_core::rules::Blocker::NotOnPanel
                );
                let stuck = matches!(
                    each.blocker,
                    sluicegate_core::rules::Blocker::SubmitterMayNotDecide
                        | sluicegate_core::rules::Blocker::VotesDecide
                        | sluicegate_core::rules::Blocker::ActedAsDeputy
                );
                assert!(somebody || by_itself || known || stuck, "nobody can mend {each:?}");
            }
        }
        (Ok(unmet), Ok(_)) => assert!(unmet.is_empty(), "allowed in spite of {unmet:?}"),
        (Ok(unmet), Err(refusal)) => {
            assert!(unmet.is_empty(), "{command:?}: {refusal:?} but explained {unmet:?}");
            assert!(!matches!(refusal, Refusal::Blocked { .. }), "{command:?}: {refusal:?}");
        }
        (Err(missing), Ok(_)) => panic!("{command:?} was explained as {missing:?} and happened"),
    }
}

fn check_state(world: &World, before: usize, earlier: &Product) {
    let product = world.product();
    let replayed = world.log.iter().fold(None, evolve);
    assert_eq!(replayed.as_ref(), Some(product), "replay gives the state");
    assert_eq!(product.version as usize, world.log.len());
    let stored = serde_json::to_string(product).expect("a state serialises");
    assert_eq!(&serde_json::from_str::<Product>(&stored).expect("and reads back"), product);
    for (index, recorded) in world.log.iter().enumerate().skip(before) {
        let stored = serde_json::to_string(recorded).expect("an event serialises");
        assert_eq!(&serde_json::from_str::<Recorded>(&stored).expect("and reads back"), recorded);
        check_event(world, index);
    }
    frozen(world, before, earlier);
    owners(world);
    bounds(world);
    someone_can_move(world);
    assert_eq!(tasks(&world.definition, product), tasks(&world.definition, product));
}

fn check_event(world: &World, index: usize) {
    let Recorded { actor, event, .. } = &world.log[index];
    check_deputy(world, index);
    let Some(who) = actor.hands() else {
        assert!(
            !matches!(
                event,
                Event::VoteCast { .. }
                    | Event::GateDecided { .. }
                    | Event::DeliverableAccepted { .. }
                    | Event::HandoverAccepted { .. }
                    | Event::ConditionClosed { .. }
            ),
            "the clock decides nothing: {event:?}"
        );
        return;
    };
    let decides = matches!(
        event,
        Event::VoteCast { .. }
            | Event::ScoreGiven { .. }
            | Event::GateDecided { .. }
            | Event::GateSubmitted { .. }
            | Event::HandoverAccepted { .. }
            | Event::DeliverableReviewed { .. }
            | Event::WaiverApproved { .. }
            | Event::ConditionClosed { .. }
    );
    assert!(!decides || !world.directory.is_machine(who), "a machine did {event:?}");
    match event {
        Event::GateDecided { submission, outcome, .. } => {
            approvals(world, index, *submission, outcome);
        }
        Event::DeliverableReviewed { deliverable, .. } => {
            let mut parties = parties(*actor);
            for earlier in world.log[..index].iter().rev() {
                match &earlier.event {
                    Event::DeliverableSubmitted { deliverable: named, .. }
                        if named == deliverable =>
                    {
                        let submitted = earlier.actor.principal().expect("a person submits");
                        assert!(!parties.contains(&submitted), "who submitted does not review");
                        break;
                    }
                    Event::DeliverableReviewed { deliverable: named, .. }
                        if named == deliverable =>
                    {
                        let heard = parties.len();
                        parties.retain(|it| !self::parties(earlier.actor).contains(it));
                        assert_eq!(parties.len(), heard, "nobody is heard twice");
                    }
                    _ => {}
                }
            }
        }
        Event::WaiverApproved { deliverable, .. } => {
            let asked = world.log[..index].iter().rev().find_map(|earlier| match &earlier.event {
                Event::WaiverAsked { deliverable: named, .. } if named == deliverable => {
                    Some(earlier.actor)
                }
                _ => None,
            });
            let asked = asked.and_then(Actor::principal).expect("a person asks");
            assert!(!parties(*actor).contains(&asked), "who asks for a waiver does not approve it");
        }
        _ => {}
    }
}

/// A go has the votes that the definition asks for.
fn approvals(world: &World, index: usize, submission: u32, outcome: &Outcome) {
    let opened = world.log[..index]
        .iter()
        .position(|recorded| {
            matches!(&recorded.event, Event::GateSubmitted { submission: n, .. } if *n == submission)
        })
        .expect("a decision follows a submission");
    let Event::GateSubmitted { gate, purpose, panel, packet: frozen, .. } =
        &world.log[opened].event
    else {
        unreachable!()
    };
    counted_once(world, opened, index);
    let seated: Vec<_> = panel.values().flatten().collect();
    let distinct: BTreeSet<_> = seated.iter().collect();
    assert_eq!(seated.len(), distinct.len(), "one person fills one seat");
    let mut yes: BTreeMap<&SeatKey, BTreeSet<Actor>> = BTreeMap::new();
    for recorded in &world.log[opened..index] {
        if let Event::VoteCast { seat, choice, signature, .. } = &recorded.event {
            let (of, who) = (recorded.actor.principal(), recorded.actor.hands());
            let (of, who) = of.zip(who).expect("a person votes");
            assert!(panel[seat].contains(&of), "only the panel votes");
            let asked = world.definition.gates[gate].seats[seat].sign.is_some();
            assert_eq!(signature.is_some(), asked, "a signature where one is asked for");
            let absent = recorded.actor.deputy().map(|_| of);
            assert!(signature.as_ref().is_none_or(|it| it.packet == *frozen
                && it.signer == who
                && it.on_behalf_of == absent));
            if choice.lets_pass() {
                yes.entry(seat).or_default().insert(recorded.actor);
            }
        }
    }
    let passes =
        matches!(outcome, Outcome::Go { .. } | Outcome::ConditionalGo { .. } | Outcome::Reopen);
    if passes {
        assert_ne!(*purpose, Purpose::Stop);
        for (key, seat) in &world.definition.gates[gate].seats {
            let found = yes.get(key).map_or(0, BTreeSet::len);
            assert!(found >= seat.need as usize, "{key} needs {} and has {found}", seat.need);
        }
    }
}

/// An approval covers what was approved: while a gate is open its packet stays what it was.
fn frozen(world: &World, before: usize, earlier: &Product) {
    let withdrawn_or_decided = world.log[before..].iter().any(|recorded| {
        matches!(recorded.event, Event::GateWithdrawn { .. } | Event::GateDecided { .. })
    });
    if let (Some(open), false) = (earlier.submission(), withdrawn_or_decided) {
        let now = packet(world.product(), Some(&open.purpose)).digest();
        // Conditions live on while a gate is open; all else of the packet is frozen.
        if earlier.conditions == world.product().conditions {
            assert_eq!(now, packet(earlier, Some(&open.purpose)).digest());
        }
    }
}

/// Exactly one accountable owner for every market, counted from the log alone.
fn owners(world: &World) {
    let mut owner = None;
    let mut accepted: BTreeMap<MarketKey, Option<PersonId>> = BTreeMap::new();
    for Recorded { actor, event, .. } in &world.log {
        match event {
            Event::ProductStarted { owner: first, .. } => owner = Some(*first),
            Event::OwnershipTransferred { to } => owner = Some(*to),
            Event::MarketAdded { market } => {
                accepted.insert(market.clone(), None);
            }
            Event::MarketWithdrawn { market, .. } => {
                accepted.remove(market);
            }
            Event::HandoverAccepted { market } => {
                let by = actor.principal().expect("a market goes to a person");
                let before = accepted.insert(market.clone(), Some(by));
                assert_eq!(before, Some(None), "a market is handed over once");
            }
            _ => {}
        }
    }
    let product = world.product();
    assert_eq!(accepted.keys().collect::<Vec<_>>(), product.markets.keys().collect::<Vec<_>>());
    for (market, by) in accepted {
        assert_eq!(Some(product.accountable(&market)), by.or(owner));
    }
}

fn bounds(world: &World) {
    let product = world.product();
    for (gate, used) in &product.recycled {
        let found = world.definition.gates.get(gate);
        match found.and_then(|gate| gate.outcomes.recycle.as_ref()) {
            Some(rule) => assert!(*used <= rule.at_most, "{gate} recycled {used} times"),
            None => assert!(!world.left.is_empty(), "{gate} has no rule"),
        }
    }
    // A product is never past a gate that did not let it pass.
    if let Position::InStage(stage) = &product.position {
        let reached = world.definition.order(stage);
        for (index, (_, earlier)) in world.definition.stages.iter().enumerate() {
            if index < reached {
                assert!(product.passed.contains_key(&earlier.gate), "past {}", earlier.gate);
            }
        }
    }
    for entry in product.deliverables.values() {
        if let Some(revision) = &entry.accepted {
            assert!(!revision.reviewed_by.contains(&revision.submitted_by));
        }
        if let Work::Waived { asked_by, approved_by, .. } = &entry.work {
            assert_ne!(asked_by, approved_by);
        }
    }
}

/// While a product lives, somebody can do something about its way.
fn someone_can_move(world: &World) {
    if world.product().is_closed() {
        return;
    }
    let moves = |action: &Action| {
        !matches!(
            action,
            Action::Rename
                | Action::ReviseCard
                | Action::AddMarket
                | Action::AssignRole
                | Action::ReleaseRole
                | Action::TransferOwnership
        )
    };
    let can = world.people().any(|person| {
        actions(&world.context(Actor::Person(person)), world.product())
            .iter()
            .any(|action| action.allowed && moves(&action.action))
    });
    assert!(can, "nobody can move {:?} {:?}", world.product().position, world.product().overlay);
}
