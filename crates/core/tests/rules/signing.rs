//! Signatures: what a proof of identity is good for, and what it is not.

use chrono::Duration;
use expect_test::expect;
use sluicegate_core::{
    digest::Digest,
    directory::DirectoryEvent,
    id::{ProductId, SigningId},
    product::{Actor, Choice, Shown},
    rules::{Act, Command, Decision, GOOD_FOR, Proof, Sign, to_sign},
};
use uuid::Uuid;

use crate::world::{World, key, list};

const GO: Act = Act::Vote { choice: Choice::Go };

/// Leo at the launch gate, who has scored and may vote.
fn about_to_vote() -> World {
    let mut world = World::at_launch(&["US"]);
    world.scores("Leo", 9);
    world
}

/// What Leo has proved, for a go at the open submission.
fn proof(world: &World) -> Proof {
    let submission = world.product().submission().expect("at the gate");
    Proof {
        actor: Actor::Person(world.person("Leo")),
        product: world.product().id,
        at: submission.named(),
        packet: submission.packet,
        act: GO,
        signing: SigningId::new(Uuid::from_u128(1)),
        statement: Digest::of(b"I, Leo"),
        shown_at: world.now,
    }
}

fn vote_with(world: &mut World, choice: Choice, sign: Sign) -> Command {
    let Command::Vote { at, reason, conditions, .. } = world.vote(choice) else { unreachable!() };
    Command::Vote { at, choice, reason, conditions, sign }
}

#[test]
fn a_proof_signs_the_very_act_it_was_made_for() {
    let mut world = about_to_vote();
    let shown = proof(&world);
    let vote = vote_with(&mut world, Choice::Go, Sign::Proved(Box::new(shown.clone())));
    world.now += GOOD_FOR;
    world.does("Leo", vote);
    let submission = world.product().submission().expect("at the gate");
    let leo = world.person("Leo");
    let signature = submission.votes[&leo].signature.as_ref().expect("a signature");
    assert_eq!((signature.signer, signature.packet), (leo, submission.packet));
    assert_eq!(signature.profile, Some(Digest::of(b"Leo")), "the name of that day");
    let Proof { signing, statement, shown_at: at, .. } = shown;
    assert_eq!(signature.shown, Some(Shown::PasswordAndCode { signing, at, statement }));
}

#[test]
fn a_proof_is_good_for_nothing_else() {
    let mut world = about_to_vote();
    let right = proof(&world);
    let lisa = Actor::Person(world.person("Lisa"));
    let hold = Act::Decision { outcome: Decision::Go };
    let others = [
        Proof { act: Act::Vote { choice: Choice::Kill }, ..right.clone() },
        Proof { act: hold, ..right.clone() },
        Proof { actor: lisa, ..right.clone() },
        Proof {
            actor: Actor::Deputy { by: world.person("Leo"), of: world.person("Lisa") },
            ..right.clone()
        },
        Proof { packet: Digest::of(b"another"), ..right.clone() },
        Proof { product: ProductId::new(Uuid::from_u128(99)), ..right.clone() },
        Proof {
            at: sluicegate_core::product::SubmissionRef { submission: 99, ..right.at.clone() },
            ..right.clone()
        },
    ];
    for other in others {
        let vote = vote_with(&mut world, Choice::Go, Sign::Proved(Box::new(other.clone())));
        let told = world.why_not("Leo", vote);
        assert_eq!(told, ["signing_for_another at /signing"], "{other:?}");
    }
    let late = Proof { shown_at: world.now - GOOD_FOR - Duration::seconds(1), ..right.clone() };
    let early = Proof { shown_at: world.now + Duration::seconds(1), ..right };
    for other in [late, early] {
        let vote = vote_with(&mut world, Choice::Go, Sign::Proved(Box::new(other)));
        assert_eq!(world.why_not("Leo", vote), ["signing_too_old at /signing"]);
    }
    let vote = vote_with(&mut world, Choice::Go, Sign::Unknown);
    assert_eq!(world.why_not("Leo", vote), ["signing_unknown at /signing"]);
}

#[test]
fn a_command_that_is_read_from_outside_is_never_signed() {
    let mut world = about_to_vote();
    let vote = world.vote(Choice::Go);
    let json = serde_json::to_string(&vote).unwrap();
    assert!(!json.contains("sign"), "{json}");
    let read: Command = serde_json::from_str(&json).unwrap();
    assert_eq!(world.why_not("Leo", read), ["signature_needed at /signing"]);
}

#[test]
fn whoever_is_locked_signs_nothing_and_the_rest_goes_on() {
    let mut world = about_to_vote();
    let leo = world.person("Leo");
    world.directory.evolve(&DirectoryEvent::SigningLocked { person: leo });
    let vote = world.vote(Choice::Go);
    expect![[r#"
        signing_locked
    "#]]
    .assert_eq(&list(&world.why_not("Leo", vote.clone())));
    world.directory.evolve(&DirectoryEvent::SigningUnlocked { person: leo });
    world.does("Leo", vote);
}

#[test]
fn a_statement_is_made_only_where_the_act_could_follow() {
    let mut world = about_to_vote();
    let ask = |world: &World, name: &str, act: &Act| {
        let cx = world.context(Actor::Person(world.person(name)));
        match to_sign(&cx, world.product(), &world.at(), act) {
            Ok(found) => vec![format!("{} {}", found.role, found.meaning.en)],
            Err(refusal) => crate::world::codes(&refusal),
        }
    };
    assert_eq!(ask(&world, "Leo", &GO), ["factor_to_sign"]);
    for name in ["Leo", "Lisa"] {
        let person = world.person(name);
        world.directory.evolve(&DirectoryEvent::PasswordSet { person, invitation: None });
        world.directory.evolve(&DirectoryEvent::FactorEnrolled { person });
    }
    assert_eq!(ask(&world, "Leo", &GO), ["senior_leadership I approve the launch"]);
    assert_eq!(ask(&world, "Lisa", &GO), ["score_first"]);
    let stray = Act::Decision { outcome: Decision::Recycle { to: key("idea") } };
    assert_eq!(ask(&world, "Leo", &stray), ["votes_decide"]);
}
