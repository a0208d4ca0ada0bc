//! Signatures: what is signed, and that its signer was asked again who they are.
//!
//! A name under a decision takes more than being signed in (21 CFR 11.200). So a person reads a
//! statement, proves who they are for this one act, and within minutes votes or decides with that.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{Action, Decision},
    context::{Case, Context},
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Unmet},
    unmet,
};
use crate::{
    definition::{Gate, Text},
    digest::Digest,
    directory::ADMINISTRATOR,
    id::{ProductId, SigningId},
    key::RoleKey,
    product::{Actor, Choice, Product, RoleRef, Shown, Signature, Submission, SubmissionRef},
};

/// So long after the proof the vote or the decision has to come.
pub const GOOD_FOR: TimeDelta = TimeDelta::minutes(5);
/// So many wrong proofs one after the other, and the person signs nothing any more.
pub const WRONG_PROOFS: u32 = 3;

/// What a person puts their name to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    Vote { choice: Choice },
    Decision { outcome: Decision },
}

impl Act {
    /// The action of which it is the signature.
    pub fn action(&self, at: SubmissionRef) -> Action {
        match self {
            Self::Vote { .. } => Action::Vote(at),
            Self::Decision { .. } => Action::Decide(at),
        }
    }
}

/// Somebody was asked again, for one act at one submission. Only what asks people makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    pub actor: Actor,
    pub product: ProductId,
    pub at: SubmissionRef,
    pub packet: Digest,
    pub act: Act,
    pub signing: SigningId,
    pub statement: Digest,
    /// When password and code were shown.
    pub shown_at: DateTime<Utc>,
}

/// How a vote or a decision comes to be signed.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sign {
    /// Not at all.
    #[default]
    Unsigned,
    /// By a signing that is not there, was not completed, or is another person's.
    Unknown,
    Proved(Box<Proof>),
    /// For a company that is made up.
    Rehearsed,
}

/// What a statement is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    pub role: RoleKey,
    pub meaning: Text,
    pub packet: Digest,
}

/// What the actor would sign with this act.
///
/// # Errors
/// The act is not possible, the gate asks for no signature there, or the actor cannot prove enough.
pub fn to_sign(
    cx: &Context<'_>,
    product: &Product,
    at: &SubmissionRef,
    act: &Act,
) -> Result<ToSign, Refusal> {
    let mut stands = unmet(cx, product, &act.action(at.clone()))?;
    let case = Case { cx, product };
    // Whoever may not do it at all need not be told how it is signed.
    if stands.is_empty() {
        stands.extend(case.nothing_to_show());
    }
    if !stands.is_empty() {
        return Err(Refusal::Blocked { unmet: stands });
    }
    let Some((submission, gate)) = case.open() else {
        return Err(super::Thing::Submission(at.submission).into());
    };
    let (pointer, offered, chosen): (_, Vec<String>, _) = match act {
        Act::Vote { choice } => {
            let offered = Case::choices(submission, gate).into_iter();
            ("/choice", offered.map(super::gate::name_of).collect(), super::gate::name_of(*choice))
        }
        Act::Decision { outcome } => {
            ("/outcome", case.chair_choices(submission, gate), outcome.name().to_owned())
        }
    };
    if !offered.contains(&chosen) {
        return Err(Problem::new(pointer, ProblemKind::OutcomeNotOffered { offered }).into());
    }
    let asked = case.asked_to_sign(submission, gate, act);
    let (role, meaning) = asked.ok_or_else(|| Problem::new("", ProblemKind::NothingToSign))?;
    Ok(ToSign { role: role.clone(), meaning: meaning.clone(), packet: submission.packet })
}

impl<'a> Case<'a> {
    /// Whoever was wrong too often signs nothing until an administrator has looked.
    pub(super) fn locked(&self, asked: bool, unmet: &mut Vec<Unmet>) {
        let hands = self.actor.hands().and_then(|hands| self.directory.access(hands));
        if asked && hands.is_some_and(|access| access.signing_locked) {
            let people = self.directory.holders(ADMINISTRATOR, &self.product.portfolio);
            let role = RoleKey::new(ADMINISTRATOR).ok().map(|role| RoleRef::new(role, None));
            let roles = role.into_iter().collect();
            let clear = Clear { roles, people, at: Link::Signing, ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::SigningLocked, clear });
        }
    }

    /// The actor has no second thing to show besides a password.
    fn nothing_to_show(&self) -> Option<Unmet> {
        let hands = self.actor.hands()?;
        let access = self.directory.access(hands)?;
        if access.password && access.factor {
            return None;
        }
        let clear = Clear { people: [hands].into(), at: Link::Factor, ..Clear::default() };
        Some(Unmet { blocker: Blocker::FactorToSign, clear })
    }

    /// In which role and with which meaning the actor signs; none: unsigned.
    fn asked_to_sign(
        &self,
        submission: &Submission,
        gate: &'a Gate,
        act: &Act,
    ) -> Option<(&'a RoleKey, &'a Text)> {
        match act {
            Act::Vote { .. } => {
                let place = gate.seats.get(super::gate::seat_of(submission, self.me()?)?)?;
                Some((&place.role, place.sign.as_ref()?))
            }
            Act::Decision { .. } => Some((&gate.chair, gate.chair_signs.as_ref()?)),
        }
    }

    /// The signature over the packet, if one is asked for; without it the act does not count.
    pub(super) fn signature(
        &self,
        submission: &Submission,
        gate: &'a Gate,
        act: &Act,
        sign: &Sign,
        problems: &mut Vec<Problem>,
    ) -> Option<Signature> {
        let (role, meaning) = self.asked_to_sign(submission, gate, act)?;
        let shown = match sign {
            Sign::Unsigned => Err(ProblemKind::SignatureNeeded { meaning: meaning.en.clone() }),
            Sign::Unknown => Err(ProblemKind::SigningUnknown),
            Sign::Rehearsed => Ok(Shown::Rehearsed),
            Sign::Proved(proof) if !self.is_about(proof, submission, act) => {
                Err(ProblemKind::SigningForAnother)
            }
            Sign::Proved(proof) if !self.is_fresh(proof) => Err(ProblemKind::SigningTooOld),
            Sign::Proved(proof) => {
                let Proof { signing, statement, shown_at: at, .. } = **proof;
                Ok(Shown::PasswordAndCode { signing, at, statement })
            }
        };
        let shown = shown.map_err(|kind| problems.push(Problem::new("/signing", kind))).ok()?;
        let signer = self.actor.hands()?;
        Some(Signature {
            signer,
            on_behalf_of: self.actor.deputy().and(self.me()),
            role: role.clone(),
            at: self.now,
            meaning: meaning.en.clone(),
            packet: submission.packet,
            profile: self.directory.people.get(&signer).map(|person| person.profile),
            shown: Some(shown),
        })
    }

    fn is_fresh(&self, proof: &Proof) -> bool {
        proof.shown_at <= self.now && self.now - proof.shown_at <= GOOD_FOR
    }

    /// This person, in this name, over this packet, in this sense.
    fn is_about(&self, proof: &Proof, submission: &Submission, act: &Act) -> bool {
        proof.actor == self.actor
            && proof.product == self.product.id
            && proof.at == submission.named()
            && proof.packet == submission.packet
            && proof.act == *act
    }
}
