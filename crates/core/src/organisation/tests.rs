use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone as _, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    digest::Digest,
    directory::{Directory, DirectoryEvent as E, Grant, Kind, Scope},
    id::{PersonId, TokenId},
    key::{PortfolioKey, RoleKey},
    product::Actor,
    rules::{Blocker, ProblemKind, Refusal, Thing},
};

/// A small house: Ada administers, Pia manages products of the portfolio `cardio`, the ERP is a
/// machine.
struct House {
    directory: Directory,
    roles: BTreeSet<RoleKey>,
}

const ADA: PersonId = PersonId::new(Uuid::from_u128(1));
const PIA: PersonId = PersonId::new(Uuid::from_u128(2));
const ERP: PersonId = PersonId::new(Uuid::from_u128(3));
const NOBODY: PersonId = PersonId::new(Uuid::from_u128(9));
const TOKEN: TokenId = TokenId::new(Uuid::from_u128(1));

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, 1, 4, 9, 0, 0).unwrap()
}

fn role(key: &str) -> RoleKey {
    key.parse().unwrap()
}

fn cardio() -> Scope {
    Scope::Portfolio("cardio".parse().unwrap())
}

fn grant(person: PersonId, key: &str, scope: Scope) -> Grant {
    Grant { role: role(key), scope, person }
}

impl House {
    fn given() -> Self {
        let mut house =
            Self { directory: Directory::default(), roles: [role("product_manager")].into() };
        let profile = Digest::of(b"profile");
        for (person, kind) in [(ADA, Kind::Human), (PIA, Kind::Human), (ERP, Kind::Machine)] {
            house.and(E::PersonAdded { person, kind, profile });
        }
        let portfolio = "cardio".parse().unwrap();
        house.and(E::PortfolioAdded { portfolio, title: "Cardio".into() });
        house.and(E::RoleGranted { grant: grant(ADA, "administrator", Scope::Everywhere) });
        house.and(E::RoleGranted { grant: grant(PIA, "product_manager", cardio()) });
        house
    }

    fn and(&mut self, event: E) {
        self.directory.evolve(&event);
    }

    fn when(&self, actor: Actor, command: &Command) -> Result<Vec<E>, Refusal> {
        let (directory, roles, now) = (&self.directory, &self.roles, now());
        decide(&Context { directory, roles, actor, now }, command)
    }

    fn asks(&self, who: PersonId, command: &Command) -> Result<Vec<E>, Refusal> {
        self.when(Actor::Person(who), command)
    }
}

fn blocked(refused: Result<Vec<E>, Refusal>) -> Blocker {
    match refused.unwrap_err() {
        Refusal::Blocked { mut unmet } => unmet.remove(0).blocker,
        other => panic!("{other:?}"),
    }
}

fn problems(refused: Result<Vec<E>, Refusal>) -> Vec<(String, ProblemKind)> {
    match refused.unwrap_err() {
        Refusal::Invalid { problems } => {
            problems.into_iter().map(|problem| (problem.pointer, problem.kind)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn token_for(person: PersonId) -> Command {
    Command::IssueToken { token: TOKEN, person, label: "laptop".into(), expires_at: None }
}

#[test]
fn only_administrators_change_the_organisation_and_the_refusal_names_them() {
    let house = House::given();
    let add = Command::AddPerson { person: NOBODY, kind: Kind::Human, profile: Digest::of(b"n") };
    assert_eq!(house.asks(ADA, &add).unwrap().len(), 1);
    assert_eq!(house.when(Actor::System, &add).unwrap().len(), 1);
    let Refusal::Blocked { unmet } = house.asks(PIA, &add).unwrap_err() else { panic!() };
    assert!(matches!(unmet[0].blocker, Blocker::NotYourRole { .. }));
    assert_eq!(unmet[0].clear.people, [ADA].into());
}

#[test]
fn everyone_issues_and_revokes_their_own_tokens_and_no_others() {
    let mut house = House::given();
    let event = house.asks(PIA, &token_for(PIA)).unwrap().remove(0);
    assert!(matches!(blocked(house.asks(PIA, &token_for(ERP))), Blocker::NotYourRole { .. }));
    house.and(event);
    let revoke = Command::RevokeToken { token: TOKEN };
    assert!(matches!(blocked(house.asks(ERP, &revoke)), Blocker::NotYourRole { .. }));
    assert_eq!(house.asks(PIA, &revoke).unwrap(), [E::TokenRevoked { token: TOKEN }]);
    assert_eq!(house.asks(ADA, &revoke).unwrap(), [E::TokenRevoked { token: TOKEN }]);
}

#[test]
fn a_token_has_a_label_and_ends_in_the_future() {
    let house = House::given();
    let past = Command::IssueToken {
        token: TOKEN,
        person: PIA,
        label: " ".into(),
        expires_at: Some(now()),
    };
    let found = problems(house.asks(ADA, &past));
    assert_eq!(found[0], ("/label".into(), ProblemKind::LabelNeeded { max: 200 }));
    assert_eq!(found[1], ("/expires_at".into(), ProblemKind::NotInFuture));
}

#[test]
fn the_last_administrator_stays() {
    let mut house = House::given();
    let leave = Command::DeactivatePerson { person: ADA };
    let resign = Command::Revoke { grant: grant(ADA, "administrator", Scope::Everywhere) };
    for command in [&leave, &resign] {
        assert_eq!(blocked(house.asks(ADA, command)), Blocker::LastAdministrator);
        assert_eq!(blocked(house.when(Actor::System, command)), Blocker::LastAdministrator);
    }
    house.and(E::RoleGranted { grant: grant(PIA, "administrator", Scope::Everywhere) });
    assert!(house.asks(ADA, &leave).is_ok());
    house.and(E::PersonDeactivated { person: PIA });
    // A closed account administers nothing.
    assert_eq!(blocked(house.asks(ADA, &resign)), Blocker::LastAdministrator);
    assert_eq!(blocked(house.asks(PIA, &leave)), Blocker::AccountClosed);
}

#[test]
fn a_grant_names_a_known_person_role_and_portfolio() {
    let house = House::given();
    let ask = |grant: Grant| house.asks(ADA, &Command::Grant { grant });
    let known = grant(PIA, "product_manager", Scope::Everywhere);
    assert_eq!(ask(known.clone()).unwrap(), [E::RoleGranted { grant: known }]);
    let missing = |refused: Result<Vec<E>, Refusal>| match refused.unwrap_err() {
        Refusal::NoSuch(thing) => thing,
        other => panic!("{other:?}"),
    };
    let nobody = ask(grant(NOBODY, "product_manager", cardio()));
    assert_eq!(missing(nobody), Thing::Person(NOBODY));
    let wizard = ask(grant(PIA, "wizard", cardio()));
    assert_eq!(missing(wizard), Thing::Role(role("wizard")));
    let neuro: PortfolioKey = "neuro".parse().unwrap();
    let elsewhere = ask(grant(PIA, "product_manager", Scope::Portfolio(neuro.clone())));
    assert_eq!(missing(elsewhere), Thing::Portfolio(neuro));
    let again = problems(ask(grant(PIA, "product_manager", cardio())));
    assert_eq!(again[0].1, ProblemKind::AlreadyThere);
}

#[test]
fn administrators_are_people_and_administer_everything() {
    let mut house = House::given();
    let ask =
        |house: &House, grant| problems(house.asks(ADA, &Command::Grant { grant }))[0].1.clone();
    let machine = ask(&house, grant(ERP, "administrator", Scope::Everywhere));
    assert_eq!(machine, ProblemKind::Machine { person: ERP });
    let partly = ask(&house, grant(PIA, "administrator", cardio()));
    assert_eq!(partly, ProblemKind::EverywhereOnly { role: role("administrator") });
    house.and(E::PersonDeactivated { person: PIA });
    let closed = ask(&house, grant(PIA, "auditor", Scope::Everywhere));
    assert_eq!(closed, ProblemKind::Inactive { person: PIA });
}

#[test]
fn the_same_content_is_published_once() {
    let mut house = House::given();
    let publish = |digest| Command::PublishWorkflow { workflow: "npi".parse().unwrap(), digest };
    let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
    for (digest, version) in [(one, Some(1)), (one, None), (two, Some(2)), (one, Some(3))] {
        let events = house.asks(ADA, &publish(digest)).unwrap();
        let found = events.first().map(|event| match event {
            E::WorkflowPublished { version, .. } => *version,
            other => panic!("{other:?}"),
        });
        assert_eq!(found, version);
        events.into_iter().for_each(|event| house.and(event));
    }
}

#[test]
fn readers_hold_some_role_where_they_read() {
    let mut house = House::given();
    let (cardio, neuro) = ("cardio".parse().unwrap(), "neuro".parse().unwrap());
    let reads = |house: &House, who| {
        let directory = &house.directory;
        let in_it = |key| may_read(directory, who, key);
        (reads_everything(directory, who), in_it(&cardio), in_it(&neuro))
    };
    assert_eq!(reads(&house, ADA), (true, true, true));
    assert_eq!(reads(&house, PIA), (false, true, false));
    assert_eq!(reads(&house, ERP), (false, false, false));
    house.and(E::PersonDeactivated { person: PIA });
    assert_eq!(reads(&house, PIA), (false, false, false));
}
