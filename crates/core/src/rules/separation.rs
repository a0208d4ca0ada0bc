//! Who may not judge whose work. Every rule of separation stands in this file.
//!
//! - The submitter does not approve: neither at a gate, nor in its chair, nor as a reviewer.
//! - Whoever asks for a waiver does not approve it; whoever gives evidence does not close on it.
//! - A machine never sits.
//! - A workflow adds pairs (`separation:` at a gate).

use super::{context::Case, refusal::Exclusion};
use crate::{
    definition::{Gate, Party},
    id::PersonId,
    key::{DeliverableKey, RoleKey, SeatKey},
    product::{Purpose, Revision, Submission},
};

/// May a person judge what another handed in? Everywhere the same answer.
pub(super) fn may_judge(judge: PersonId, author: PersonId) -> bool {
    judge != author
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
}

/// Does this purpose let the product pass if the gate says go?
pub(super) const fn asks_to_pass(purpose: &Purpose) -> bool {
    matches!(purpose, Purpose::Pass(_))
}
