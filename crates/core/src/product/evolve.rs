//! How an event makes the next state. Total, and free of rules: `decide` has already judged.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{event::*, refs::DeliverableRef, state::*};
use crate::id::PersonId;

/// The state after the event. A first event other than [`Event::ProductStarted`] makes no product.
pub fn evolve(product: Option<Product>, recorded: &Recorded) -> Option<Product> {
    let Some(mut product) = product else { return start(recorded) };
    product.version += 1;
    product.apply(recorded);
    Some(product)
}

fn start(recorded: &Recorded) -> Option<Product> {
    let Event::ProductStarted { product, workflow, name, portfolio, owner, card, stage } =
        &recorded.event
    else {
        return None;
    };
    Some(Product {
        id: *product,
        version: 1,
        workflow: workflow.clone(),
        name: name.clone(),
        portfolio: portfolio.clone(),
        owner: *owner,
        card: *card,
        started_at: recorded.at,
        position: Position::InStage(stage.clone()),
        overlay: Overlay::Active,
        visits: BTreeMap::new(),
        passed: BTreeMap::new(),
        recycled: BTreeMap::new(),
        deliverables: BTreeMap::new(),
        dues: BTreeMap::new(),
        answers: BTreeMap::new(),
        team: BTreeMap::new(),
        markets: BTreeMap::new(),
        conditions: BTreeMap::new(),
        reviews: BTreeMap::new(),
        submissions: 0,
        obligations: BTreeMap::new(),
        card_outgrown: None,
    })
}

impl Product {
    fn apply(&mut self, recorded: &Recorded) {
        use Event as E;
        match &recorded.event {
            E::ProductStarted { .. } | E::GateEscalated { .. } | E::GateReminded { .. } => {
                self.told_the_panel(recorded);
            }
            E::ProductRenamed { name } => self.name.clone_from(name),
            E::CardRevised { card } => {
                self.card = *card;
                self.card_outgrown = None;
            }
            E::ProductMigrated { .. } => self.migrated(recorded),
            E::OwnershipTransferred { to } => self.owner = *to,
            E::RoleAssigned { role, person } => {
                self.team.entry(role.clone()).or_default().insert(*person);
            }
            E::RoleReleased { role, person } => {
                if let Some(people) = self.team.get_mut(role) {
                    people.remove(person);
                    if people.is_empty() {
                        self.team.remove(role);
                    }
                }
            }
            E::DeliverableSubmitted { .. }
            | E::DeliverableReviewed { .. }
            | E::DeliverableAccepted { .. }
            | E::DeliverableReturned { .. }
            | E::WaiverAsked { .. }
            | E::WaiverApproved { .. }
            | E::WaiverExpired { .. }
            | E::WaiverRefused { .. }
            | E::DeliverableDueLifted { .. }
            | E::DeliverableFellDue { .. } => self.apply_deliverable(recorded),
            E::CriterionAnswered { .. }
            | E::GateSubmitted { .. }
            | E::GateWithdrawn { .. }
            | E::ScoreGiven { .. }
            | E::VoteCast { .. }
            | E::GateDecided { .. }
            | E::StageEntered { .. } => self.apply_gate(recorded),
            E::ConditionImposed { .. }
            | E::ConditionEvidenceGiven { .. }
            | E::ConditionEvidenceRefused { .. }
            | E::ConditionClosed { .. }
            | E::ConditionExtended { .. }
            | E::ConditionExpired { .. } => self.apply_condition(recorded),
            E::ProductHeld { .. }
            | E::HoldReviewFellDue
            | E::ProductResumed { .. }
            | E::ExitBegun { .. }
            | E::DutyDischarged { .. }
            | E::DutyFellDue { .. }
            | E::ProductClosed { .. }
            | E::ProductReopened { .. } => self.apply_overlay(recorded),
            E::MarketAdded { .. }
            | E::MarketWithdrawn { .. }
            | E::MarketSellable { .. }
            | E::MarketBlocked { .. }
            | E::HandoverOffered { .. }
            | E::HandoverAccepted { .. }
            | E::HandoverDeclined { .. }
            | E::HandoverFellDue { .. } => self.apply_market(recorded),
            E::RevisionObliged { .. }
            | E::RevisionObligationFulfilled { .. }
            | E::RevisionObligationWithdrawn { .. } => self.apply_obligation(recorded),
            E::ReviewScheduled { .. } | E::ReviewFellDue { .. } | E::ReviewCompleted { .. } => {
                self.apply_review(recorded);
            }
        }
    }

    fn apply_review(&mut self, recorded: &Recorded) {
        use Event as E;
        match &recorded.event {
            E::ReviewScheduled { number, review, due } => {
                let state = ReviewState::Scheduled;
                self.reviews.insert(*number, Review { review: review.clone(), due: *due, state });
            }
            E::ReviewFellDue { number } => self.set_review(*number, ReviewState::Due),
            E::ReviewCompleted { number, content } => {
                let (at, by) = (recorded.at, recorded.actor.principal());
                let deputy = recorded.actor.deputy();
                self.set_review(*number, ReviewState::Done { at, by, deputy, content: *content });
            }
            _ => {}
        }
    }

    fn apply_obligation(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        let (number, state) = match &recorded.event {
            E::RevisionObliged { obligation, deliverable, requirement, why, feedback } => {
                let (deliverable, state) = (deliverable.clone(), ObligationState::Open);
                let (requirement, why, feedback) = (*requirement, *why, *feedback);
                let owed = Obligation { deliverable, requirement, why, feedback, by, at, state };
                self.obligations.insert(*obligation, owed);
                return;
            }
            E::RevisionObligationFulfilled { obligation, revision } => {
                (obligation, ObligationState::Fulfilled { revision: *revision, at })
            }
            E::RevisionObligationWithdrawn { obligation, reason } => {
                (obligation, ObligationState::Withdrawn { by, at, reason: *reason })
            }
            _ => return,
        };
        if let Some(obligation) = self.obligations.get_mut(number) {
            obligation.state = state;
        }
    }

    fn told_the_panel(&mut self, recorded: &Recorded) {
        let Position::AtGate(submission) = &mut self.position else { return };
        match &recorded.event {
            Event::GateReminded { .. } => submission.reminders.retain(|when| *when > recorded.at),
            Event::GateEscalated { .. } => submission.escalated = true,
            _ => {}
        }
    }

    fn set_review(&mut self, number: u32, state: ReviewState) {
        if let Some(review) = self.reviews.get_mut(&number) {
            review.state = state;
        }
    }

    fn apply_deliverable(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        let deputy = recorded.actor.deputy();
        match &recorded.event {
            E::DeliverableSubmitted { deliverable, document } => {
                let document = document.clone();
                let (accepted, deputies) = (BTreeMap::new(), BTreeMap::new());
                self.deliverables.entry(deliverable.clone()).or_default().work =
                    Work::Submitted { document, by, at, accepted, deputies, under: None };
            }
            E::DeliverableReviewed { deliverable, role } => {
                let entry = self.deliverables.get_mut(deliverable).map(|entry| &mut entry.work);
                if let Some(Work::Submitted { accepted, deputies, .. }) = entry {
                    accepted.insert(role.clone(), by);
                    deputies.extend(deputy.map(|deputy| (role.clone(), deputy)));
                }
            }
            E::DeliverableAccepted { deliverable, revision, visit } => {
                if let Some(entry) = self.deliverables.get_mut(deliverable) {
                    entry.accept(*revision, *visit, at);
                }
                self.settle_due(deliverable);
            }
            E::DeliverableReturned { deliverable, reason }
            | E::WaiverRefused { deliverable, reason } => {
                self.deliverables.entry(deliverable.clone()).or_default().work =
                    Work::Returned { by, deputy, at, reason: *reason };
            }
            E::WaiverAsked { deliverable, reason } => {
                self.deliverables.entry(deliverable.clone()).or_default().work =
                    Work::WaiverAsked { by, at, reason: *reason };
            }
            E::WaiverApproved { deliverable, visit, until } => {
                let (visit, until) = (*visit, *until);
                if let Some(entry) = self.deliverables.get_mut(deliverable)
                    && let Work::WaiverAsked { by: asked_by, .. } = entry.work
                {
                    let approved_by = by;
                    entry.work = Work::Waived { asked_by, approved_by, deputy, at, visit, until };
                }
                self.settle_due(deliverable);
            }
            E::WaiverExpired { deliverable } => {
                if let Some(entry) = self.deliverables.get_mut(deliverable)
                    && let Work::Waived { .. } = entry.work
                {
                    entry.work = Work::None;
                }
            }
            E::DeliverableFellDue { deliverable } => {
                if let Some(due) = self.dues.get_mut(deliverable) {
                    due.fell = true;
                }
            }
            E::DeliverableDueLifted { deliverable } => {
                self.dues.remove(deliverable);
            }
            _ => {}
        }
    }

    /// A due date ends when nothing of the deliverable is open in any market.
    fn settle_due(&mut self, settled: &DeliverableRef) {
        let done = |named: &DeliverableRef| {
            self.deliverables.get(named).is_some_and(|entry| {
                entry.accepted.is_some() || matches!(entry.work, Work::Waived { .. })
            })
        };
        let all = settled.market.is_none()
            || self.markets.keys().all(|market| {
                done(&DeliverableRef::new(settled.key.clone(), Some(market.clone())))
            });
        if all {
            self.dues.remove(&settled.key);
        }
    }

    fn apply_gate(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        let deputy = recorded.actor.deputy();
        match &recorded.event {
            E::CriterionAnswered { criterion, yes, evidence } => {
                let answer = Answer { yes: *yes, evidence: *evidence, by, deputy, at };
                self.answers.insert(criterion.clone(), answer);
            }
            E::GateSubmitted { gate, submission, purpose, packet, panel, due, reminders } => {
                self.submissions = *submission;
                self.position = Position::AtGate(Box::new(Submission {
                    number: *submission,
                    gate: gate.clone(),
                    purpose: purpose.clone(),
                    by,
                    at,
                    packet: *packet,
                    panel: panel.clone(),
                    due: *due,
                    reminders: reminders.clone(),
                    escalated: false,
                    scores: BTreeMap::new(),
                    scored_by: BTreeMap::new(),
                    votes: BTreeMap::new(),
                }));
            }
            E::GateWithdrawn { stage, .. } => self.position = Position::InStage(stage.clone()),
            E::ScoreGiven { scores, .. } => {
                if let Position::AtGate(submission) = &mut self.position {
                    submission.scores.insert(by, scores.clone());
                    submission.scored_by.remove(&by);
                    submission.scored_by.extend(deputy.map(|deputy| (by, deputy)));
                }
            }
            E::VoteCast { seat, choice, reason, conditions, signature, .. } => {
                if let Position::AtGate(submission) = &mut self.position {
                    let vote = Vote {
                        seat: seat.clone(),
                        deputy,
                        choice: *choice,
                        reason: *reason,
                        conditions: conditions.clone(),
                        signature: signature.clone(),
                        at,
                    };
                    submission.votes.insert(by, vote);
                }
            }
            E::GateDecided { gate, submission, outcome, stage, .. } => {
                self.decided(gate, *submission, outcome, at);
                self.position = Position::InStage(stage.clone());
            }
            E::StageEntered { stage, visit, dues } => {
                self.position = Position::InStage(stage.clone());
                self.visits.insert(stage.clone(), Visit { count: *visit, entered_at: at });
                self.answers.clear();
                for (deliverable, due) in dues {
                    self.dues.insert(deliverable.clone(), Due { at: *due, fell: false });
                }
            }
            _ => {}
        }
    }

    fn decided(
        &mut self,
        gate: &crate::key::GateKey,
        submission: u32,
        outcome: &Outcome,
        at: DateTime<Utc>,
    ) {
        match outcome {
            Outcome::Go { path } | Outcome::ConditionalGo { path } => {
                let packet = self.submission().map(|open| open.packet);
                if let Some(packet) = packet {
                    let passed = Passed { submission, path: path.clone(), packet, at };
                    self.passed.insert(gate.clone(), passed);
                }
            }
            Outcome::Recycle { .. } => *self.recycled.entry(gate.clone()).or_default() += 1,
            _ => {}
        }
    }

    fn apply_condition(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        if let E::ConditionImposed { condition, gate, draft, set_by } = &recorded.event {
            let ConditionDraft { text, owner, due } = draft.clone();
            let (gate, set_by) = (gate.clone(), *set_by);
            let state = ConditionState::Open;
            let imposed = Condition { gate, text, owner, due, set_by, state, expired: false };
            self.conditions.insert(*condition, imposed);
            return;
        }
        let (E::ConditionEvidenceGiven { condition, .. }
        | E::ConditionEvidenceRefused { condition, .. }
        | E::ConditionClosed { condition }
        | E::ConditionExtended { condition, .. }
        | E::ConditionExpired { condition }) = &recorded.event
        else {
            return;
        };
        let Some(entry) = self.conditions.get_mut(condition) else { return };
        match &recorded.event {
            E::ConditionEvidenceGiven { evidence, .. } => {
                entry.state = ConditionState::EvidenceGiven { by, at, evidence: *evidence };
            }
            E::ConditionEvidenceRefused { .. } => entry.state = ConditionState::Open,
            E::ConditionClosed { .. } => {
                let deputy = recorded.actor.deputy();
                entry.state = ConditionState::Closed { by, deputy, at };
            }
            E::ConditionExtended { due, .. } => {
                entry.due = *due;
                entry.expired = false;
            }
            _ => entry.expired = true,
        }
    }

    fn apply_overlay(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        match &recorded.event {
            E::ProductHeld { review_at, cause, reason } => {
                self.overlay = Overlay::Held(Hold {
                    since: at,
                    review_at: *review_at,
                    reason: *reason,
                    cause: cause.clone(),
                    review_due: false,
                });
            }
            E::HoldReviewFellDue => {
                if let Overlay::Held(hold) = &mut self.overlay {
                    hold.review_due = true;
                }
            }
            E::ProductResumed { .. } | E::ProductReopened { .. } => self.overlay = Overlay::Active,
            E::ExitBegun { exit, gate, duties } => {
                let (exit, gate, duties) = (exit.clone(), gate.clone(), duties.clone());
                self.overlay = Overlay::Closing(Closing { exit, gate, since: at, duties });
            }
            E::DutyDischarged { duty, evidence } => {
                if let Overlay::Closing(Closing { duties, .. }) = &mut self.overlay
                    && let Some(duty) = duties.get_mut(duty)
                {
                    duty.done = Some(Discharge { by, at, evidence: *evidence });
                }
            }
            E::DutyFellDue { duty } => {
                if let Overlay::Closing(Closing { duties, .. }) = &mut self.overlay
                    && let Some(duty) = duties.get_mut(duty)
                {
                    duty.fell_due = true;
                }
            }
            E::ProductClosed { ending, gate } => {
                let (ending, gate) = (ending.clone(), gate.clone());
                self.overlay = Overlay::Closed(Closed { ending, gate, at });
            }
            _ => {}
        }
    }

    fn apply_market(&mut self, recorded: &Recorded) {
        use Event as E;
        let (at, by) = (recorded.at, doer(recorded.actor));
        let deputy = recorded.actor.deputy();
        let (E::MarketAdded { market }
        | E::MarketWithdrawn { market, .. }
        | E::MarketSellable { market, .. }
        | E::MarketBlocked { market, .. }
        | E::HandoverOffered { market, .. }
        | E::HandoverAccepted { market }
        | E::HandoverDeclined { market, .. }
        | E::HandoverFellDue { market }) = &recorded.event
        else {
            return;
        };
        if let E::MarketWithdrawn { .. } = &recorded.event {
            self.markets.remove(market);
            return;
        }
        let entry = self.markets.entry(market.clone()).or_insert_with(|| Market {
            added_at: at,
            sellable: false,
            handover: Handover::NotOffered,
        });
        match &recorded.event {
            E::MarketSellable { .. } => entry.sellable = true,
            E::MarketBlocked { .. } => entry.sellable = false,
            E::HandoverOffered { to, package, due, .. } => {
                let (to, package, due) = (*to, *package, *due);
                entry.handover = Handover::Offered { to, at, package, due, fell_due: false };
            }
            E::HandoverAccepted { .. } => {
                entry.handover = Handover::Accepted { by, deputy, at };
            }
            E::HandoverDeclined { .. } => {
                entry.handover = Handover::Declined { by, deputy, at };
            }
            E::HandoverFellDue { .. } => {
                if let Handover::Offered { fell_due, .. } = &mut entry.handover {
                    *fell_due = true;
                }
            }
            _ => {}
        }
    }
}

impl Deliverable {
    fn accept(&mut self, number: u32, visit: u32, at: DateTime<Utc>) {
        if let Work::Submitted { document, by, accepted, deputies, under, .. } =
            std::mem::take(&mut self.work)
        {
            let deputies = deputies.into_values();
            self.accepted = Some(Revision {
                number,
                document,
                submitted_by: by,
                reviewed_by: accepted.into_values().chain(deputies).collect(),
                accepted_at: at,
                visit,
                under,
            });
            self.outgrown = None;
        }
    }
}

/// To whom it counts: what a deputy does is done by the absent person. The clock submits, votes and
/// accepts nothing, so events that keep their doer come from people;
/// should the log ever say otherwise, the nil id makes it visible.
pub(super) const fn doer(actor: Actor) -> PersonId {
    match actor.principal() {
        Some(person) => person,
        None => PersonId::new(uuid::Uuid::nil()),
    }
}
