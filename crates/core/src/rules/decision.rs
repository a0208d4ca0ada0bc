//! The decision at a gate, by the votes or by the chair, and what follows from it.

use std::collections::BTreeMap;

use super::{
    command::Decision,
    context::Case,
    gate::name_of,
    outcome::Standing,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Unmet},
    signing::{Act, Sign},
};
use crate::{
    definition::{Gate, Required, Target},
    digest::Digest,
    key::{PathKey, StageKey},
    product::{
        Choice, ConditionDraft, DecidedBy, Ending, Event, HoldCause, Outcome, Purpose, Submission,
        SubmissionRef,
    },
};

impl Case<'_> {
    /// The chair decides only when the votes cannot, and never over an own submission.
    pub(super) fn decide_unmet(
        &self,
        at: &SubmissionRef,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        self.need_human(unmet);
        let Some((submission, gate)) = self.meant(at, unmet)? else { return Ok(()) };
        let at = Link::Gate(submission.gate.clone());
        self.need_role(vec![self.chair_role()], at.clone(), unmet);
        let chairs = self.chairs_of(gate, submission);
        if let Some(me) = self.me()
            && self.i_hold(&self.chair_role())
            && !chairs.contains(&me)
        {
            let acted = self.chairs(gate, submission.by).contains(&me);
            let blocker =
                if acted { Blocker::ActedAsDeputy } else { Blocker::SubmitterMayNotDecide };
            let clear = Clear { people: chairs, at: at.clone(), ..Clear::default() };
            unmet.push(Unmet { blocker, clear });
        }
        if !matches!(self.standing(submission, gate), Standing::ChairDecides { .. }) {
            let open =
                gate.seats.iter().flat_map(|(key, seat)| self.tally(submission, key, seat).open);
            let clear = Clear { people: open.collect(), at, ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::VotesDecide, clear });
        }
        self.locked(gate.chair_signs.is_some(), unmet);
        Ok(())
    }

    /// What is left for the chair.
    pub(super) fn chair_choices(&self, submission: &Submission, gate: &Gate) -> Vec<String> {
        if submission.purpose == Purpose::Reopen {
            return vec!["stay_closed".to_owned()];
        }
        let met = self.needs_met(submission, gate);
        let left = Self::choices(submission, gate).into_iter();
        let used_up = |choice: &Choice| {
            let used = self.product.recycled.get(&submission.gate).copied().unwrap_or(0);
            let rule = gate.outcomes.recycle.as_ref();
            *choice == Choice::Recycle && rule.is_some_and(|rule| used >= rule.at_most)
        };
        left.filter(|choice| (met || !choice.lets_pass()) && !used_up(choice))
            .map(name_of)
            .collect()
    }

    pub(super) fn chair_decides(
        &self,
        decision: &Decision,
        reason: Digest,
        conditions: &[ConditionDraft],
        sign: &Sign,
    ) -> Result<Vec<Event>, Refusal> {
        let (Some((submission, gate)), Some(me)) = (self.open(), self.me()) else {
            return Ok(Vec::new());
        };
        let mut problems = Vec::new();
        let offered = self.chair_choices(submission, gate);
        let name = decision.name();
        if !offered.iter().any(|choice| choice == name) {
            let kind = ProblemKind::OutcomeNotOffered { offered };
            return Err(Problem::new("/outcome", kind).into());
        }
        let conditional = *decision == Decision::ConditionalGo;
        problems.extend(self.condition_problems(gate, conditional, conditions));
        problems.extend(self.outcome_problems(submission, gate, decision));
        let act = Act::Decision { outcome: decision.clone() };
        let signature = self.signature(submission, gate, &act, sign, &mut problems);
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        let outcome = match (decision, &submission.purpose) {
            (Decision::Go, Purpose::Pass(path)) => Outcome::Go { path: path.clone() },
            (Decision::ConditionalGo, Purpose::Pass(path)) => {
                Outcome::ConditionalGo { path: path.clone() }
            }
            (Decision::Hold { review_at }, _) => Outcome::Hold { review_at: *review_at },
            (Decision::Recycle { to }, _) => Outcome::Recycle { to: to.clone() },
            (Decision::Kill, _) => Outcome::Kill,
            // A go is offered only to a submission that asks to pass.
            (Decision::StayClosed | Decision::Go | Decision::ConditionalGo, _) => {
                Outcome::StayClosed
            }
        };
        let signature = signature.map(Box::new);
        let chair = DecidedBy::Chair { person: me, reason, signature };
        let mut drafts = if conditional { drafts(submission) } else { Vec::new() };
        drafts.extend(conditions.iter().map(|draft| (me, draft.clone())));
        Ok(self.carry_out(submission, gate, outcome, &chair, drafts))
    }

    fn outcome_problems(
        &self,
        submission: &Submission,
        gate: &Gate,
        decision: &Decision,
    ) -> Vec<Problem> {
        match decision {
            Decision::Hold { review_at } => self.hold_problems(gate, *review_at, "/review_at"),
            Decision::Recycle { to } => {
                let Some(rule) = &gate.outcomes.recycle else { return Vec::new() };
                let used = self.product.recycled.get(&submission.gate).copied().unwrap_or(0);
                let mut problems = Vec::new();
                if !rule.to.contains(to) {
                    let kind = ProblemKind::StageNotOffered { offered: rule.to.clone() };
                    problems.push(Problem::new("/to", kind));
                }
                if used >= rule.at_most {
                    let kind = ProblemKind::RecyclesUsedUp { at_most: rule.at_most };
                    problems.push(Problem::new("/outcome", kind));
                }
                problems
            }
            _ => Vec::new(),
        }
    }

    /// The events of a go that the votes have given.
    pub(super) fn passed_by_votes(
        &self,
        submission: &Submission,
        gate: &Gate,
        conditional: bool,
    ) -> Vec<Event> {
        let outcome = match &submission.purpose {
            Purpose::Pass(path) if conditional => Outcome::ConditionalGo { path: path.clone() },
            Purpose::Pass(path) => Outcome::Go { path: path.clone() },
            Purpose::Reopen => Outcome::Reopen,
            Purpose::Stop => return Vec::new(),
        };
        self.carry_out(submission, gate, outcome, &DecidedBy::Seats, drafts(submission))
    }

    fn carry_out(
        &self,
        submission: &Submission,
        gate: &Gate,
        outcome: Outcome,
        decided_by: &DecidedBy,
        drafts: Vec<(crate::id::PersonId, ConditionDraft)>,
    ) -> Vec<Event> {
        let key = submission.gate.clone();
        let number = submission.number;
        let stage = gate.stage.clone();
        let decided = |outcome, stage| Event::GateDecided {
            gate: key.clone(),
            submission: number,
            outcome,
            decided_by: decided_by.clone(),
            stage,
        };
        match outcome {
            Outcome::Go { ref path } | Outcome::ConditionalGo { ref path } => {
                let path = path.clone();
                let mut events = vec![decided(outcome, stage)];
                events.extend(self.impose(&key, drafts));
                events.extend(self.reviews_done_by(&key));
                events.extend(self.reviews_from_gate(&key, &events));
                events.extend(self.go_on(gate, &key, &path, &events));
                events
            }
            Outcome::Hold { review_at } => {
                let cause = HoldCause::Decided { gate: key.clone() };
                let held = Event::ProductHeld { review_at, cause, reason: None };
                vec![decided(outcome, stage), held]
            }
            Outcome::Recycle { ref to } => {
                let to = to.clone();
                let mut events = vec![decided(outcome, stage)];
                events.extend(self.enter(&to, &events));
                events
            }
            Outcome::Kill => {
                let closed = Event::ProductClosed { ending: Ending::Killed, gate: key.clone() };
                vec![decided(outcome, stage), closed]
            }
            Outcome::Reopen => {
                let mut events = vec![
                    decided(outcome, stage.clone()),
                    Event::ProductReopened { gate: key.clone() },
                ];
                events.extend(self.enter(&stage, &events));
                events
            }
            Outcome::StayClosed => vec![decided(outcome, stage)],
        }
    }

    fn impose(
        &self,
        gate: &crate::key::GateKey,
        drafts: Vec<(crate::id::PersonId, ConditionDraft)>,
    ) -> Vec<Event> {
        let first = self.product.conditions.keys().next_back().map_or(1, |last| last + 1);
        (first..)
            .zip(drafts)
            .map(|(condition, (set_by, draft))| {
                let gate = gate.clone();
                Event::ConditionImposed { condition, gate, draft, set_by }
            })
            .collect()
    }

    fn go_on(
        &self,
        gate: &Gate,
        key: &crate::key::GateKey,
        path: &PathKey,
        before: &[Event],
    ) -> Vec<Event> {
        match gate.outcomes.go.get(path).map(|path| &path.to) {
            Some(Target::Stage(to)) => {
                let mut events = self.enter(to, before);
                events.extend(self.offers_at(key));
                events
            }
            Some(Target::Exit(exit)) => self.begin_exit(exit, key),
            None => Vec::new(),
        }
    }

    /// Entering a stage starts its due dates and its reviews.
    pub(super) fn enter(&self, stage: &StageKey, before: &[Event]) -> Vec<Event> {
        let visit = self.product.visit(stage) + 1;
        let mut dues = BTreeMap::new();
        let keys = self.def().stages.get(stage).map(|stage| stage.deliverables.as_slice());
        for key in keys.unwrap_or_default() {
            let Some(deliverable) = self.def().deliverables.get(key) else { continue };
            let open = deliverable.each_visit || !self.all_fulfilled(key);
            if let Some(span) = &deliverable.due
                && deliverable.required != Required::Never
                && open
            {
                dues.insert(key.clone(), self.def().calendar.add(self.now, span));
            }
        }
        let mut events = vec![Event::StageEntered { stage: stage.clone(), visit, dues }];
        events.extend(self.reviews_from_stage(stage, before));
        events
    }
}

/// Every condition that a conditional vote asked for, with who asked.
fn drafts(submission: &Submission) -> Vec<(crate::id::PersonId, ConditionDraft)> {
    let votes = submission.votes.iter();
    let conditional = votes.filter(|(_, vote)| vote.choice == Choice::ConditionalGo);
    conditional
        .flat_map(|(who, vote)| vote.conditions.iter().map(|draft| (*who, draft.clone())))
        .collect()
}

impl Decision {
    /// The wire name.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::ConditionalGo => "conditional_go",
            Self::Hold { .. } => "hold",
            Self::Recycle { .. } => "recycle",
            Self::Kill => "kill",
            Self::StayClosed => "stay_closed",
        }
    }
}
