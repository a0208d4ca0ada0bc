use chrono::{TimeDelta, TimeZone as _};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::directory::{Grant, Kind, PortfolioKind};

const PEOPLE: u8 = 5;
const ROLES: [&str; 2] = ["finance", "quality"];
const GATES: [&str; 2] = ["launch", "screen"];

fn person(n: u8) -> PersonId {
    PersonId::new(Uuid::from_u128(u128::from(n) + 1))
}

fn keys<K: std::str::FromStr + Ord>(names: &[&str]) -> BTreeSet<K> {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

fn day(n: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, 1, 4, 9, 0, 0).unwrap() + TimeDelta::days(n)
}

/// Some of two names, by the bits of a number; none of them means all.
fn some<K: std::str::FromStr + Ord>(names: [&str; 2], bits: u8) -> BTreeSet<K> {
    let picked = names.iter().zip(0..).filter(|(_, bit)| bits >> bit & 1 == 1);
    keys(&picked.map(|(name, _)| *name).collect::<Vec<_>>())
}

/// `cardio` is beneath `heart`. The last person's account is closed, the one before is a machine.
fn house() -> Directory {
    let mut directory = Directory::default();
    for n in 0..PEOPLE {
        let kind = if n == PEOPLE - 2 { Kind::Machine } else { Kind::Human };
        let profile = Digest::of(b"profile");
        directory.evolve(&DirectoryEvent::PersonAdded { person: person(n), kind, profile });
    }
    directory.evolve(&DirectoryEvent::PersonDeactivated { person: person(PEOPLE - 1) });
    for (key, kind, parent) in [
        ("heart", PortfolioKind::BusinessUnit, None),
        ("cardio", PortfolioKind::Portfolio, Some("heart")),
    ] {
        directory.evolve(&DirectoryEvent::PortfolioAdded {
            portfolio: key.parse().unwrap(),
            title: key.to_owned(),
            title_ko: None,
            kind,
            parent: parent.map(|key| key.parse().unwrap()),
        });
    }
    directory
}

fn matter(roles: BTreeSet<RoleKey>, gates: Option<BTreeSet<GateKey>>) -> Matter {
    Matter { portfolio: "cardio".parse().unwrap(), roles, gates }
}

fn links() -> impl Strategy<Value = Vec<Delegation>> {
    let link = (0..PEOPLE, prop::option::of(0..PEOPLE), 0u8..4, 0u8..4, -3i64..3, 1i64..4, 0u8..8);
    let link = link.prop_map(|(of, to, roles, gates, from, days, luck)| Delegation {
        of: person(of),
        to: to.map(person),
        from: day(from),
        until: day(from + days),
        roles: some(ROLES, roles),
        gates: some(GATES, gates),
        reason: Digest::of(b"away"),
        ended: luck == 0,
    });
    prop::collection::vec(link, 0..9)
}

fn set(directory: &mut Directory, links: &[Delegation]) {
    for (n, link) in (1_u128..).zip(links) {
        let delegation = DelegationId::new(Uuid::from_u128(n));
        directory.evolve(&DirectoryEvent::DelegationSet { delegation, set: link.clone() });
    }
}

/// Does some one delegation take one role at one gate from one to the other, now? No role means
/// that none is needed, which only a delegation of everything covers; so with gates.
fn passes(
    directory: &Directory,
    links: &[Delegation],
    (from, to): (PersonId, PersonId),
    role: Option<&RoleKey>,
    gate: Option<&GateKey>,
) -> bool {
    let able = |who: PersonId| {
        let found = &directory.people[&who];
        found.active && found.kind == Kind::Human
    };
    let cardio: PortfolioKey = "cardio".parse().unwrap();
    let meant = |link: &Delegation| match (link.to, role) {
        (Some(named), _) => named == to,
        (None, Some(role)) => directory.default_deputy(role, &cardio) == Some(to),
        (None, None) => false,
    };
    able(from)
        && able(to)
        && from != to
        && links.iter().any(|link| {
            link.of == from
                && meant(link)
                && !link.ended
                && link.from <= day(0)
                && day(0) < link.until
                && (link.roles.is_empty() || role.is_some_and(|role| link.roles.contains(role)))
                && (link.gates.is_empty() || gate.is_some_and(|gate| link.gates.contains(gate)))
        })
}

fn or_none<K: Ord>(keys: &BTreeSet<K>) -> Vec<Option<&K>> {
    if keys.is_empty() { vec![None] } else { keys.iter().map(Some).collect() }
}

/// Tries every person in the middle, or none, for every role and gate of the matter.
fn may_act(
    directory: &Directory,
    links: &[Delegation],
    (of, deputy): (PersonId, PersonId),
    matter: &Matter,
) -> bool {
    let roles: Vec<Option<&RoleKey>> = or_none(&matter.roles);
    let all: BTreeSet<GateKey> = keys(&GATES);
    let gates = matter.gates.as_ref().unwrap_or(&all);
    let gates: Vec<Option<&GateKey>> = or_none(gates);
    let passes = |from, to, role, gate| passes(directory, links, (from, to), role, gate);
    let covers = |role, gate| {
        let mut middle = (0..PEOPLE).map(person).filter(|it| *it != of && *it != deputy);
        of != deputy
            && (passes(of, deputy, role, gate)
                || middle.any(|it| passes(of, it, role, gate) && passes(it, deputy, role, gate)))
    };
    roles.iter().any(|role| gates.iter().any(|gate| covers(*role, *gate)))
}

proptest! {
    #[test]
    fn ways_are_what_trying_everything_finds(
        delegations in links(),
        deputies in prop::collection::vec((0usize..2, 0u8..3, 0..PEOPLE), 0..4),
        roles in 0u8..4,
        gates in prop::option::of(0u8..4),
    ) {
        let mut directory = house();
        for (role, place, who) in deputies {
            let scope = match place {
                0 => Scope::Everywhere,
                1 => Scope::Portfolio("heart".parse().unwrap()),
                _ => Scope::Portfolio("cardio".parse().unwrap()),
            };
            let deputy = Grant { role: ROLES[role].parse().unwrap(), scope, person: person(who) };
            directory.evolve(&DirectoryEvent::DeputyNamed { deputy });
        }
        set(&mut directory, &delegations);
        let matter = matter(some(ROLES, roles), gates.map(|gates| some(GATES, gates)));
        for of in (0..PEOPLE).map(person) {
            let ways = directory.ways(of, &matter, day(0));
            for way in &ways {
                prop_assert!((1..=LONGEST_CHAIN).contains(&way.hands.len()));
                let distinct: BTreeSet<_> = way.hands.iter().chain([&of]).collect();
                prop_assert_eq!(distinct.len(), way.hands.len() + 1);
                prop_assert!(way.matter.roles.is_subset(&matter.roles));
            }
            let expected: BTreeSet<PersonId> = (0..PEOPLE)
                .map(person)
                .filter(|deputy| may_act(&directory, &delegations, (of, *deputy), &matter))
                .collect();
            prop_assert_eq!(directory.deputies(of, &matter, day(0)), expected);
        }
    }
}

fn away(of: u8, to: Option<u8>, roles: &[&str]) -> Delegation {
    Delegation {
        of: person(of),
        to: to.map(person),
        from: day(-1),
        until: day(1),
        roles: keys(roles),
        gates: BTreeSet::new(),
        reason: Digest::of(b"away"),
        ended: false,
    }
}

#[test]
fn the_nearest_default_deputy_counts() {
    let mut directory = house();
    let (finance, cardio) = ("finance".parse().unwrap(), "cardio".parse().unwrap());
    let mut named = Vec::new();
    for (scope, who) in [
        (Scope::Everywhere, 0),
        (Scope::Portfolio("heart".parse().unwrap()), 1),
        (Scope::Portfolio("cardio".parse().unwrap()), 2),
    ] {
        let role: RoleKey = "finance".parse().unwrap();
        let deputy = Grant { role, scope, person: person(who) };
        directory.evolve(&DirectoryEvent::DeputyNamed { deputy });
        named.push(directory.default_deputy(&finance, &cardio));
    }
    assert_eq!(named, [Some(person(0)), Some(person(1)), Some(person(2))]);
    assert_eq!(directory.default_deputy(&"quality".parse().unwrap(), &cardio), None);
}

#[test]
fn a_chain_carries_what_every_link_of_it_covers() {
    let mut directory = house();
    let chain = [away(0, Some(1), &[]), away(1, Some(2), &["finance"]), away(2, Some(0), &[])];
    set(&mut directory, &chain);
    let both = matter(keys(&ROLES), None);
    let ways = directory.ways(person(0), &both, day(0));
    let told: Vec<_> = ways.iter().map(|way| (way.hands.clone(), way.matter.roles.len())).collect();
    assert_eq!(told, [(vec![person(1)], 2), (vec![person(1), person(2)], 1)]);
    let quality = matter(keys(&["quality"]), None);
    assert_eq!(directory.deputies(person(0), &quality, day(0)), [person(1)].into());
    assert_eq!(directory.deputies(person(0), &both, day(1)), BTreeSet::new(), "it is over");
}

#[test]
fn a_person_sees_in_whose_name_to_act_and_where() {
    let mut directory = house();
    let scope = Scope::Portfolio("heart".parse().unwrap());
    for (role, who) in [("finance", 0), ("quality", 1)] {
        let grant =
            Grant { role: role.parse().unwrap(), scope: scope.clone(), person: person(who) };
        directory.evolve(&DirectoryEvent::RoleGranted { grant });
    }
    set(&mut directory, &[away(0, Some(2), &[]), away(1, Some(2), &["finance"])]);
    let found = directory.principals(person(2), day(0));
    // The other one holds no role that was passed on.
    assert_eq!(found.keys().collect::<Vec<_>>(), [&person(0)]);
    let places: BTreeSet<_> = found[&person(0)].iter().map(|it| &it.matter.portfolio).collect();
    assert_eq!(places.len(), 2, "heart, and cardio beneath it");
}
