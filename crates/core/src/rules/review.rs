//! Reviews after launch, and the duties of an exit.

use std::collections::BTreeMap;

use super::{
    context::Case,
    refusal::{Blocker, Clear, Link, Problem, Refusal, Thing, Unmet},
};
use crate::{
    definition::{DoneBy, Start},
    digest::Digest,
    key::{DutyKey, ExitKey, GateKey, StageKey},
    product::{Closing, Ending, Event, ExitDuty, Overlay, Review, ReviewState, RoleRef},
};

impl Case<'_> {
    /// Reviews that this gate's decision completes.
    pub(super) fn reviews_done_by(&self, gate: &GateKey) -> Vec<Event> {
        let open = self.product.reviews.iter().filter(|(_, review)| {
            let done_by = self.def().reviews.get(&review.review).map(|review| &review.done);
            let open = !matches!(review.state, ReviewState::Done { .. });
            open && matches!(done_by, Some(DoneBy::Gate(key)) if key == gate)
        });
        open.map(|(number, _)| Event::ReviewCompleted { number: *number, content: None }).collect()
    }

    pub(super) fn reviews_from_gate(&self, gate: &GateKey, before: &[Event]) -> Vec<Event> {
        self.schedule(before, |from| matches!(from, Start::Gate(key) if key == gate))
    }

    pub(super) fn reviews_from_stage(&self, stage: &StageKey, before: &[Event]) -> Vec<Event> {
        self.schedule(before, |from| matches!(from, Start::Stage(key) if key == stage))
    }

    fn schedule(&self, before: &[Event], starts: impl Fn(&Start) -> bool) -> Vec<Event> {
        let scheduled = |event: &Event| match event {
            Event::ReviewScheduled { number, .. } => Some(*number),
            _ => None,
        };
        let last = before.iter().filter_map(scheduled).max();
        let last = last.or_else(|| self.product.reviews.keys().next_back().copied());
        let reviews = self.def().reviews.iter().filter(|(_, review)| starts(&review.from));
        (last.map_or(1, |last| last + 1)..)
            .zip(reviews)
            .map(|(number, (key, review))| {
                let due = self.def().calendar.add(self.now, &review.after);
                Event::ReviewScheduled { number, review: key.clone(), due }
            })
            .collect()
    }

    pub(super) fn review_clear(&self, number: u32, review: &Review) -> Clear {
        let done = self.def().reviews.get(&review.review).map(|review| &review.done);
        match done {
            Some(DoneBy::Form { owner, .. }) => {
                self.by_roles([RoleRef::new(owner.clone(), None)], Link::Review(number))
            }
            Some(DoneBy::Gate(gate)) => {
                self.by_roles([self.owner_role()], Link::Gate(gate.clone()))
            }
            None => Clear::default(),
        }
    }

    pub(super) fn review_unmet(&self, number: u32, unmet: &mut Vec<Unmet>) -> Result<(), Refusal> {
        let missing = || Refusal::from(Thing::Review(number));
        let review = self.product.reviews.get(&number).ok_or_else(missing)?;
        let rule = self.def().reviews.get(&review.review).ok_or_else(missing)?;
        self.need_human(unmet);
        let at = Link::Review(number);
        match &rule.done {
            DoneBy::Form { owner, .. } => {
                self.need_role(vec![RoleRef::new(owner.clone(), None)], at.clone(), unmet);
            }
            DoneBy::Gate(gate) => {
                let link = Link::Gate(gate.clone());
                unmet.push(self.unmet(Blocker::ReviewedByGate { gate: gate.clone() }, link));
            }
        }
        match review.state {
            ReviewState::Due => {}
            ReviewState::Scheduled => {
                let clear = Clear { at: Link::Clock, ..Clear::default() };
                let blocker = Blocker::ReviewNotDue { due: review.due };
                unmet.push(Unmet { blocker, clear });
            }
            ReviewState::Done { .. } => unmet.push(self.unmet(Blocker::ReviewDone, at)),
        }
        Ok(())
    }

    pub(super) fn complete_review(
        &self,
        number: u32,
        content: Digest,
    ) -> Result<Vec<Event>, Refusal> {
        let review = self.product.reviews.get(&number);
        let rule = review.and_then(|review| self.def().reviews.get(&review.review));
        let Some(DoneBy::Form { form, .. }) = rule.map(|rule| &rule.done) else {
            return Ok(Vec::new());
        };
        let problems: Vec<Problem> = match self.def().forms.get(form) {
            Some(form) => self.content_problems(form, content, "/content"),
            None => Vec::new(),
        };
        if problems.is_empty() {
            Ok(vec![Event::ReviewCompleted { number, content: Some(content) }])
        } else {
            Err(Refusal::Invalid { problems })
        }
    }

    /// An exit without duties closes at once.
    pub(super) fn begin_exit(&self, key: &ExitKey, gate: &GateKey) -> Vec<Event> {
        let Some(exit) = self.def().exits.get(key) else { return Vec::new() };
        let duty = |duty: &crate::definition::ExitDuty| ExitDuty {
            role: duty.owner.clone(),
            due: duty.due.as_ref().map(|span| self.def().calendar.add(self.now, span)),
            fell_due: false,
            done: None,
        };
        let duties: BTreeMap<DutyKey, ExitDuty> =
            exit.duties.iter().map(|(key, each)| (key.clone(), duty(each))).collect();
        let closed = duties.is_empty().then(|| Event::ProductClosed {
            ending: Ending::Exited(key.clone()),
            gate: gate.clone(),
        });
        let begun = Event::ExitBegun { exit: key.clone(), gate: gate.clone(), duties };
        [begun].into_iter().chain(closed).collect()
    }

    pub(super) fn duty_unmet(&self, key: &DutyKey, unmet: &mut Vec<Unmet>) -> Result<(), Refusal> {
        let Overlay::Closing(closing) = &self.product.overlay else {
            unmet.push(self.unmet(Blocker::NotClosing, Link::Product));
            return Ok(());
        };
        let duty = closing.duties.get(key).ok_or_else(|| Thing::Duty(key.clone()))?;
        self.need_human(unmet);
        let roles = vec![RoleRef::new(duty.role.clone(), None), self.owner_role()];
        self.need_role(roles, Link::Duty(key.clone()), unmet);
        if duty.done.is_some() {
            unmet.push(self.unmet(Blocker::DutyDone, Link::Duty(key.clone())));
        }
        Ok(())
    }

    pub(super) fn discharge(&self, key: &DutyKey, evidence: Digest) -> Vec<Event> {
        let Overlay::Closing(Closing { exit, gate, duties, .. }) = &self.product.overlay else {
            return Vec::new();
        };
        let done = |(other, duty): (&DutyKey, &ExitDuty)| other == key || duty.done.is_some();
        let closed = duties.iter().all(done).then(|| Event::ProductClosed {
            ending: Ending::Exited(exit.clone()),
            gate: gate.clone(),
        });
        let discharged = Event::DutyDischarged { duty: key.clone(), evidence };
        [discharged].into_iter().chain(closed).collect()
    }
}
