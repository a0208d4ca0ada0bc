//! Who may not judge whose work. Every rule of separation stands in this file.
//!
//! - The submitter does not approve: neither at a gate, nor in its chair, nor as a reviewer.
//! - Whoever asks for a waiver does not approve it; whoever gives evidence does not close on it.
//! - Nobody lets themselves sign again after too many wrong proofs.
//! - Nobody takes their own second factor away as a lost one, and of two administrators who do it the
//!   one who asks does not confirm.
//! - A machine never sits.
//! - A workflow adds pairs (`separation:` at a gate).
//! - What keeps people from judging in their own name keeps them from it in another's, and from
//!   passing on the power to do it. Nor does the debtor of a condition judge it in another's name,
//!   or the upstream owner take a market over in the receiver's.
//! - One person counts once at a gate, and once among the reviewers of a revision, in whatever
//!   name: who sits there does not vote for another, and who voted for one does not for a second.

use std::collections::BTreeSet;

use super::{
    command::Action,
    context::Case,
    refusal::{Excluded, Exclusion},
};
use crate::{
    definition::{Gate, Party},
    directory::Way,
    id::PersonId,
    key::{DeliverableKey, RoleKey, SeatKey},
    product::{Actor, ConditionState, Purpose, Revision, Submission, Work},
};

/// May a person judge what another handed in? Everywhere the same answer.
pub(super) fn may_judge(judge: PersonId, author: PersonId) -> bool {
    judge != author
}

/// Has a person's voice been heard in the review of this revision, in whatever name?
pub(super) fn heard(work: &Work, person: PersonId) -> bool {
    let Work::Submitted { accepted, deputies, .. } = work else { return false };
    accepted.values().chain(deputies.values()).any(|who| *who == person)
}

/// Has a person scored or voted at this submission in the name of somebody else than this one?
fn acted_for_another(submission: &Submission, person: PersonId, of: PersonId) -> bool {
    let votes = submission.votes.iter().filter_map(|(whose, vote)| Some((whose, vote.deputy?)));
    let scores = submission.scored_by.iter().map(|(whose, deputy)| (whose, *deputy));
    votes.chain(scores).any(|(whose, deputy)| *whose != of && deputy == person)
}

/// May somebody have a part in taking a lost second factor away, or let a person sign again who was
/// wrong too often? In one's own case it would be a way around it.
pub(crate) fn may_lift(actor: Actor, of: PersonId) -> bool {
    match actor {
        Actor::Person(me) => may_judge(me, of),
        Actor::System => true,
        Actor::Deputy { .. } | Actor::Visitor => false,
    }
}

/// May somebody confirm what another has asked for? Who sits at the machine itself needs nobody.
pub(crate) fn may_confirm(actor: Actor, asker: Actor) -> bool {
    match (actor, asker) {
        (Actor::Person(me), Actor::Person(asker)) => may_judge(me, asker),
        (Actor::System, _) | (_, Actor::System) => true,
        _ => false,
    }
}

impl Case<'_> {
    /// Why a person who holds a seat's role may not sit in it; none: may sit.
    pub(super) fn excluded(
        &self,
        gate: &Gate,
        seat: &SeatKey,
        person: PersonId,
        submitter: PersonId,
    ) -> Option<Exclusion> {
        if self.directory.is_machine(person) {
            return Some(Exclusion::Machine);
        }
        if !may_judge(person, submitter) {
            return Some(Exclusion::Submitted);
        }
        let pairs = gate.separation.iter().filter(|pair| pair.may_not_sit == *seat);
        pairs.map(|pair| &pair.who).find_map(|party| self.is_party(party, person))
    }

    fn is_party(&self, party: &Party, person: PersonId) -> Option<Exclusion> {
        let (applies, exclusion) = match party {
            Party::AuthorOf(key) => {
                let wrote = |revision: &Revision| !may_judge(person, revision.submitted_by);
                (self.accepted_of(key).any(wrote), Exclusion::Author)
            }
            Party::ReviewerOf(key) => {
                let reviewed = |revision: &Revision| revision.reviewed_by.contains(&person);
                (self.accepted_of(key).any(reviewed), Exclusion::Reviewer)
            }
            Party::HolderOf(role) => {
                (self.holders_anywhere(role).contains(&person), Exclusion::HoldsOtherRole)
            }
        };
        applies.then_some(exclusion)
    }

    fn accepted_of(&self, key: &DeliverableKey) -> impl Iterator<Item = &Revision> {
        let instances =
            self.product.deliverables.iter().filter(move |(named, _)| named.key == *key);
        instances.filter_map(|(_, entry)| entry.accepted.as_ref())
    }

    /// Does a panel member still hold the role and stand clear of the submission?
    pub(super) fn still_sits(
        &self,
        submission: &Submission,
        role: &RoleKey,
        who: PersonId,
    ) -> bool {
        may_judge(who, submission.by) && self.holders_anywhere(role).contains(&who)
    }

    /// Who may decide from the chair of a gate: holders of its role, but for the submitter.
    pub(super) fn chairs(&self, gate: &Gate, submitter: PersonId) -> Vec<PersonId> {
        self.holders_anywhere(&gate.chair)
            .into_iter()
            .filter(|person| may_judge(*person, submitter) && !self.directory.is_machine(*person))
            .collect()
    }

    /// Who of them may still: but for those who voted in another's name.
    pub(super) fn chairs_of(&self, gate: &Gate, submission: &Submission) -> BTreeSet<PersonId> {
        let chairs = self.chairs(gate, submission.by).into_iter();
        chairs.filter(|person| !acted_for_another(submission, *person, *person)).collect()
    }

    /// Why an action in the name of `of` may not take this way: some hands that the powers go
    /// through may not judge it, or the deputy's count already. None: it may.
    pub(super) fn barred(&self, action: &Action, of: PersonId, way: &Way) -> Option<Excluded> {
        let mut hands = way.hands.iter().copied();
        let found = hands.find_map(|person| {
            let because = self.kept_off(action, of, person)?;
            Some(Excluded { person, because })
        });
        found.or_else(|| {
            let person = way.deputy()?;
            let because = self.counts_already(action, of, person)?;
            Some(Excluded { person, because })
        })
    }

    /// Why these hands may not judge.
    fn kept_off(&self, action: &Action, of: PersonId, hands: PersonId) -> Option<Exclusion> {
        let (applies, exclusion) = match action {
            Action::Score(_) | Action::Vote(_) => {
                let (submission, gate) = self.open()?;
                let seat = super::gate::seat_of(submission, of)?;
                return self.excluded(gate, seat, hands, submission.by);
            }
            Action::Decide(_) => {
                let (submission, _) = self.open()?;
                (!may_judge(hands, submission.by), Exclusion::Submitted)
            }
            Action::AcceptDeliverable { deliverable }
            | Action::ReturnDeliverable { deliverable }
            | Action::ApproveWaiver { deliverable }
            | Action::RefuseWaiver { deliverable } => match self.work(deliverable) {
                Work::Submitted { by, .. } => (!may_judge(hands, *by), Exclusion::Submitted),
                Work::WaiverAsked { by, .. } => (!may_judge(hands, *by), Exclusion::Asked),
                _ => return None,
            },
            Action::RefuseEvidence { condition }
            | Action::CloseCondition { condition }
            | Action::ExtendCondition { condition } => {
                let condition = self.product.conditions.get(condition)?;
                if hands == condition.owner {
                    return Some(Exclusion::Owes);
                }
                match &condition.state {
                    ConditionState::EvidenceGiven { by, .. } => {
                        (!may_judge(hands, *by), Exclusion::GaveEvidence)
                    }
                    _ => return None,
                }
            }
            Action::AcceptHandover { .. } => {
                let upstream = hands == self.product.owner && !self.def().both_sides;
                (upstream, Exclusion::HandsOver)
            }
            _ => return None,
        };
        applies.then_some(exclusion)
    }

    /// Why this person's voice may not be heard once more, in the name of `of`.
    fn counts_already(&self, action: &Action, of: PersonId, person: PersonId) -> Option<Exclusion> {
        match action {
            Action::Score(_) | Action::Vote(_) | Action::Decide(_) => {
                let (submission, _) = self.open()?;
                if super::gate::seat_of(submission, person).is_some() {
                    return Some(Exclusion::SitsElsewhere);
                }
                let acted = acted_for_another(submission, person, of);
                acted.then_some(Exclusion::ActedForAnother)
            }
            Action::AcceptDeliverable { deliverable }
            | Action::ReturnDeliverable { deliverable } => {
                let heard = heard(self.work(deliverable), person);
                heard.then_some(Exclusion::Reviewer)
            }
            _ => None,
        }
    }
}

/// Does this purpose let the product pass if the gate says go?
pub(super) const fn asks_to_pass(purpose: &Purpose) -> bool {
    matches!(purpose, Purpose::Pass(_))
}
