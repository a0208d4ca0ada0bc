//! What a deputy may do in an absent person's name: judge, inside a delegation, never hand in.
//!
//! A deputy has the rights of the absent person, so every rule asks about that one; this file asks
//! about the deputy's own hands, and `separation` says what keeps them off.

use std::collections::BTreeSet;

use super::{
    command::Action,
    context::{Case, Context},
    inbox::TaskKind,
    refusal::{Blocker, Clear, Link, Refusal, StandIn, Unmet},
};
use crate::{
    directory::{Matter, Way},
    id::PersonId,
    key::{GateKey, RoleKey},
    product::{Actor, DeliverableRef, Overlay, Product, RoleRef, Work},
};

impl Action {
    /// Is it a judgement of what others have brought? Only those are done in another's name, so
    /// that whoever brings something is one person.
    fn is_judgement(&self) -> bool {
        match self {
            Self::AcceptDeliverable { .. }
            | Self::ReturnDeliverable { .. }
            | Self::ApproveWaiver { .. }
            | Self::RefuseWaiver { .. }
            | Self::AnswerCriterion { .. }
            | Self::Score(_)
            | Self::Vote(_)
            | Self::Decide(_)
            | Self::RefuseEvidence { .. }
            | Self::CloseCondition { .. }
            | Self::ExtendCondition { .. }
            | Self::PlaceHold
            | Self::Resume
            | Self::AcceptHandover { .. }
            | Self::DeclineHandover { .. }
            | Self::CompleteReview { .. } => true,
            Self::Start
            | Self::Rename
            | Self::ReviseCard
            | Self::TransferOwnership
            | Self::Migrate { .. }
            | Self::AssignRole
            | Self::ReleaseRole
            | Self::AddMarket
            | Self::WithdrawMarket { .. }
            | Self::SubmitDeliverable { .. }
            | Self::AskWaiver { .. }
            | Self::Submit { .. }
            | Self::SubmitToStop { .. }
            | Self::SubmitToReopen { .. }
            | Self::Withdraw(_)
            | Self::GiveEvidence { .. }
            | Self::OfferHandover { .. }
            | Self::DischargeDuty { .. }
            | Self::WithdrawObligation { .. }
            | Self::Tick => false,
        }
    }
}

/// What is done in nobody's name but one's own.
///
/// # Errors
/// A deputy asks.
pub(crate) fn in_own_name(actor: Actor, at: Link) -> Result<(), Refusal> {
    let Actor::Deputy { of, .. } = actor else { return Ok(()) };
    let clear = Clear { people: [of].into(), at, ..Clear::default() };
    Err(Refusal::Blocked { unmet: vec![Unmet { blocker: Blocker::NotByDeputy, clear }] })
}

/// May the actor, a deputy, take up this task of the absent person? Whether it can be done now is
/// another question.
pub fn stands_in(cx: &Context<'_>, product: &Product, kind: TaskKind, about: &str) -> bool {
    let case = Case { cx, product };
    let mut unmet = Vec::new();
    let Some(action) = case.judgement(kind, about) else { return false };
    case.deputy_unmet(&action, &mut unmet);
    unmet.is_empty()
}

impl Case<'_> {
    /// What stands between a deputy and an action, besides what stands in the absent person's way.
    pub(super) fn deputy_unmet(&self, action: &Action, unmet: &mut Vec<Unmet>) {
        let Actor::Deputy { by, of } = self.actor else { return };
        let blocked = |blocker| {
            let clear = Clear { people: [of].into(), ..Clear::default() };
            Unmet { blocker, clear }
        };
        if !action.is_judgement() {
            unmet.push(blocked(Blocker::NotByDeputy));
            return;
        }
        let ways = self.directory.ways_between(of, by, &self.matter(action, of), self.now);
        let barred = ways.iter().map(|way| self.barred(action, of, way)).collect::<Vec<_>>();
        match barred.into_iter().min() {
            None => unmet.push(blocked(Blocker::NotDelegated { of })),
            Some(Some(excluded)) => {
                unmet.push(blocked(Blocker::DeputyMayNot { excluded }));
            }
            Some(None) => {}
        }
    }

    /// May the actor speak in this role? In the own name always; a deputy inside the delegation.
    pub(super) fn speaks_in(&self, action: &Action, role: &RoleKey) -> bool {
        let Actor::Deputy { by, of } = self.actor else { return true };
        let matter = Matter { roles: [role.clone()].into(), ..self.matter(action, of) };
        let ways = self.directory.ways_between(of, by, &matter, self.now);
        ways.iter().any(|way| self.barred(action, of, way).is_none())
    }

    /// What an action concerns when this person does it: in which of the roles that allow it, and
    /// which gate. What belongs to a stage concerns the gate at its end.
    fn matter(&self, action: &Action, who: PersonId) -> Matter {
        let (roles, gate) = match action {
            Action::AcceptDeliverable { deliverable }
            | Action::ReturnDeliverable { deliverable }
            | Action::ApproveWaiver { deliverable }
            | Action::RefuseWaiver { deliverable } => {
                self.about_deliverable_of(action, deliverable)
            }
            Action::AnswerCriterion { .. } => (self.answering(action), self.gate_key()),
            Action::Score(at) | Action::Vote(at) => (self.seat_of(who), Some(at.gate.clone())),
            Action::Decide(at) => (vec![self.chair_role()], Some(at.gate.clone())),
            Action::RefuseEvidence { condition }
            | Action::CloseCondition { condition }
            | Action::ExtendCondition { condition } => self.about_condition(*condition),
            Action::PlaceHold => (vec![self.owner_role(), self.chair_role()], self.gate_key()),
            Action::Resume => match &self.product.overlay {
                Overlay::Held(hold) => self.lifted_by(hold),
                _ => (Vec::new(), self.gate_key()),
            },
            Action::AcceptHandover { market } | Action::DeclineHandover { market } => {
                let handover = self.def().handover.as_ref();
                let role = handover.map(|it| self.role(&it.to, Some(market)));
                (role.into_iter().collect(), handover.map(|it| it.at.clone()))
            }
            Action::CompleteReview { review } => self.about_review(*review),
            _ => (Vec::new(), None),
        };
        let held = roles.into_iter().filter(|role| match role.market {
            Some(_) => self.holders(role).contains(&who),
            None => self.holders_anywhere(&role.key).contains(&who),
        });
        Matter {
            portfolio: self.product.portfolio.clone(),
            roles: held.map(|role| role.key).collect(),
            gates: Some(gate.into_iter().collect()),
        }
    }

    fn gate_key(&self) -> Option<GateKey> {
        self.gate_ahead().map(|(key, _)| key.clone())
    }

    fn about_deliverable_of(
        &self,
        action: &Action,
        named: &DeliverableRef,
    ) -> (Vec<RoleRef>, Option<GateKey>) {
        let Some(found) = self.def().deliverables.get(&named.key) else {
            return (Vec::new(), None);
        };
        let heard: BTreeSet<&RoleKey> = match self.work(named) {
            Work::Submitted { accepted, .. } => accepted.keys().collect(),
            _ => BTreeSet::new(),
        };
        let roles: Vec<&RoleKey> = match action {
            Action::ApproveWaiver { .. } | Action::RefuseWaiver { .. } => {
                found.waive.iter().collect()
            }
            _ => found.reviewers.iter().filter(|role| !heard.contains(role)).collect(),
        };
        let roles = roles.into_iter().map(|role| self.role(role, named.market.as_ref()));
        (roles.collect(), self.def().gate_of(&found.stage).map(|(key, _)| key.clone()))
    }

    fn answering(&self, action: &Action) -> Vec<RoleRef> {
        let Action::AnswerCriterion { criterion } = action else { return Vec::new() };
        let must = self.gate_ahead().and_then(|(_, gate)| gate.must.get(criterion));
        match must {
            Some(crate::definition::MustMeet::Question { by, .. }) => {
                vec![RoleRef::new(by.clone(), None)]
            }
            _ => Vec::new(),
        }
    }

    fn seat_of(&self, who: PersonId) -> Vec<RoleRef> {
        let Some((submission, gate)) = self.open() else { return Vec::new() };
        let seat = super::gate::seat_of(submission, who).and_then(|seat| gate.seats.get(seat));
        seat.map(|seat| RoleRef::new(seat.role.clone(), None)).into_iter().collect()
    }

    /// Whoever asked for a condition did so from a seat or from the chair.
    fn about_condition(&self, number: u32) -> (Vec<RoleRef>, Option<GateKey>) {
        let Some(condition) = self.product.conditions.get(&number) else {
            return (Vec::new(), None);
        };
        let gate = self.def().gates.get(&condition.gate);
        let seats = gate.into_iter().flat_map(|gate| gate.seats.values().map(|seat| &seat.role));
        let roles = gate.map(|gate| &gate.chair).into_iter().chain(seats);
        let roles = roles.map(|role| RoleRef::new(role.clone(), None)).collect();
        (roles, Some(condition.gate.clone()))
    }

    fn about_review(&self, number: u32) -> (Vec<RoleRef>, Option<GateKey>) {
        let review = self.product.reviews.get(&number);
        let rule = review.and_then(|review| self.def().reviews.get(&review.review));
        let Some(rule) = rule else { return (Vec::new(), None) };
        let owner = match &rule.done {
            crate::definition::DoneBy::Form { owner, .. } => Some(owner),
            crate::definition::DoneBy::Gate(_) => None,
        };
        let roles = owner.map(|role| RoleRef::new(role.clone(), None));
        (roles.into_iter().collect(), rule.before.clone())
    }

    /// The judgement that a task asks for; none: it is no judgement.
    fn judgement(&self, kind: TaskKind, about: &str) -> Option<Action> {
        Some(match kind {
            TaskKind::ReviewDeliverable => {
                Action::AcceptDeliverable { deliverable: about.parse().ok()? }
            }
            TaskKind::ApproveWaiver => Action::ApproveWaiver { deliverable: about.parse().ok()? },
            TaskKind::AnswerCriterion => Action::AnswerCriterion { criterion: about.parse().ok()? },
            TaskKind::Vote => Action::Vote(self.product.submission()?.named()),
            TaskKind::Decide => Action::Decide(self.product.submission()?.named()),
            TaskKind::CloseCondition => Action::CloseCondition { condition: about.parse().ok()? },
            TaskKind::ReviewHold => Action::Resume,
            TaskKind::AnswerHandover => Action::AcceptHandover { market: about.parse().ok()? },
            TaskKind::CompleteReview => Action::CompleteReview { review: about.parse().ok()? },
            TaskKind::SubmitDeliverable
            | TaskKind::RenewDeliverable
            | TaskKind::ReviseCard
            | TaskKind::ReviseDeliverable
            | TaskKind::SubmitToGate
            | TaskKind::GiveEvidence
            | TaskKind::OfferHandover
            | TaskKind::DischargeDuty => return None,
        })
    }

    /// Beside whoever can clear something by a judgement: who can in that one's name.
    pub(super) fn name_deputies(&self, action: &Action, list: &mut [Unmet]) {
        for each in list {
            let Some(cure) = self.cure(action, each).filter(Action::is_judgement) else { continue };
            let away = |of: &&PersonId| self.directory.is_away(**of, self.now);
            for of in each.clear.people.iter().filter(away) {
                let ways = self.directory.ways(*of, &self.matter(&cure, *of), self.now);
                let free = ways.iter().filter(|way| self.barred(&cure, *of, way).is_none());
                let free = free.filter_map(Way::deputy).map(|person| StandIn { person, of: *of });
                each.clear.deputies.extend(free);
            }
        }
    }

    /// What somebody else would have to do to clear it, as far as one action does.
    fn cure(&self, action: &Action, unmet: &Unmet) -> Option<Action> {
        let open = || self.product.submission().map(crate::product::Submission::named);
        Some(match &unmet.blocker {
            Blocker::NotYourRole { .. }
            | Blocker::NotYours { .. }
            | Blocker::SubmitterMayNotReview
            | Blocker::ReviewedAlready
            | Blocker::AskerMayNotApprove
            | Blocker::EvidenceGiverMayNotClose
            | Blocker::SubmitterMayNotDecide
            | Blocker::ActedAsDeputy
            | Blocker::NotDelegated { .. }
            | Blocker::DeputyMayNot { .. } => action.clone(),
            Blocker::SeatWaits { .. } | Blocker::VotesDecide => Action::Vote(open()?),
            Blocker::ChairDecides => Action::Decide(open()?),
            Blocker::CriterionUnanswered { criterion }
            | Blocker::CriterionAnsweredNo { criterion } => {
                Action::AnswerCriterion { criterion: criterion.clone() }
            }
            Blocker::ConditionOpen { condition } | Blocker::ConditionExpired { condition } => {
                Action::CloseCondition { condition: *condition }
            }
            Blocker::ReviewDue { review } => Action::CompleteReview { review: *review },
            Blocker::ProductHeld => Action::Resume,
            Blocker::AlreadySubmitted => match &unmet.clear.at {
                Link::Deliverable(deliverable) => {
                    Action::AcceptDeliverable { deliverable: deliverable.clone() }
                }
                _ => return None,
            },
            Blocker::AlreadyOffered => match &unmet.clear.at {
                Link::Handover(market) => Action::AcceptHandover { market: market.clone() },
                _ => return None,
            },
            _ => return None,
        })
    }
}
