mod absence;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone as _, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    digest::Digest,
    directory::{ADMINISTRATOR, Directory, DirectoryEvent as E, Grant, Kind, PortfolioKind, Scope},
    id::{InvitationId, PersonId, TokenId},
    key::{GateKey, PortfolioKey, RoleKey},
    product::Actor,
    rules::{Blocker, Contents, ProblemKind, Refusal, Thing},
};

/// A small house: Ada administers, Pia manages products of the portfolio `cardio`, the ERP is a
/// machine.
struct House {
    directory: Directory,
    roles: BTreeSet<RoleKey>,
    gates: BTreeSet<GateKey>,
    contents: Contents,
    attachments: BTreeSet<Digest>,
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

fn added(portfolio: PortfolioKey, kind: PortfolioKind, parent: Option<&str>) -> E {
    let (title, title_ko) = (portfolio.to_string(), None);
    let parent = parent.map(|key| key.parse().unwrap());
    E::PortfolioAdded { portfolio, title, title_ko, kind, parent }
}

impl House {
    fn given() -> Self {
        let mut house = Self {
            directory: Directory::default(),
            roles: [role("product_manager")].into(),
            gates: ["launch".parse().unwrap()].into(),
            contents: Contents::default(),
            attachments: BTreeSet::new(),
        };
        let profile = Digest::of(b"profile");
        for (person, kind) in [(ADA, Kind::Human), (PIA, Kind::Human), (ERP, Kind::Machine)] {
            house.and(&E::PersonAdded { person, kind, profile });
        }
        let portfolio = "cardio".parse().unwrap();
        house.and(&added(portfolio, PortfolioKind::Portfolio, None));
        house.and(&E::RoleGranted { grant: grant(ADA, "administrator", Scope::Everywhere) });
        house.and(&E::RoleGranted { grant: grant(PIA, "product_manager", cardio()) });
        house
    }

    fn and(&mut self, event: &E) {
        self.directory.evolve(event);
    }

    fn when(&self, actor: Actor, command: &Command) -> Result<Vec<E>, Refusal> {
        let Self { directory, roles, gates, contents, attachments } = self;
        let now = now();
        decide(&Context { directory, roles, gates, contents, attachments, actor, now }, command)
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
    house.and(&event);
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
    house.and(&E::RoleGranted { grant: grant(PIA, "administrator", Scope::Everywhere) });
    assert!(house.asks(ADA, &leave).is_ok());
    house.and(&E::PersonDeactivated { person: PIA });
    // A closed account administers nothing.
    assert_eq!(blocked(house.asks(ADA, &resign)), Blocker::LastAdministrator);
    assert_eq!(blocked(house.asks(PIA, &leave)), Blocker::AccountClosed);
}

#[test]
fn tokens_do_not_live_again_with_their_account() {
    let mut house = House::given();
    let event = house.asks(PIA, &token_for(PIA)).unwrap().remove(0);
    house.and(&event);
    let leave = Command::DeactivatePerson { person: PIA };
    let gone = [E::TokenRevoked { token: TOKEN }, E::PersonDeactivated { person: PIA }];
    assert_eq!(house.asks(ADA, &leave).unwrap(), gone);
    house.and(&E::TokenRevoked { token: TOKEN });
    assert_eq!(house.asks(ADA, &leave).unwrap(), gone[1..]);
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
    house.and(&E::PersonDeactivated { person: PIA });
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
        for event in &events {
            house.and(event);
        }
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
    house.and(&E::PersonDeactivated { person: PIA });
    assert_eq!(reads(&house, PIA), (false, false, false));
}

/// `medtech` is a company with the business units `heart` and `brain`; `cardio` is beneath `heart`.
fn given_a_tree() -> House {
    let mut house = House::given();
    let key = |key: &str| key.parse::<PortfolioKey>().unwrap();
    house.and(&added(key("medtech"), PortfolioKind::Company, None));
    house.and(&added(key("heart"), PortfolioKind::BusinessUnit, Some("medtech")));
    house.and(&added(key("brain"), PortfolioKind::BusinessUnit, Some("medtech")));
    house.and(&E::PortfolioMoved { portfolio: key("cardio"), parent: Some(key("heart")) });
    house
}

fn moved(key: &str, parent: Option<&str>) -> Command {
    let parent = parent.map(|key| key.parse().unwrap());
    Command::MovePortfolio { portfolio: key.parse().unwrap(), parent }
}

#[test]
fn a_role_holds_for_everything_beneath_where_it_is_granted() {
    let mut house = given_a_tree();
    let (cardio, brain) = ("cardio".parse().unwrap(), "brain".parse().unwrap());
    let at = |key: &str| Scope::Portfolio(key.parse().unwrap());
    house.and(&E::RoleGranted { grant: grant(ERP, "finance", at("heart")) });
    let holds = |house: &House| {
        let directory = &house.directory;
        let found = [&cardio, &brain].map(|key| directory.holds(ERP, "finance", key));
        assert_eq!(found[0], directory.holders("finance", &cardio).contains(&ERP));
        assert_eq!(found, [&cardio, &brain].map(|key| may_read(directory, ERP, key)));
        let readable = readable(directory, ERP).unwrap();
        assert_eq!(found, [&cardio, &brain].map(|key| readable.contains(key)));
        found
    };
    assert_eq!(holds(&house), [true, false]);
    // A move ends what held above the old place.
    house.and(&E::PortfolioMoved { portfolio: cardio.clone(), parent: Some(brain.clone()) });
    assert_eq!(holds(&house), [false, false]);
    house.and(&E::RoleGranted { grant: grant(ERP, "finance", at("medtech")) });
    assert_eq!(holds(&house), [true, true]);
    house.and(&E::PersonDeactivated { person: ERP });
    assert!(readable(&house.directory, ERP).unwrap().is_empty());
}

#[test]
fn the_tree_has_its_order_and_never_a_circle() {
    let house = given_a_tree();
    let shape = |house: &House| {
        let tree = house.directory.tree();
        tree.into_iter().map(|(key, depth)| format!("{depth}{key}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shape(&house), "0medtech 1brain 1heart 2cardio");
    let up = house.asks(ADA, &moved("cardio", None)).unwrap();
    assert!(matches!(&up[0], E::PortfolioMoved { parent: None, .. }), "{up:?}");
    assert_eq!(house.asks(ADA, &moved("cardio", Some("heart"))).unwrap(), []);
    for (key, parent) in [
        ("medtech", "heart"),
        ("medtech", "medtech"),
        ("heart", "brain"),
        ("heart", "cardio"),
        ("cardio", "cardio"),
    ] {
        let found = problems(house.asks(ADA, &moved(key, Some(parent))));
        assert!(matches!(found[0].1, ProblemKind::DoesNotFitBeneath { .. }), "{key} {parent}");
        assert_eq!(found[0].0, "/parent");
    }
    let gone = house.asks(ADA, &moved("cardio", Some("nowhere"))).unwrap_err();
    assert_eq!(gone, Refusal::NoSuch(Thing::Portfolio("nowhere".parse().unwrap())));
    // Not even a strange log makes it run for ever.
    let mut strange = given_a_tree();
    let heart = Some("heart".parse().unwrap());
    strange.and(&E::PortfolioMoved { portfolio: "medtech".parse().unwrap(), parent: heart });
    assert_eq!(strange.directory.tree().len(), 4);
}

#[test]
fn titles_are_for_reading_and_kept_composed() {
    let house = given_a_tree();
    let rename = |title: &str, ko: Option<&str>| Command::RenamePortfolio {
        portfolio: "cardio".parse().unwrap(),
        title: title.to_owned(),
        title_ko: ko.map(str::to_owned),
    };
    // The Korean title as macOS types it.
    let events = house.asks(ADA, &rename("Heart", Some("\u{1109}\u{1175}\u{11b7}"))).unwrap();
    let E::PortfolioRenamed { title_ko, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(title_ko.as_deref(), Some("\u{c2ec}"));
    assert_eq!(house.asks(ADA, &rename("cardio", None)).unwrap(), []);
    let found = problems(house.asks(ADA, &rename(" ", Some("\n"))));
    assert_eq!([&found[0].0, &found[1].0], ["/title", "/title_ko"]);
    assert!(matches!(blocked(house.asks(PIA, &rename("x", None))), Blocker::NotYourRole { .. }));
}

fn erase_pia() -> Command {
    Command::ErasePerson { person: PIA, reason: Digest::of(b"why") }
}

#[test]
fn a_closed_account_is_erased_once_with_every_name_it_had() {
    let mut house = House::given();
    let (first, second) = (Digest::of(b"profile"), Digest::of(b"married"));
    house.and(&E::PersonRevised { person: PIA, profile: second });
    assert_eq!(blocked(house.asks(ADA, &erase_pia())), Blocker::AccountOpen { person: PIA });
    house.and(&E::PersonDeactivated { person: PIA });
    assert!(matches!(blocked(house.asks(ERP, &erase_pia())), Blocker::NotYourRole { .. }));
    let events = house.asks(ADA, &erase_pia()).unwrap();
    let (profiles, reason) = ([first, second].into(), Digest::of(b"why"));
    assert_eq!(events, [E::PersonErased { person: PIA, profiles, reason }]);
    house.and(&events[0]);
    assert_eq!(house.asks(ADA, &erase_pia()).unwrap(), [], "it was erased before");
    let again = Command::ReactivatePerson { person: PIA };
    let renamed = Command::RevisePerson { person: PIA, profile: first };
    for command in [again, renamed] {
        let refused = blocked(house.asks(ADA, &command));
        assert_eq!(refused, Blocker::PersonErased { person: PIA });
    }
    let stranger = Command::ErasePerson { person: NOBODY, reason: first };
    assert_eq!(house.asks(ADA, &stranger).unwrap_err(), Thing::Person(NOBODY).into());
}

#[test]
fn a_content_is_erased_where_it_is_stored_and_no_profile_in_use() {
    let mut house = House::given();
    let (text, other, reason) = (Digest::of(b"text"), Digest::of(b"other"), Digest::of(b"why"));
    house.contents.insert(text, std::sync::Arc::new(serde_json::json!("Kim said so")));
    let erase = |content| Command::EraseContent { content, reason };
    assert!(matches!(blocked(house.asks(PIA, &erase(text))), Blocker::NotYourRole { .. }));
    assert!(matches!(blocked(house.asks(PIA, &erase(other))), Blocker::NotYourRole { .. }));
    let gone = house.asks(ADA, &erase(other)).unwrap_err();
    assert_eq!(gone, Thing::Content(other).into());
    let events = house.asks(ADA, &erase(text)).unwrap();
    assert_eq!(events, [E::ContentErased { content: text, reason }]);
    house.and(&events[0]);
    house.contents = Contents::default();
    assert_eq!(house.asks(ADA, &erase(text)).unwrap(), []);
    // A name is erased with its account, but one of earlier days may go before.
    let (old, new) = (Digest::of(b"maiden"), Digest::of(b"married"));
    house.and(&E::PersonRevised { person: PIA, profile: old });
    house.and(&E::PersonRevised { person: PIA, profile: new });
    house.contents.insert(old, std::sync::Arc::new(serde_json::json!({})));
    house.contents.insert(new, std::sync::Arc::new(serde_json::json!({})));
    assert_eq!(house.asks(ADA, &erase(old)).unwrap().len(), 1);
    let refused = blocked(house.asks(ADA, &erase(new)));
    assert_eq!(refused, Blocker::ContentIsProfile { person: PIA });
}

#[test]
fn an_attachment_is_erased_and_not_taken_in_again() {
    let mut house = House::given();
    let (scan, reason) = (Digest::of(b"scan"), Digest::of(b"why"));
    let erase = Command::EraseAttachment { attachment: scan, reason };
    assert_eq!(house.asks(ADA, &erase).unwrap_err(), Thing::Attachment(scan).into());
    house.attachments.insert(scan);
    assert!(may_store(&house.directory, &scan).is_ok());
    let events = house.asks(ADA, &erase).unwrap();
    house.and(&events[0]);
    assert_eq!(house.asks(ADA, &erase).unwrap(), []);
    let refused = may_store(&house.directory, &scan).map(|()| Vec::new());
    assert_eq!(blocked(refused), Blocker::AttachmentErased);
}

const INVITATION: InvitationId = InvitationId::new(Uuid::from_u128(1));

fn invite(person: PersonId) -> Command {
    let expires_at = now() + chrono::TimeDelta::days(3);
    Command::Invite { person, invitation: INVITATION, expires_at }
}

#[test]
fn administrators_invite_people_with_an_open_account() {
    let mut house = House::given();
    assert_eq!(house.asks(ADA, &invite(PIA)).unwrap().len(), 1);
    assert!(matches!(blocked(house.asks(PIA, &invite(PIA))), Blocker::NotYourRole { .. }));
    let machine = ("/person".into(), ProblemKind::Machine { person: ERP });
    assert_eq!(problems(house.asks(ADA, &invite(ERP))), [machine]);
    house.and(&E::PersonDeactivated { person: PIA });
    let closed = ("/person".into(), ProblemKind::Inactive { person: PIA });
    assert_eq!(problems(house.asks(ADA, &invite(PIA))), [closed]);
    let nobody = house.asks(ADA, &invite(NOBODY)).unwrap_err();
    assert_eq!(nobody, Refusal::NoSuch(Thing::Person(NOBODY)));
}

#[test]
fn an_invitation_is_good_for_one_password_of_its_person() {
    let mut house = House::given();
    let set = |invitation| Command::SetPassword { person: PIA, invitation };
    let none = Refusal::NoSuch(Thing::Invitation);
    assert_eq!(house.asks(PIA, &set(Some(INVITATION))).unwrap_err(), none);
    assert_eq!(house.asks(PIA, &set(None)).unwrap_err(), none, "there is none to change");
    let invited = house.asks(ADA, &invite(PIA)).unwrap().remove(0);
    house.and(&invited);
    let other = InvitationId::new(Uuid::from_u128(2));
    assert_eq!(house.asks(PIA, &set(Some(other))).unwrap_err(), none);
    // Not even an administrator, and not the program either way but by the person's own hand.
    for actor in [Actor::Person(ADA), Actor::System] {
        let stolen = blocked(house.when(actor, &set(Some(INVITATION))));
        assert_eq!(stolen, Blocker::NotYours { people: [PIA].into() });
    }
    let event = house.asks(PIA, &set(Some(INVITATION))).unwrap().remove(0);
    house.and(&event);
    assert_eq!(house.asks(PIA, &set(Some(INVITATION))).unwrap_err(), none, "it is used up");
    assert_eq!(house.asks(PIA, &set(None)).unwrap().len(), 1);
}

#[test]
fn an_invitation_ends_by_time_by_a_later_one_and_with_the_account() {
    let mut house = House::given();
    let set = Command::SetPassword { person: PIA, invitation: Some(INVITATION) };
    let issued =
        |invitation, expires_at| E::InvitationIssued { person: PIA, invitation, expires_at };
    let later = now() + chrono::TimeDelta::days(1);
    house.and(&issued(INVITATION, now()));
    house.asks(PIA, &set).unwrap_err();
    house.and(&issued(INVITATION, later));
    house.asks(PIA, &set).unwrap();
    house.and(&issued(InvitationId::new(Uuid::from_u128(2)), later));
    house.asks(PIA, &set).unwrap_err();
    house.and(&issued(INVITATION, later));
    house.and(&E::PersonDeactivated { person: PIA });
    house.and(&E::PersonReactivated { person: PIA });
    house.asks(PIA, &set).unwrap_err();
}

#[test]
fn whoever_has_a_password_invites_nobody_to_be_themselves() {
    let mut house = House::given();
    house.asks(ADA, &invite(ADA)).unwrap();
    house.and(&E::PasswordSet { person: ADA, invitation: None });
    assert_eq!(blocked(house.asks(ADA, &invite(ADA))), Blocker::OwnPassword);
    // Who sits at the machine itself helps the only administrator.
    house.when(Actor::System, &invite(ADA)).unwrap();
}

#[test]
fn everyone_signs_themselves_out_and_administrators_anyone() {
    let house = House::given();
    let end = |person| Command::EndSessions { person };
    assert_eq!(house.asks(PIA, &end(PIA)).unwrap(), [E::SessionsEnded { person: PIA }]);
    assert_eq!(house.asks(ADA, &end(PIA)).unwrap(), [E::SessionsEnded { person: PIA }]);
    assert!(matches!(blocked(house.asks(PIA, &end(ADA))), Blocker::NotYourRole { .. }));
}

fn until() -> DateTime<Utc> {
    now() + chrono::TimeDelta::days(3)
}

#[test]
fn a_second_factor_is_the_matter_of_its_person_alone() {
    let mut house = House::given();
    let enrol = Command::EnrolFactor { person: PIA };
    let used = Command::UseRecoveryCode { person: PIA };
    let (replace, remove) =
        (Command::ReplaceRecoveryCodes { person: PIA }, Command::RemoveFactor { person: PIA });
    for command in [&used, &replace, &remove] {
        assert_eq!(house.asks(PIA, command).unwrap_err(), Refusal::NoSuch(Thing::Factor));
    }
    let event = house.asks(PIA, &enrol).unwrap().remove(0);
    house.and(&event);
    assert_eq!(blocked(house.asks(PIA, &enrol)), Blocker::FactorThere);
    for command in [&enrol, &used, &replace, &remove] {
        for actor in [Actor::Person(ADA), Actor::System] {
            let theirs = blocked(house.when(actor, command));
            assert_eq!(theirs, Blocker::NotYours { people: [PIA].into() });
        }
    }
    house.asks(PIA, &used).unwrap();
    house.asks(PIA, &replace).unwrap();
    let event = house.asks(PIA, &remove).unwrap().remove(0);
    house.and(&event);
    house.asks(PIA, &enrol).unwrap();
}

#[test]
fn a_lost_factor_takes_two_administrators_who_are_not_its_person() {
    const BEA: PersonId = PersonId::new(Uuid::from_u128(4));
    let mut house = House::given();
    let profile = Digest::of(b"Bea");
    house.and(&E::PersonAdded { person: BEA, kind: Kind::Human, profile });
    house.and(&E::RoleGranted { grant: grant(BEA, ADMINISTRATOR, Scope::Everywhere) });
    let ask = |person| Command::AskFactorRemoval { person, until: until() };
    let confirm = |person| Command::ConfirmFactorRemoval { person };
    let none = Refusal::NoSuch(Thing::FactorRemoval);
    assert_eq!(house.asks(ADA, &ask(PIA)).unwrap_err(), Refusal::NoSuch(Thing::Factor));
    for person in [ADA, PIA] {
        house.and(&E::FactorEnrolled { person });
    }
    assert_eq!(house.asks(BEA, &confirm(PIA)).unwrap_err(), none);
    assert!(matches!(blocked(house.asks(PIA, &ask(PIA))), Blocker::NotYourRole { .. }));
    assert_eq!(blocked(house.asks(ADA, &ask(ADA))), Blocker::OwnFactor);
    for person in [ADA, PIA] {
        let other = if person == ADA { BEA } else { ADA };
        let asked = house.asks(other, &ask(person)).unwrap().remove(0);
        house.and(&asked);
    }
    assert_eq!(blocked(house.asks(ADA, &confirm(PIA))), Blocker::AskerMayNotConfirm);
    assert_eq!(blocked(house.asks(ADA, &confirm(ADA))), Blocker::OwnFactor);
    assert!(matches!(blocked(house.asks(PIA, &confirm(PIA))), Blocker::NotYourRole { .. }));
    let asked_by = Some(Actor::Person(ADA));
    let removed = E::FactorRemoved { person: PIA, asked_by };
    assert_eq!(house.asks(BEA, &confirm(PIA)).unwrap(), [removed]);

    // It ends when its person or an administrator says so, by time, and with the asker's rights.
    let withdraw = Command::WithdrawFactorRemoval { person: PIA };
    house.asks(BEA, &withdraw).unwrap();
    let withdrawn = house.asks(PIA, &withdraw).unwrap().remove(0);
    house.and(&withdrawn);
    assert_eq!(house.asks(BEA, &confirm(PIA)).unwrap_err(), none);
    assert_eq!(house.asks(PIA, &withdraw).unwrap_err(), none);
    let by = Actor::Person(ADA);
    house.and(&E::FactorRemovalAsked { person: PIA, by, until: now() });
    assert_eq!(house.asks(BEA, &confirm(PIA)).unwrap_err(), none);
    house.and(&E::FactorRemovalAsked { person: PIA, by, until: until() });
    house.and(&E::RoleRevoked { grant: grant(ADA, ADMINISTRATOR, Scope::Everywhere) });
    assert_eq!(house.asks(BEA, &confirm(PIA)).unwrap_err(), none);
    // Who sits at the machine itself helps the only administrator.
    house.when(Actor::System, &ask(PIA)).unwrap();
    house.and(&E::FactorRemovalAsked { person: PIA, by: Actor::System, until: until() });
    house.when(Actor::System, &confirm(PIA)).unwrap();
}
