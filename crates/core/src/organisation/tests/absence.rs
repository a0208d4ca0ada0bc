//! Who may say who stands in for whom.

use chrono::TimeDelta;

use super::*;
use crate::{directory::Delegation, id::DelegationId};

const FINN: PersonId = PersonId::new(Uuid::from_u128(4));
const SAM: PersonId = PersonId::new(Uuid::from_u128(5));
const AWAY: DelegationId = DelegationId::new(Uuid::from_u128(1));

/// The small house; Finn works there too, and Sam is Pia's assistant.
fn given() -> House {
    let mut house = House::given();
    let profile = Digest::of(b"profile");
    for person in [FINN, SAM] {
        house.and(&E::PersonAdded { person, kind: Kind::Human, profile });
    }
    house.and(&E::AssistantNamed { person: PIA, assistant: SAM });
    house
}

/// Pia is away for ten days.
fn away(to: Option<PersonId>) -> Delegation {
    Delegation {
        of: PIA,
        to,
        from: now(),
        until: now() + TimeDelta::days(10),
        roles: BTreeSet::new(),
        gates: BTreeSet::new(),
        reason: Digest::of(b"leave"),
        ended: false,
    }
}

fn set(set: Delegation) -> Command {
    Command::SetDelegation { delegation: AWAY, set }
}

fn found(refused: Result<Vec<E>, Refusal>) -> String {
    let (pointer, kind) = problems(refused).remove(0);
    let kind = serde_json::to_value(kind).unwrap();
    format!("{} {pointer}", kind["code"].as_str().unwrap())
}

fn missing(refused: Result<Vec<E>, Refusal>) -> Thing {
    match refused.unwrap_err() {
        Refusal::NoSuch(thing) => thing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_person_the_assistant_and_administrators_set_a_delegation_and_nobody_else() {
    let house = given();
    let ask = set(away(Some(FINN)));
    for who in [PIA, SAM, ADA] {
        let made = E::DelegationSet { delegation: AWAY, set: away(Some(FINN)) };
        assert_eq!(house.asks(who, &ask).unwrap(), [made]);
    }
    for actor in [Actor::Person(FINN), Actor::Visitor] {
        let Refusal::Blocked { unmet } = house.when(actor, &ask).unwrap_err() else { panic!() };
        assert!(matches!(unmet[0].blocker, Blocker::NotYourRole { .. }));
        assert_eq!(unmet[0].clear.people, [ADA, PIA, SAM].into(), "who could");
    }
}

#[test]
fn nobody_takes_anothers_powers_with_their_own_hands() {
    let mut house = given();
    assert_eq!(found(house.asks(SAM, &set(away(Some(SAM))))), "self_appointed /to");
    assert_eq!(found(house.asks(ADA, &set(away(Some(ADA))))), "self_appointed /to");
    assert_eq!(found(house.asks(PIA, &set(away(Some(PIA))))), "own_deputy /to");
    let deputy = grant(ADA, "product_manager", Scope::Everywhere);
    let named = Command::NameDeputy { deputy };
    assert_eq!(found(house.asks(ADA, &named)), "self_appointed /person");
    // What the absent person or another administrator gives is theirs to give.
    assert!(house.asks(PIA, &set(away(Some(SAM)))).is_ok());
    house.and(&E::RoleGranted { grant: grant(FINN, "administrator", Scope::Everywhere) });
    assert!(house.asks(FINN, &named).is_ok());
}

#[test]
fn powers_go_from_one_open_account_of_a_human_to_another() {
    let mut house = given();
    assert_eq!(found(house.asks(PIA, &set(away(Some(ERP))))), "machine /to");
    let of_machine = Delegation { of: ERP, ..away(Some(FINN)) };
    assert_eq!(found(house.asks(ADA, &set(of_machine))), "machine /of");
    assert_eq!(missing(house.asks(PIA, &set(away(Some(NOBODY))))), Thing::Person(NOBODY));
    house.and(&E::PersonDeactivated { person: FINN });
    assert_eq!(found(house.asks(PIA, &set(away(Some(FINN))))), "inactive /to");
}

#[test]
fn a_delegation_is_dated_and_bounded() {
    let house = given();
    let ask = |from: i64, until: i64| {
        let (from, until) = (now() + TimeDelta::days(from), now() + TimeDelta::days(until));
        house.asks(PIA, &set(Delegation { from, until, ..away(Some(FINN)) }))
    };
    assert!(ask(5, 5 + 366).is_ok());
    assert_eq!(found(ask(-9, 0)), "not_in_future /until");
    assert_eq!(found(ask(5, 5)), "not_after_beginning /until");
    assert_eq!(found(ask(5, 5 + 367)), "too_late /until");
}

#[test]
fn what_it_is_limited_to_is_known() {
    let house = given();
    let roles = |key: &str| Delegation { roles: [role(key)].into(), ..away(Some(FINN)) };
    let gates = |key: &str| {
        let gates = [key.parse().unwrap()].into();
        Delegation { gates, ..away(Some(FINN)) }
    };
    assert!(house.asks(PIA, &set(roles("product_manager"))).is_ok());
    assert!(house.asks(PIA, &set(gates("launch"))).is_ok());
    assert_eq!(missing(house.asks(PIA, &set(roles("wizard")))), Thing::Role(role("wizard")));
    let nowhere = Thing::Gate("nowhere".parse().unwrap());
    assert_eq!(missing(house.asks(PIA, &set(gates("nowhere")))), nowhere);
}

#[test]
fn a_delegation_to_the_default_deputy_arrives_somewhere() {
    let mut house = given();
    let limited = Delegation { roles: [role("product_manager")].into(), ..away(None) };
    for ask in [set(away(None)), set(limited.clone())] {
        assert_eq!(found(house.asks(PIA, &ask)), "no_default_deputy /to");
    }
    let deputy = grant(FINN, "product_manager", cardio());
    house.and(&E::DeputyNamed { deputy });
    for ask in [set(away(None)), set(limited)] {
        assert!(house.asks(PIA, &ask).is_ok());
    }
}

#[test]
fn a_delegation_ends_once_by_whom_it_concerns() {
    let mut house = given();
    let end = Command::EndDelegation { delegation: AWAY };
    assert_eq!(missing(house.asks(ADA, &end)), Thing::Delegation(AWAY));
    house.and(&E::DelegationSet { delegation: AWAY, set: away(Some(FINN)) });
    let ended = E::DelegationEnded { delegation: AWAY };
    for who in [PIA, SAM, ADA, FINN] {
        assert_eq!(house.asks(who, &end).as_deref(), Ok(std::slice::from_ref(&ended)));
    }
    house.and(&E::RoleRevoked { grant: grant(PIA, "product_manager", cardio()) });
    house.and(&ended);
    assert_eq!(found(house.asks(ADA, &end)), "not_there /delegation");
}

#[test]
fn there_are_so_many_delegations_at_a_time() {
    let mut house = given();
    for n in 2..=101 {
        let delegation = DelegationId::new(Uuid::from_u128(n));
        house.and(&E::DelegationSet { delegation, set: away(Some(FINN)) });
    }
    assert_eq!(found(house.asks(PIA, &set(away(Some(FINN))))), "too_many_items ");
    let delegation = DelegationId::new(Uuid::from_u128(2));
    house.and(&E::DelegationEnded { delegation });
    assert!(house.asks(PIA, &set(away(Some(FINN)))).is_ok());
}

#[test]
fn assistants_are_named_by_the_person_or_an_administrator() {
    let mut house = given();
    let name = Command::NameAssistant { person: PIA, assistant: FINN };
    for who in [PIA, ADA] {
        let named = E::AssistantNamed { person: PIA, assistant: FINN };
        assert_eq!(house.asks(who, &name).unwrap(), [named]);
    }
    assert!(matches!(blocked(house.asks(SAM, &name)), Blocker::NotYourRole { .. }));
    let again = Command::NameAssistant { person: PIA, assistant: SAM };
    assert_eq!(found(house.asks(PIA, &again)), "already_there /assistant");
    let themselves = Command::NameAssistant { person: PIA, assistant: PIA };
    assert_eq!(found(house.asks(PIA, &themselves)), "own_deputy /assistant");
    let release = Command::ReleaseAssistant { person: PIA, assistant: SAM };
    let released = house.asks(PIA, &release).unwrap();
    house.and(&released[0]);
    assert_eq!(found(house.asks(PIA, &release)), "not_there /assistant");
    let refused = blocked(house.asks(SAM, &set(away(Some(FINN)))));
    assert!(matches!(refused, Blocker::NotYourRole { .. }), "released: {refused:?}");
}

#[test]
fn a_role_has_one_default_deputy_at_a_place() {
    let mut house = given();
    let deputy = |who| grant(who, "product_manager", cardio());
    let name = |who| Command::NameDeputy { deputy: deputy(who) };
    assert!(matches!(blocked(house.asks(PIA, &name(FINN))), Blocker::NotYourRole { .. }));
    for who in [FINN, SAM] {
        let events = house.asks(ADA, &name(who)).unwrap();
        house.and(&events[0]);
    }
    assert_eq!(house.directory.deputies, [deputy(SAM)].into());
    assert_eq!(house.asks(ADA, &name(SAM)).unwrap(), []);
    let release = |who| Command::ReleaseDeputy { deputy: deputy(who) };
    assert_eq!(missing(house.asks(ADA, &release(FINN))), Thing::Deputy);
    assert_eq!(house.asks(ADA, &release(SAM)).unwrap().len(), 1);
}

#[test]
fn what_a_closed_account_had_is_over_and_does_not_live_again() {
    let mut house = given();
    let deputy = grant(PIA, "product_manager", Scope::Everywhere);
    house.and(&E::DelegationSet { delegation: AWAY, set: away(Some(FINN)) });
    house.and(&E::DeputyNamed { deputy: deputy.clone() });
    let over = E::DelegationEnded { delegation: AWAY };
    assert_eq!(
        house.asks(ADA, &Command::DeactivatePerson { person: PIA }).unwrap(),
        [
            over.clone(),
            E::AssistantReleased { person: PIA, assistant: SAM },
            E::DeputyReleased { deputy },
            E::PersonDeactivated { person: PIA },
        ]
    );
    let gone = house.asks(ADA, &Command::DeactivatePerson { person: FINN }).unwrap();
    assert_eq!(gone, [over, E::PersonDeactivated { person: FINN }]);
}
