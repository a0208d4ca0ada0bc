//! Conditions of a conditional go: owed by one person, closed by who asked, or by the chair.

use chrono::{DateTime, Utc};

use super::{
    command::Action,
    context::Case,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
    separation::may_judge,
};
use crate::{
    definition::Gate,
    product::{Condition, ConditionDraft, ConditionState, RoleRef},
};

impl<'a> Case<'a> {
    fn condition(&self, number: u32) -> Result<&'a Condition, Refusal> {
        let found = self.product.conditions.get(&number);
        found.ok_or_else(|| Thing::Condition(number).into())
    }

    fn judges(&self, number: u32, condition: &Condition) -> Clear {
        let chair = self.def().gates.get(&condition.gate).map(|gate| gate.chair.clone());
        let chair = chair.map(|role| RoleRef::new(role, None));
        let mut clear = self.by_roles(chair, Link::Condition(number));
        clear.people.insert(condition.set_by);
        clear
    }

    pub(super) fn condition_unmet(
        &self,
        action: &Action,
        number: u32,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let condition = self.condition(number)?;
        let at = Link::Condition(number);
        self.need_human(unmet);
        if self.product.is_closed() {
            unmet.push(self.unmet(Blocker::ProductClosed, Link::Product));
        }
        if matches!(condition.state, ConditionState::Closed { .. }) {
            unmet.push(self.unmet(Blocker::ConditionClosed, at.clone()));
        }
        if let Action::GiveEvidence { .. } = action {
            self.need_person([condition.owner, self.product.owner].into(), at, unmet);
            return Ok(());
        }
        let judges = self.judges(number, condition);
        self.need_person(judges.people.clone(), at.clone(), unmet);
        if let Action::ExtendCondition { .. } = action {
            return Ok(());
        }
        match &condition.state {
            ConditionState::EvidenceGiven { by, .. } => {
                if self.me().is_some_and(|me| !may_judge(me, *by)) {
                    let mut clear = judges;
                    clear.people.remove(by);
                    unmet.push(Unmet { blocker: Blocker::EvidenceGiverMayNotClose, clear });
                }
            }
            ConditionState::Open => {
                let clear = Clear { people: [condition.owner].into(), at, ..Clear::default() };
                unmet.push(Unmet { blocker: Blocker::NoEvidence, clear });
            }
            ConditionState::Closed { .. } => {}
        }
        Ok(())
    }

    /// Conditions come with a conditional go and only with it; each has an owner who can act and a
    /// due date within the gate's bound.
    pub(super) fn condition_problems(
        &self,
        gate: &Gate,
        conditional: bool,
        drafts: &[ConditionDraft],
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        if conditional && drafts.is_empty() && self.no_conditions_yet() {
            problems.push(Problem::new("/conditions", ProblemKind::ConditionsNeeded));
        }
        if !conditional && !drafts.is_empty() {
            problems.push(Problem::new("/conditions", ProblemKind::ConditionsNotAllowed));
        }
        for (index, draft) in drafts.iter().enumerate() {
            let at = |field: &str| format!("/conditions/{index}/{field}");
            let person = draft.owner;
            if !self.directory.is_active(person) {
                problems.push(Problem::new(at("owner"), ProblemKind::UnknownPerson { person }));
            } else if self.directory.is_machine(person) {
                problems.push(Problem::new(at("owner"), ProblemKind::Machine { person }));
            }
            problems.extend(self.due_problem(gate, draft.due, at("due")));
        }
        problems
    }

    /// A chair may confirm the conditions that the votes ask for without adding any.
    fn no_conditions_yet(&self) -> bool {
        let votes = self.product.submission().map(|open| &open.votes);
        let me = self.me();
        !votes.is_some_and(|votes| {
            votes.iter().any(|(who, vote)| Some(*who) != me && !vote.conditions.is_empty())
        }) || !self.chairs_now()
    }

    fn chairs_now(&self) -> bool {
        let standing = self.open().map(|(submission, gate)| self.standing(submission, gate));
        matches!(standing, Some(super::outcome::Standing::ChairDecides { .. }))
    }

    fn due_problem(&self, gate: &Gate, due: DateTime<Utc>, pointer: String) -> Option<Problem> {
        if due <= self.now {
            return Some(Problem::new(pointer, ProblemKind::NotInFuture));
        }
        let within = gate.outcomes.conditional.as_ref()?;
        let latest = self.def().calendar.add(self.now, within);
        (due > latest).then(|| Problem::new(pointer, ProblemKind::TooLate { latest }))
    }

    pub(super) fn extension_problem(&self, number: u32, due: DateTime<Utc>) -> Option<Problem> {
        let condition = self.product.conditions.get(&number)?;
        let gate = self.def().gates.get(&condition.gate)?;
        self.due_problem(gate, due, "/due".to_owned())
    }
}
