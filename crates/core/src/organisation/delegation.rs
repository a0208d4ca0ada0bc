//! The judgement of wishes about absence: delegations, assistants and default deputies.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{command::Command, judge::Context};
use crate::{
    directory::{Delegation, DirectoryEvent, Grant, Scope},
    id::{DelegationId, PersonId},
    key::RoleKey,
    product::Actor,
    rules::{Problem, ProblemKind, Refusal, Thing},
};

/// The longest delegation in days. Who is away for longer has a successor, not a deputy.
const LONGEST: i64 = 366;
/// So many delegations of one person may be open at a time.
const MOST: usize = 100;

impl Context<'_> {
    /// Whom a wish about absence belongs to, besides administrators: the absent person and the
    /// assistants; a deputy may lay a delegation down.
    pub(super) fn look_after_absence(&self, command: &Command) -> BTreeSet<PersonId> {
        let with_assistants = |of: PersonId| {
            let named = self.directory.assistants.get(&of).into_iter().flatten().copied();
            named.chain([of]).collect::<BTreeSet<_>>()
        };
        match command {
            Command::SetDelegation { set, .. } => with_assistants(set.of),
            Command::EndDelegation { delegation } => {
                let found = self.directory.delegation(*delegation);
                let concerned = |it: &Delegation| {
                    let mut people = with_assistants(it.of);
                    people.extend(it.to);
                    people
                };
                found.map(concerned).unwrap_or_default()
            }
            Command::NameAssistant { person, .. } | Command::ReleaseAssistant { person, .. } => {
                [*person].into()
            }
            _ => BTreeSet::new(),
        }
    }

    pub(super) fn set_delegation(
        &self,
        id: DelegationId,
        set: Delegation,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        self.person(set.of)?;
        set.to.map(|to| self.person(to)).transpose()?;
        if let Some(role) = set.roles.iter().find(|role| !self.roles.contains(*role)) {
            return Err(Thing::Role(role.clone()).into());
        }
        if let Some(gate) = set.gates.iter().find(|gate| !self.gates.contains(*gate)) {
            return Err(Thing::Gate(gate.clone()).into());
        }
        let mut problems = self.stand_in_problems("/of", set.of);
        match set.to {
            Some(to) => {
                problems.extend(self.stand_in_problems("/to", to));
                problems.extend(self.deputy_problem("/to", set.of, to));
            }
            None => problems.extend(self.default_deputy_problem(&set)),
        }
        problems.extend(self.time_problem(&set));
        let open = self.directory.delegations.get(&set.of).into_iter().flatten();
        if open.filter(|(_, delegation)| delegation.is_open(self.now)).count() >= MOST {
            problems.push(Problem::new("", ProblemKind::TooManyItems { max: MOST }));
        }
        if self.directory.delegation(id).is_some() {
            problems.push(Problem::new("/delegation", ProblemKind::AlreadyThere));
        }
        accept(problems, || DirectoryEvent::DelegationSet { delegation: id, set })
    }

    pub(super) fn end_delegation(&self, id: DelegationId) -> Result<Vec<DirectoryEvent>, Refusal> {
        match self.directory.delegation(id) {
            None => Err(Thing::Delegation(id).into()),
            Some(found) if !found.is_open(self.now) => {
                Err(Problem::new("/delegation", ProblemKind::NotThere).into())
            }
            Some(_) => Ok(vec![DirectoryEvent::DelegationEnded { delegation: id }]),
        }
    }

    pub(super) fn name_assistant(
        &self,
        person: PersonId,
        assistant: PersonId,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        self.person(person)?;
        self.person(assistant)?;
        let mut problems = self.stand_in_problems("/person", person);
        problems.extend(self.stand_in_problems("/assistant", assistant));
        if person == assistant {
            problems.push(Problem::new("/assistant", ProblemKind::OwnDeputy { person }));
        }
        if self.has_assistant(person, assistant) {
            problems.push(Problem::new("/assistant", ProblemKind::AlreadyThere));
        }
        accept(problems, || DirectoryEvent::AssistantNamed { person, assistant })
    }

    pub(super) fn release_assistant(
        &self,
        person: PersonId,
        assistant: PersonId,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        self.person(person)?;
        let missing = !self.has_assistant(person, assistant);
        let problem = missing.then(|| Problem::new("/assistant", ProblemKind::NotThere));
        let released = || DirectoryEvent::AssistantReleased { person, assistant };
        accept(problem.into_iter().collect(), released)
    }

    /// The one before is replaced; the same one again changes nothing.
    pub(super) fn name_deputy(&self, deputy: Grant) -> Result<Vec<DirectoryEvent>, Refusal> {
        self.person(deputy.person)?;
        if !self.roles.contains(&deputy.role) {
            return Err(Thing::Role(deputy.role).into());
        }
        if let Scope::Portfolio(key) = &deputy.scope
            && !self.directory.portfolios.contains_key(key)
        {
            return Err(Thing::Portfolio(key.clone()).into());
        }
        if self.directory.deputies.contains(&deputy) {
            return Ok(Vec::new());
        }
        let mut problems = self.stand_in_problems("/person", deputy.person);
        problems.extend(self.self_appointed("/person", deputy.person));
        accept(problems, || DirectoryEvent::DeputyNamed { deputy })
    }

    pub(super) fn release_deputy(&self, deputy: Grant) -> Result<Vec<DirectoryEvent>, Refusal> {
        if !self.directory.deputies.contains(&deputy) {
            return Err(Thing::Deputy.into());
        }
        Ok(vec![DirectoryEvent::DeputyReleased { deputy }])
    }

    /// What a closed account had of others' powers, and others of its, is over with it; or it
    /// would live again with the account.
    pub(super) fn absences_end(&self, leaving: PersonId) -> Vec<DirectoryEvent> {
        use DirectoryEvent as E;
        let mut events = Vec::new();
        for (delegation, found) in self.directory.delegations.values().flatten() {
            let concerned = found.of == leaving || found.to == Some(leaving);
            if concerned && found.is_open(self.now) {
                events.push(E::DelegationEnded { delegation: *delegation });
            }
        }
        for (person, assistants) in &self.directory.assistants {
            let gone = assistants.iter().filter(|it| **it == leaving || *person == leaving);
            let (person, released) = (*person, gone.copied());
            events.extend(released.map(|assistant| E::AssistantReleased { person, assistant }));
        }
        let deputies = self.directory.deputies.iter().filter(|it| it.person == leaving);
        events.extend(deputies.map(|deputy| E::DeputyReleased { deputy: deputy.clone() }));
        events
    }

    fn has_assistant(&self, person: PersonId, assistant: PersonId) -> bool {
        self.directory.assistants.get(&person).is_some_and(|named| named.contains(&assistant))
    }

    /// Powers go from one open account of a human to another.
    fn stand_in_problems(&self, at: &str, person: PersonId) -> Vec<Problem> {
        let machine = self.directory.is_machine(person);
        let machine = machine.then_some(ProblemKind::Machine { person });
        let closed = !self.directory.is_active(person);
        let closed = closed.then_some(ProblemKind::Inactive { person });
        machine.into_iter().chain(closed).map(|kind| Problem::new(at, kind)).collect()
    }

    fn deputy_problem(&self, at: &str, of: PersonId, to: PersonId) -> Option<Problem> {
        if of == to {
            return Some(Problem::new(at, ProblemKind::OwnDeputy { person: of }));
        }
        self.self_appointed(at, to)
    }

    /// Nobody takes another's powers with their own hands, not even with the rights to give them.
    fn self_appointed(&self, at: &str, to: PersonId) -> Option<Problem> {
        let own = self.actor == Actor::Person(to);
        own.then(|| Problem::new(at, ProblemKind::SelfAppointed { person: to }))
    }

    /// A delegation to default deputies arrives somewhere: each of its roles has one, or some role
    /// of the absent person when it names none.
    fn default_deputy_problem(&self, set: &Delegation) -> Option<Problem> {
        let has_one = |role: &RoleKey| self.directory.deputies.iter().any(|it| it.role == *role);
        let held = self.directory.grants.iter().filter(|grant| grant.person == set.of);
        let mut held = held.map(|grant| &grant.role);
        let roles: BTreeSet<RoleKey> = if set.roles.is_empty() {
            if held.any(has_one) {
                return None;
            }
            BTreeSet::new()
        } else {
            set.roles.iter().filter(|role| !has_one(role)).cloned().collect()
        };
        let arrives = !set.roles.is_empty() && roles.is_empty();
        (!arrives).then(|| Problem::new("/to", ProblemKind::NoDefaultDeputy { roles }))
    }

    fn time_problem(&self, set: &Delegation) -> Option<Problem> {
        let latest = set.from.checked_add_signed(TimeDelta::days(LONGEST)).unwrap_or(set.from);
        let kind = if set.until <= self.now {
            ProblemKind::NotInFuture
        } else if set.until <= set.from {
            ProblemKind::NotAfterBeginning
        } else if set.until > latest {
            ProblemKind::TooLate { latest }
        } else {
            return None;
        };
        Some(Problem::new("/until", kind))
    }
}

fn accept(
    problems: Vec<Problem>,
    event: impl FnOnce() -> DirectoryEvent,
) -> Result<Vec<DirectoryEvent>, Refusal> {
    if problems.is_empty() { Ok(vec![event()]) } else { Err(Refusal::Invalid { problems }) }
}
