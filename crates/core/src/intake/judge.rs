//! The judgement of a wish about an entry, and who may have it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use super::{
    Command, EntryId, Move,
    state::{Entry, Feedback, FieldDay, Idea},
};
use crate::{
    definition::Definition,
    directory::{ADMINISTRATOR, Directory},
    id::{PersonId, ProductId},
    key::{PortfolioKey, RoleKey},
    organisation,
    product::{Actor, Product, RoleRef},
    rules::{self, Blocker, Clear, Contents, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
};

/// The circumstances of a decision; `decide` knows nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub directory: &'a Directory,
    pub contents: &'a Contents,
    /// The workflows of the products, and that of a link or a product that is to be made.
    pub definitions: &'a [Arc<Definition>],
    /// The workflow of a link or a product that is to be made.
    pub starts: Option<&'a Definition>,
    /// The products that the command touches.
    pub products: &'a BTreeMap<ProductId, &'a Product>,
    /// The entries that the command touches.
    pub entries: &'a BTreeMap<EntryId, &'a Entry>,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

/// Judges a wish about `target`: what it moves, or why it is refused. No move at all: an agreement
/// that changes nothing.
///
/// # Errors
/// A [`Refusal`]; then nothing has happened.
pub fn decide(cx: &Context<'_>, target: EntryId, command: &Command) -> Result<Vec<Move>, Refusal> {
    rules::in_own_name(cx.actor, Link::Entry(target))?;
    match (target, cx.entries.get(&target), command) {
        (EntryId::Link(id), None, command) => cx.open_link(id, command),
        (EntryId::Idea(id), None, command) => cx.submit_idea(id, command),
        (EntryId::Feedback(_), None, Command::SendFeedback(new)) => cx.send(new, None, ""),
        (EntryId::FieldDay(id), None, command) => cx.record_field_day(id, command),
        (_, Some(Entry::Link(link)), Command::RevokeLink) => cx.revoke_link(link),
        (_, Some(Entry::Idea(idea)), command) => cx.about_idea(idea, command),
        (_, Some(Entry::Feedback(feedback)), command) => cx.about_feedback(feedback, command),
        (_, Some(Entry::FieldDay(day)), command) => cx.about_field_day(day, command),
        _ => Err(Thing::Entry(target).into()),
    }
}

/// A refusal when something is unmet.
pub(super) fn settled(unmet: Vec<Unmet>) -> Result<(), Refusal> {
    if unmet.is_empty() { Ok(()) } else { Err(Refusal::Blocked { unmet }) }
}

pub(super) fn problem(pointer: impl Into<String>, kind: ProblemKind) -> Refusal {
    Problem::new(pointer, kind).into()
}

pub(super) fn invalid(problems: Vec<Problem>) -> Result<(), Refusal> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems }) }
}

impl<'a> Context<'a> {
    pub(super) fn me(&self) -> Option<PersonId> {
        match self.actor {
            Actor::Person(person) => Some(person),
            Actor::System | Actor::Visitor | Actor::Deputy { .. } => None,
        }
    }

    pub(super) fn only_the_clock(&self) -> Result<(), Refusal> {
        if self.actor == Actor::System {
            return Ok(());
        }
        let unmet = Unmet { blocker: Blocker::ClockOnly, clear: Clear::default() };
        Err(Refusal::Blocked { unmet: vec![unmet] })
    }

    /// A product that the actor may read; to others it does not exist.
    pub(super) fn product(&self, id: ProductId) -> Result<&'a Product, Refusal> {
        let found = self.products.get(&id).copied();
        let may = |product: &Product| match self.actor {
            Actor::Person(me) => organisation::may_read_product(self.directory, me, product),
            Actor::System => true,
            Actor::Visitor | Actor::Deputy { .. } => false,
        };
        found.filter(|product| may(product)).ok_or_else(|| Thing::Product.into())
    }

    /// The workflow of a product.
    pub(super) fn definition(&self, product: &Product) -> Result<&'a Definition, Refusal> {
        let mut known = self.definitions.iter();
        let found = known.find(|definition| definition.digest == product.workflow.digest);
        let missing = || Thing::Workflow(product.workflow.key.clone()).into();
        found.map(Arc::as_ref).ok_or_else(missing)
    }

    /// The circumstances, as the rules of products want them.
    pub(super) fn of_product(&self, definition: &'a Definition) -> rules::Context<'a> {
        rules::Context {
            to: None,
            definition,
            directory: self.directory,
            contents: self.contents,
            actor: self.actor,
            now: self.now,
        }
    }

    /// Machines feed and read; people decide. A closed account does neither.
    pub(super) fn need_human(&self, at: &Link, unmet: &mut Vec<Unmet>) {
        let clear = || Clear { at: at.clone(), ..Clear::default() };
        match self.me() {
            Some(me) if !self.directory.is_active(me) => {
                unmet.push(Unmet { blocker: Blocker::AccountClosed, clear: clear() });
            }
            Some(me) if !self.directory.is_machine(me) => {}
            _ => unmet.push(Unmet { blocker: Blocker::PeopleOnly, clear: clear() }),
        }
    }

    /// The actor must hold one of the roles in the portfolio, or everywhere.
    pub(super) fn need_role(
        &self,
        roles: &[RoleKey],
        portfolio: &PortfolioKey,
        at: &Link,
        unmet: &mut Vec<Unmet>,
    ) {
        self.need_human(at, unmet);
        let holds = |role: &RoleKey| {
            self.me().is_some_and(|me| self.directory.holds(me, role.as_str(), portfolio))
        };
        if roles.iter().any(holds) {
            return;
        }
        let people = roles.iter();
        let people = people.flat_map(|role| self.directory.holders(role.as_str(), portfolio));
        let people = people.collect();
        let roles: BTreeSet<RoleRef> =
            roles.iter().map(|role| RoleRef::new(role.clone(), None)).collect();
        let clear = Clear { roles: roles.clone(), people, at: at.clone(), ..Clear::default() };
        unmet.push(Unmet { blocker: Blocker::NotYourRole { roles }, clear });
    }

    /// The actor must be one of these people.
    pub(super) fn need_person(
        &self,
        people: BTreeSet<PersonId>,
        at: &Link,
        unmet: &mut Vec<Unmet>,
    ) {
        self.need_human(at, unmet);
        if !self.me().is_some_and(|me| people.contains(&me)) {
            let clear = Clear { people: people.clone(), at: at.clone(), ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::NotYours { people }, clear });
        }
    }

    /// Something about the entry itself stands in the way; nobody can clear it.
    pub(super) fn stop(at: &Link, blocker: Blocker) -> Unmet {
        Unmet { blocker, clear: Clear { at: at.clone(), ..Clear::default() } }
    }

    /// What keeps somebody from being named for a task.
    pub(super) fn person_problem(&self, pointer: &str, person: PersonId) -> Option<Problem> {
        let kind = match self.directory.people.get(&person) {
            None => ProblemKind::UnknownPerson { person },
            Some(found) if !found.active => ProblemKind::Inactive { person },
            Some(found) if found.kind == crate::directory::Kind::Machine => {
                ProblemKind::Machine { person }
            }
            Some(_) => return None,
        };
        Some(Problem::new(pointer, kind))
    }
}

/// The role that looks after accounts.
pub(super) fn administrator() -> Option<RoleKey> {
    RoleKey::new(ADMINISTRATOR).ok()
}

pub(super) const fn at_idea(idea: &Idea) -> Link {
    Link::Entry(EntryId::Idea(idea.id))
}

pub(super) const fn at_feedback(feedback: &Feedback) -> Link {
    Link::Entry(EntryId::Feedback(feedback.id))
}

pub(super) const fn at_field_day(day: &FieldDay) -> Link {
    Link::Entry(EntryId::FieldDay(day.id))
}
