//! Holds: asked for, decided at a gate, or forced by an expired condition; each has a review date.

use chrono::{DateTime, Utc};

use super::{
    context::Case,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Unmet},
};
use crate::{
    definition::Gate,
    digest::Digest,
    key::GateKey,
    product::{ConditionState, Event, Hold, HoldCause, Overlay, RoleRef},
};

impl Case<'_> {
    pub(super) fn hold_unmet(&self, unmet: &mut Vec<Unmet>) {
        self.need_human(unmet);
        self.need_active(unmet);
        self.need_packet_open(unmet);
        self.need_role(vec![self.owner_role(), self.chair_role()], Link::Hold, unmet);
        if self.gate_ahead().is_none_or(|(_, gate)| gate.outcomes.hold.is_none()) {
            unmet.push(self.unmet(Blocker::HoldNotOffered, Link::Hold));
        }
    }

    pub(super) fn place_hold(
        &self,
        review_at: DateTime<Utc>,
        reason: Digest,
    ) -> Result<Vec<Event>, Refusal> {
        let gate = self.gate_ahead().map(|(_, gate)| gate);
        let problems = gate.map(|gate| self.hold_problems(gate, review_at, "/review_at"));
        match problems {
            Some(problems) if !problems.is_empty() => Err(Refusal::Invalid { problems }),
            _ => {
                let (cause, reason) = (HoldCause::Asked, Some(reason));
                Ok(vec![Event::ProductHeld { review_at, cause, reason }])
            }
        }
    }

    /// The review date lies ahead, and no further than the gate allows.
    pub(super) fn hold_problems(
        &self,
        gate: &Gate,
        review_at: DateTime<Utc>,
        pointer: &str,
    ) -> Vec<Problem> {
        let Some(rule) = &gate.outcomes.hold else { return Vec::new() };
        let latest = self.def().calendar.add(self.now, &rule.at_most);
        if review_at <= self.now {
            vec![Problem::new(pointer, ProblemKind::NotInFuture)]
        } else if review_at > latest {
            vec![Problem::new(pointer, ProblemKind::TooLate { latest })]
        } else {
            Vec::new()
        }
    }

    /// Whoever could place the hold lifts it; a hold that a gate decided is the chair's. And which
    /// gate that is.
    pub(super) fn lifted_by(&self, hold: &Hold) -> (Vec<RoleRef>, Option<GateKey>) {
        let ahead = self.gate_ahead().map(|(key, _)| key);
        let gate = match &hold.cause {
            HoldCause::Asked => {
                return (vec![self.owner_role(), self.chair_role()], ahead.cloned());
            }
            HoldCause::Decided { gate } => Some(gate),
            HoldCause::ConditionExpired { condition } => {
                self.product.conditions.get(condition).map(|found| &found.gate)
            }
        };
        let known = gate.and_then(|gate| self.def().gates.get(gate));
        let chair = known.map(|gate| RoleRef::new(gate.chair.clone(), None));
        (vec![chair.unwrap_or_else(|| self.chair_role())], gate.or(ahead).cloned())
    }

    pub(super) fn resume_unmet(&self, unmet: &mut Vec<Unmet>) {
        self.need_human(unmet);
        let Overlay::Held(hold) = &self.product.overlay else {
            unmet.push(self.unmet(Blocker::ProductNotHeld, Link::Product));
            return;
        };
        self.need_role(self.lifted_by(hold).0, Link::Hold, unmet);
        for (number, condition) in &self.product.conditions {
            let closed = matches!(condition.state, ConditionState::Closed { .. });
            if condition.expired && !closed {
                let people = [condition.owner, condition.set_by].into();
                let clear = Clear { people, at: Link::Condition(*number), ..Clear::default() };
                let blocker = Blocker::ConditionExpired { condition: *number };
                unmet.push(Unmet { blocker, clear });
            }
        }
    }
}
