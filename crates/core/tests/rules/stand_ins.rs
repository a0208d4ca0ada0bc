//! Random delegations for the walk, and what must hold of everything that deputies did: told from
//! the log and the delegations alone, without asking the rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use sluicegate_core::{
    digest::Digest,
    directory::{Delegation, DirectoryEvent, Grant, Scope},
    id::{DelegationId, PersonId},
    key::{GateKey, RoleKey},
    product::{Actor, DecidedBy, Event, Recorded},
};
use uuid::Uuid;

use crate::{
    random::Dice,
    world::{World, key},
};

/// Somebody goes away, comes back early, or becomes a default deputy.
pub(crate) fn appoint(world: &mut World, dice: &mut Dice, people: &[PersonId]) {
    let event = match dice.below(6) {
        0 => {
            let all = world.directory.delegations.values().flatten();
            let ids: Vec<_> = all.map(|(delegation, _)| *delegation).collect();
            let Some(delegation) = dice.choose(&ids).copied() else { return };
            DirectoryEvent::DelegationEnded { delegation }
        }
        1 => DirectoryEvent::DeputyNamed {
            deputy: Grant {
                role: key(dice.pick(&["rd", "finance", "leadership"])),
                scope: Scope::Everywhere,
                person: dice.pick(people),
            },
        },
        _ => absence(world, dice, people),
    };
    world.directory.evolve(&event);
}

fn absence(world: &World, dice: &mut Dice, people: &[PersonId]) -> DirectoryEvent {
    let count: usize = world.directory.delegations.values().map(BTreeMap::len).sum();
    let role = dice.pick(&["rd", "finance", "leadership", "field", "product_manager"]);
    let gates: Vec<GateKey> = world.definition.gates.keys().cloned().collect();
    let (limit_roles, limit_gates) = (dice.one_in(4), dice.one_in(6));
    // Often the same deputy, and gatekeepers who are away, or nobody would ever count twice.
    let gatekeepers = ["Leo", "Lisa", "Lars", "Finn"];
    let gatekeeper = world.person(dice.pick(&gatekeepers));
    let of = if dice.one_in(2) { gatekeeper } else { dice.pick(people) };
    let to = if dice.one_in(2) { world.person("Dana") } else { dice.pick(people) };
    let set = Delegation {
        of,
        to: (!dice.one_in(6)).then_some(to),
        from: world.now + Duration::days(i64::from(dice.below(5)) - 3),
        until: world.now + Duration::days(i64::from(dice.below(200)) + 3),
        roles: limit_roles.then(|| key(role)).into_iter().collect(),
        gates: dice.choose(&gates).filter(|_| limit_gates).cloned().into_iter().collect(),
        reason: Digest::of(b"away"),
        ended: false,
    };
    let delegation = DelegationId::new(Uuid::from_u128(count as u128 + 1));
    DirectoryEvent::DelegationSet { delegation, set }
}

/// Somebody in somebody's name; mostly one who may.
pub(crate) fn deputy(world: &World, dice: &mut Dice, people: &[PersonId]) -> Actor {
    let live = world.directory.delegations.values().flat_map(BTreeMap::values);
    let live: Vec<_> = live.filter(|it| it.is_live(world.now)).collect();
    match dice.choose(&live) {
        Some(found) if !dice.one_in(4) => {
            let by = found.to.unwrap_or_else(|| dice.pick(people));
            Actor::Deputy { by, of: found.of }
        }
        _ => Actor::Deputy { by: dice.pick(people), of: dice.pick(people) },
    }
}

/// Everybody who has a part in it: in whose name it was done, and whose hands did it.
pub(crate) fn parties(actor: Actor) -> BTreeSet<PersonId> {
    actor.principal().into_iter().chain(actor.hands()).collect()
}

/// No deputy without a delegation that covers the instant, and none but for judging.
pub(crate) fn check_deputy(world: &World, index: usize) {
    let Recorded { actor, event, at } = &world.log[index];
    let Actor::Deputy { by, of } = *actor else { return };
    assert!(
        !matches!(
            event,
            Event::ProductStarted { .. }
                | Event::ProductRenamed { .. }
                | Event::CardRevised { .. }
                | Event::ProductMigrated { .. }
                | Event::OwnershipTransferred { .. }
                | Event::RoleAssigned { .. }
                | Event::RoleReleased { .. }
                | Event::MarketAdded { .. }
                | Event::MarketWithdrawn { .. }
                | Event::DeliverableSubmitted { .. }
                | Event::WaiverAsked { .. }
                | Event::GateSubmitted { .. }
                | Event::GateWithdrawn { .. }
                | Event::ConditionEvidenceGiven { .. }
                | Event::DutyDischarged { .. }
        ),
        "a deputy brought {event:?}"
    );
    let (role, gate) = match event {
        Event::VoteCast { gate, seat, .. } => {
            (Some(&world.definition.gates[gate].seats[seat].role), Some(gate))
        }
        Event::DeliverableReviewed { role, .. } => (Some(role), None),
        Event::ScoreGiven { gate, .. } | Event::GateDecided { gate, .. } => (None, Some(gate)),
        _ => (None, None),
    };
    let passes = |from, to| passes(world, (from, to), *at, role, gate);
    let covered = passes(of, by) || world.people().any(|it| passes(of, it) && passes(it, by));
    assert!(by != of && covered, "{by} for {of} did {event:?}");
}

fn passes(
    world: &World,
    (from, to): (PersonId, PersonId),
    at: chrono::DateTime<chrono::Utc>,
    role: Option<&RoleKey>,
    gate: Option<&GateKey>,
) -> bool {
    let named = world.directory.deputies.iter().any(|it| it.person == to);
    let given = world.directory.delegations.get(&from).into_iter().flat_map(BTreeMap::values);
    let mut given = given.filter(|it| it.is_live(at));
    given.any(|it| {
        it.to.map_or(named, |it| it == to)
            && role.is_none_or(|role| it.roles.is_empty() || it.roles.contains(role))
            && gate.is_none_or(|gate| it.gates.is_empty() || it.gates.contains(gate))
    })
}

/// No person counts twice at a submission, in whatever name, and none of them submitted.
pub(crate) fn counted_once(world: &World, opened: usize, index: usize) {
    let submitted = &world.log[opened];
    let Event::GateSubmitted { panel, .. } = &submitted.event else { panic!("no submission") };
    let seated: BTreeSet<PersonId> = panel.values().flatten().copied().collect();
    // A score that was given anew counts no more; so the last one of each seat holder.
    let mut voices: BTreeMap<(PersonId, bool), Actor> = BTreeMap::new();
    for recorded in &world.log[opened..index] {
        let votes = matches!(recorded.event, Event::VoteCast { .. });
        if votes || matches!(recorded.event, Event::ScoreGiven { .. }) {
            let of = recorded.actor.principal().expect("a person judges");
            let before = voices.insert((of, votes), recorded.actor);
            assert!(!votes || before.is_none(), "nobody votes twice");
        }
    }
    let mut speaks_for: BTreeMap<PersonId, PersonId> = BTreeMap::new();
    for ((of, _), actor) in &voices {
        for person in parties(*actor) {
            assert!(!parties(submitted.actor).contains(&person), "the submitter does not approve");
            let other = speaks_for.insert(person, *of);
            assert!(other.is_none_or(|other| other == *of), "{person} counts twice");
            assert!(!world.directory.is_machine(person), "a machine judged");
        }
        if let Some(deputy) = actor.deputy() {
            assert!(!seated.contains(&deputy), "{deputy} sits there");
        }
    }
    let Event::GateDecided { decided_by: DecidedBy::Chair { person, .. }, .. } =
        &world.log[index].event
    else {
        return;
    };
    let chair = world.log[index].actor;
    assert_eq!(chair.principal(), Some(*person));
    for party in parties(chair) {
        assert!(!parties(submitted.actor).contains(&party), "the submitter does not chair");
        let spoke = speaks_for.get(&party);
        assert!(spoke.is_none_or(|of| of == person), "{party} spoke for another before");
    }
    assert!(chair.deputy().is_none_or(|deputy| !seated.contains(&deputy)));
}
