//! Gates: readiness, submission, withdrawal, scores and votes.

use std::collections::BTreeMap;

use super::{
    command::Action,
    context::Case,
    outcome::Standing,
    packet::packet,
    panel::Panel,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
    separation::asks_to_pass,
    signing::{Act, Sign},
};
use crate::{
    definition::{Gate, MustMeet},
    digest::Digest,
    expr,
    id::PersonId,
    key::{FactorKey, GateKey, SeatKey},
    product::{
        Choice, ConditionDraft, ConditionState, Event, Overlay, Position, Purpose, ReviewState,
        RoleRef, Submission, SubmissionRef,
    },
};

impl<'a> Case<'a> {
    pub(super) fn gate(&self, key: &GateKey) -> Result<&'a Gate, Refusal> {
        let found = self.def().gates.get(key);
        found.ok_or_else(|| Thing::Gate(key.clone()).into())
    }

    /// The open submission and its gate.
    pub(super) fn open(&self) -> Option<(&'a Submission, &'a Gate)> {
        let submission = self.product.submission()?;
        Some((submission, self.def().gates.get(&submission.gate)?))
    }

    /// Readiness: everything between the actor and a submission to this gate.
    pub(super) fn submit_unmet(
        &self,
        key: &GateKey,
        purpose: &Purpose,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let gate = self.gate(key)?;
        let at = Link::Gate(key.clone());
        let submitters = gate.submit_by.iter().map(|role| RoleRef::new(role.clone(), None));
        self.need_human(unmet);
        self.need_role(submitters.collect(), at.clone(), unmet);
        let may_submit = unmet.is_empty();
        self.need_place(key, gate, purpose, unmet);
        if let Purpose::Pass(path) = purpose {
            if !gate.outcomes.go.contains_key(path) {
                return Err(Thing::Path(path.clone()).into());
            }
            if self.product.card_outgrown.is_some() {
                unmet.push(self.unmet(Blocker::CardToRevise, Link::Product));
            }
            self.missing_deliverables(unmet);
            self.criteria(gate, unmet);
            self.debts(key, unmet);
        }
        // Who could sit depends on who submits, so it is told to those who may.
        if let Some(me) = self.me().filter(|_| may_submit) {
            if *purpose != Purpose::Stop
                && let Err(unfilled) = self.seat_panel(key, gate, me)
            {
                unmet.extend(unfilled);
            }
            if self.chairs(gate, me).is_empty() {
                let role = gate.chair.clone();
                let chair = RoleRef::new(role.clone(), None);
                let clear = Clear { roles: [chair].into(), at, ..Clear::default() };
                unmet.push(Unmet { blocker: Blocker::ChairMissing { role }, clear });
            }
        }
        Ok(())
    }

    fn need_place(&self, key: &GateKey, gate: &Gate, purpose: &Purpose, unmet: &mut Vec<Unmet>) {
        self.need_packet_open(unmet);
        match (purpose, &self.product.overlay) {
            (Purpose::Reopen, Overlay::Closed(closed)) => {
                if closed.gate != *key {
                    let at = Link::Gate(closed.gate.clone());
                    let (gate, stage) = (closed.gate.clone(), gate.stage.clone());
                    unmet.push(self.unmet(Blocker::NotAtThisGate { gate, stage }, at));
                }
            }
            (Purpose::Reopen, _) => {
                unmet.push(self.unmet(Blocker::ProductNotClosed, Link::Product));
            }
            // A held product need not be resumed to be stopped.
            (Purpose::Stop, Overlay::Held(_)) => {}
            _ => self.need_active(unmet),
        }
        if *purpose != Purpose::Reopen && *self.stage() != gate.stage {
            let (gate, stage) = (key.clone(), gate.stage.clone());
            unmet.push(self.unmet(Blocker::NotAtThisGate { gate, stage }, Link::Product));
        }
    }

    fn criteria(&self, gate: &Gate, unmet: &mut Vec<Unmet>) {
        for (key, must) in &gate.must {
            let at = Link::Criterion(key.clone());
            let criterion = key.clone();
            match must {
                MustMeet::Expr { expr, .. } => {
                    let evaluation = self.evaluate(expr);
                    let verdict = evaluation.verdict.clone();
                    let blocker = match evaluation.verdict.outcome {
                        expr::Outcome::Pass => continue,
                        expr::Outcome::Fail => Blocker::CriterionFailed { criterion, verdict },
                        expr::Outcome::Unknown => Blocker::CriterionUnknown { criterion, verdict },
                    };
                    let clear = self.by_roles(self.sources(expr), at);
                    unmet.push(Unmet { blocker, clear });
                }
                MustMeet::Question { by, .. } => {
                    let blocker = match self.product.answers.get(key) {
                        Some(answer) if answer.yes => continue,
                        Some(_) => Blocker::CriterionAnsweredNo { criterion },
                        None => Blocker::CriterionUnanswered { criterion },
                    };
                    unmet.push(self.unmet_by(blocker, RoleRef::new(by.clone(), None), at));
                }
            }
        }
    }

    /// Open conditions and reviews that this gate waits for.
    fn debts(&self, key: &GateKey, unmet: &mut Vec<Unmet>) {
        for (number, condition) in &self.product.conditions {
            if !matches!(condition.state, ConditionState::Closed { .. }) {
                let people = [condition.owner, condition.set_by].into();
                let at = Link::Condition(*number);
                let clear = Clear { people, at, ..Clear::default() };
                let blocker = Blocker::ConditionOpen { condition: *number };
                unmet.push(Unmet { blocker, clear });
            }
        }
        for (number, review) in &self.product.reviews {
            let before = self.def().reviews.get(&review.review);
            let before = before.and_then(|review| review.before.as_ref());
            if review.state == ReviewState::Due && before == Some(key) {
                let clear = self.review_clear(*number, review);
                unmet.push(Unmet { blocker: Blocker::ReviewDue { review: *number }, clear });
            }
        }
        let handover = self.def().handover.as_ref();
        if handover.is_some_and(|handover| handover.at == *key) && self.product.markets.is_empty() {
            unmet.push(self.unmet(Blocker::NoMarket, Link::Product));
        }
    }

    /// Freezes packet and panel.
    pub(super) fn submit(
        &self,
        key: &GateKey,
        purpose: &Purpose,
        chosen: &Panel,
    ) -> Result<Vec<Event>, Refusal> {
        let gate = self.gate(key)?;
        let Some(me) = self.me() else { return Ok(Vec::new()) };
        let panel = if *purpose == Purpose::Stop {
            Panel::new()
        } else if chosen.is_empty() {
            self.seat_panel(key, gate, me).map_err(|unmet| Refusal::Blocked { unmet })?
        } else {
            let problems = self.chosen_panel(gate, chosen, me);
            if !problems.is_empty() {
                return Err(Refusal::Invalid { problems });
            }
            chosen.clone()
        };
        let calendar = &self.def().calendar;
        let clock = gate.clock.as_ref();
        let due = clock.map(|clock| calendar.add(self.now, &clock.decide_within));
        let before = |span| due.map(|due| calendar.subtract(due, span));
        let reminders = clock.iter().flat_map(|clock| &clock.remind).filter_map(before);
        let mut reminders: Vec<_> = reminders.filter(|when| *when > self.now).collect();
        reminders.sort_unstable();
        Ok(vec![Event::GateSubmitted {
            gate: key.clone(),
            submission: self.product.submissions + 1,
            purpose: purpose.clone(),
            packet: packet(self.product, Some(purpose)).digest(),
            panel,
            due,
            reminders,
        }])
    }

    /// The open submission, if it is the one that is meant: what was said of one packet must not
    /// reach the next.
    pub(super) fn meant(
        &self,
        at: &SubmissionRef,
        unmet: &mut Vec<Unmet>,
    ) -> Result<Option<(&'a Submission, &'a Gate)>, Refusal> {
        self.gate(&at.gate)?;
        let submission = at.submission;
        match self.open() {
            Some((open, gate)) if open.named() == *at => return Ok(Some((open, gate))),
            Some((open, _)) if open.number == submission => {}
            _ if (1..=self.product.submissions).contains(&submission) => {
                let at = Link::Gate(at.gate.clone());
                unmet.push(self.unmet(Blocker::SubmissionNotOpen { submission }, at));
                return Ok(None);
            }
            _ => {}
        }
        Err(Thing::Submission(submission).into())
    }

    /// Withdrawing is for the submitter and the owner, and no way round a decision that the votes
    /// have already left to the chair.
    pub(super) fn withdraw_unmet(
        &self,
        at: &SubmissionRef,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let Some((submission, gate)) = self.meant(at, unmet)? else { return Ok(()) };
        let left_to_chair = submission.purpose != Purpose::Stop
            && matches!(self.standing(submission, gate), Standing::ChairDecides { .. });
        let people = self.chairs_of(gate, submission);
        let can_decide = !people.is_empty() && !self.chair_choices(submission, gate).is_empty();
        if left_to_chair && can_decide {
            let at = Link::Gate(submission.gate.clone());
            let clear = Clear { people, at, ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::ChairDecides, clear });
        }
        let people = [submission.by, self.product.owner].into();
        self.need_person(people, Link::Gate(submission.gate.clone()), unmet);
        Ok(())
    }

    pub(super) fn withdraw(&self, reason: Digest) -> Vec<Event> {
        let Some((submission, gate)) = self.open() else { return Vec::new() };
        let (key, stage) = (submission.gate.clone(), gate.stage.clone());
        vec![Event::GateWithdrawn { gate: key, stage, reason }]
    }

    fn my_seat(&self, submission: &'a Submission) -> Option<&'a SeatKey> {
        seat_of(submission, self.me()?)
    }

    /// What stands between the actor and a score or a vote.
    pub(super) fn vote_unmet(
        &self,
        action: &Action,
        at: &SubmissionRef,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        self.need_human(unmet);
        let Some((submission, gate)) = self.meant(at, unmet)? else { return Ok(()) };
        let at = Link::Gate(submission.gate.clone());
        let Some(seat) = self.my_seat(submission) else {
            let people = submission.panel.values().flatten().copied().collect();
            let clear = Clear { people, at, ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::NotOnPanel, clear });
            return Ok(());
        };
        if let (Some(me), Some(place)) = (self.me(), gate.seats.get(seat))
            && !self.still_sits(submission, &place.role, me)
        {
            let role = RoleRef::new(place.role.clone(), None);
            let roles = [role.clone()].into();
            unmet.push(self.unmet_by(Blocker::NotYourRole { roles }, role, at.clone()));
        }
        let chair_decides =
            matches!(self.standing(submission, gate), Standing::ChairDecides { .. });
        if chair_decides {
            let chair = RoleRef::new(gate.chair.clone(), None);
            unmet.push(self.unmet_by(Blocker::ChairDecides, chair, at.clone()));
        }
        let voted = self.me().is_some_and(|me| submission.votes.contains_key(&me));
        if voted {
            unmet.push(self.unmet(Blocker::AlreadyVoted, at.clone()));
        }
        if let Action::Score(_) = action {
            if gate.score.is_none() {
                unmet.push(self.unmet(Blocker::NoScorecard, at));
            }
            return Ok(());
        }
        let scored = self.me().is_some_and(|me| submission.scores.contains_key(&me));
        if gate.score.is_some() && asks_to_pass(&submission.purpose) && !scored {
            let people = self.me().into_iter().collect();
            let clear = Clear { people, at: at.clone(), ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::ScoreFirst, clear });
        }
        // A seat that cannot be met any more is nothing to wait for.
        if gate.sequential && !chair_decides {
            self.wait_for_turn(submission, gate, seat, at, unmet);
        }
        self.locked(gate.seats.get(seat).is_some_and(|place| place.sign.is_some()), unmet);
        Ok(())
    }

    fn wait_for_turn(
        &self,
        submission: &Submission,
        gate: &Gate,
        mine: &SeatKey,
        at: Link,
        unmet: &mut Vec<Unmet>,
    ) {
        let earlier = gate.seats.iter().take_while(|(seat, _)| *seat != mine);
        for (seat, place) in earlier {
            let tally = self.tally(submission, seat, place);
            if tally.yes < place.need {
                let people = tally.open;
                let clear = Clear { people, at, ..Clear::default() };
                unmet.push(Unmet { blocker: Blocker::SeatWaits { seat: seat.clone() }, clear });
                return;
            }
        }
    }

    pub(super) fn score(&self, scores: &BTreeMap<FactorKey, u8>) -> Result<Vec<Event>, Refusal> {
        let Some((submission, gate)) = self.open() else { return Ok(Vec::new()) };
        let Some(card) = &gate.score else { return Ok(Vec::new()) };
        let at = |factor: &FactorKey| format!("/scores/{factor}");
        let mut problems = Vec::new();
        for (factor, score) in scores {
            let factor = factor.clone();
            if !card.factors.contains_key(&factor) {
                problems.push(Problem::new(at(&factor), ProblemKind::UnknownFactor { factor }));
            } else if *score > 10 {
                problems.push(Problem::new(at(&factor), ProblemKind::ScoreOutOfRange { factor }));
            }
        }
        for factor in card.factors.keys().filter(|factor| !scores.contains_key(*factor)) {
            let factor = factor.clone();
            problems.push(Problem::new(at(&factor), ProblemKind::ScoreMissing { factor }));
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        Ok(vec![Event::ScoreGiven { gate: submission.gate.clone(), scores: scores.clone() }])
    }

    /// One vote; the events of the decision follow when it is the one that meets every need.
    pub(super) fn vote(
        &self,
        choice: Choice,
        reason: Digest,
        conditions: &[ConditionDraft],
        sign: &Sign,
    ) -> Result<Vec<Event>, Refusal> {
        let (Some((submission, gate)), Some(me)) = (self.open(), self.me()) else {
            return Ok(Vec::new());
        };
        let Some(seat) = self.my_seat(submission) else { return Ok(Vec::new()) };
        let mut problems = Vec::new();
        let offered = Self::choices(submission, gate);
        if !offered.contains(&choice) {
            let offered = offered.iter().map(|choice| name_of(*choice)).collect();
            let kind = ProblemKind::OutcomeNotOffered { offered };
            problems.push(Problem::new("/choice", kind));
        }
        let conditional = choice == Choice::ConditionalGo;
        problems.extend(self.condition_problems(gate, conditional, conditions));
        let signature =
            self.signature(submission, gate, &Act::Vote { choice }, sign, &mut problems);
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        let vote = Event::VoteCast {
            gate: submission.gate.clone(),
            seat: seat.clone(),
            choice,
            reason,
            conditions: conditions.to_vec(),
            signature: signature.clone(),
        };
        let mut after = submission.clone();
        let cast = crate::product::Vote {
            seat: seat.clone(),
            deputy: self.actor.deputy(),
            choice,
            reason,
            conditions: conditions.to_vec(),
            signature,
            at: self.now,
        };
        after.votes.insert(me, cast);
        let mut events = vec![vote];
        if let Standing::Go { conditional } = self.standing(&after, gate) {
            events.extend(self.passed_by_votes(&after, gate, conditional));
        }
        Ok(events)
    }

    /// The answers that a gatekeeper can give to this submission.
    pub(super) fn choices(submission: &Submission, gate: &Gate) -> Vec<Choice> {
        if submission.purpose == Purpose::Reopen {
            return vec![Choice::Go, Choice::Kill];
        }
        let offers = |choice: &Choice| match choice {
            Choice::Go => true,
            Choice::ConditionalGo => gate.outcomes.conditional.is_some(),
            Choice::Hold => gate.outcomes.hold.is_some(),
            Choice::Recycle => gate.outcomes.recycle.is_some(),
            Choice::Kill => gate.outcomes.kill,
        };
        Choice::ALL.into_iter().filter(offers).collect()
    }

    /// The criterion is a question of the gate ahead.
    pub(super) fn answer_unmet(
        &self,
        criterion: &crate::key::CriterionKey,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let missing = || Refusal::from(Thing::Criterion(criterion.clone()));
        let (_, gate) = self.gate_ahead().ok_or_else(missing)?;
        let Some(MustMeet::Question { by, .. }) = gate.must.get(criterion) else {
            return Err(missing());
        };
        self.need_active(unmet);
        self.need_packet_open(unmet);
        self.need_human(unmet);
        let role = RoleRef::new(by.clone(), None);
        self.need_role(vec![role], Link::Criterion(criterion.clone()), unmet);
        Ok(())
    }

    pub(super) fn stands_at_gate(&self) -> bool {
        matches!(self.product.position, Position::AtGate(_))
    }
}

/// The seat of a person on the panel.
pub(super) fn seat_of(submission: &Submission, who: PersonId) -> Option<&SeatKey> {
    submission.panel.iter().find(|(_, people)| people.contains(&who)).map(|(seat, _)| seat)
}

/// The wire name of a choice.
pub(super) fn name_of(choice: Choice) -> String {
    match choice {
        Choice::Go => "go",
        Choice::ConditionalGo => "conditional_go",
        Choice::Hold => "hold",
        Choice::Recycle => "recycle",
        Choice::Kill => "kill",
    }
    .to_owned()
}
