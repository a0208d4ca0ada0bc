//! What a rule may look at: the definition, the product, the people, the contents and the hour.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::{
    complete::Fitted,
    refusal::{Blocker, Clear, Link, Thing, Unmet},
    work,
};
use crate::{
    definition::{
        Definition, Deliverable, Gate,
        form::{Fault, Form},
    },
    digest::Digest,
    directory::{ADMINISTRATOR, Directory},
    id::PersonId,
    key::*,
    product::{Actor, DeliverableRef, Overlay, Position, Product, RoleRef},
};

/// Form contents by their digest: those that the expressions read and those that came along. What
/// was erased is missing.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    values: HashMap<Digest, Arc<Json>>,
    fitted: HashMap<Digest, Fitted>,
}

impl Contents {
    pub fn get(&self, digest: &Digest) -> Option<&Json> {
        self.values.get(digest).map(Arc::as_ref)
    }
    pub fn contains(&self, digest: &Digest) -> bool {
        self.values.contains_key(digest)
    }
    pub fn insert(&mut self, digest: Digest, value: Arc<Json>) {
        self.values.insert(digest, value);
    }

    /// A content that was held against its form already.
    pub fn insert_fitted(&mut self, digest: Digest, fitted: Fitted) {
        self.values.insert(digest, fitted.content().clone());
        self.fitted.insert(digest, fitted);
    }

    /// The faults of a content; none when it is not there.
    pub(super) fn faults(&self, digest: &Digest, form: &Arc<Form>) -> Option<Vec<Fault>> {
        if self.fitted.get(digest).is_some_and(|fitted| fitted.fits(form)) {
            return Some(Vec::new());
        }
        let content = self.get(digest)?;
        Some(form.parse(content).err().unwrap_or_default())
    }
}

impl FromIterator<(Digest, Arc<Json>)> for Contents {
    fn from_iter<I: IntoIterator<Item = (Digest, Arc<Json>)>>(pairs: I) -> Self {
        Self { values: pairs.into_iter().collect(), fitted: HashMap::new() }
    }
}

/// The circumstances of a decision; `decide` knows nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub definition: &'a Definition,
    /// Another version of the same workflow, to which the product is to move.
    pub to: Option<&'a Definition>,
    pub directory: &'a Directory,
    pub contents: &'a Contents,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

/// The circumstances, and the product that they concern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) cx: &'a Context<'a>,
    pub(super) product: &'a Product,
}

impl<'a> std::ops::Deref for Case<'a> {
    type Target = Context<'a>;
    fn deref(&self) -> &Context<'a> {
        self.cx
    }
}

impl<'a> Case<'a> {
    pub(super) fn def(&self) -> &'a Definition {
        self.cx.definition
    }

    /// The person in whose name is acted, and whose rights count; none when the clock acts. What a
    /// deputy's own hands may not do is asked in `deputy`.
    pub(super) fn me(&self) -> Option<PersonId> {
        self.actor.principal()
    }

    pub(super) fn is_me(&self, person: PersonId) -> bool {
        self.me() == Some(person)
    }

    /// The stage in which the product is, or before whose gate it stands.
    pub(super) fn stage(&self) -> &'a StageKey {
        super::standing::stage(self.def(), self.product).0
    }

    pub(super) fn gate_ahead(&self) -> Option<(&'a GateKey, &'a Gate)> {
        self.def().gate_of(self.stage())
    }

    /// The definition's entry for a deliverable of this product.
    pub(super) fn deliverable(&self, named: &DeliverableRef) -> Result<&'a Deliverable, Thing> {
        let missing = || Thing::Deliverable(named.clone());
        let found = self.def().deliverables.get(&named.key).ok_or_else(missing)?;
        let fits = match &named.market {
            Some(market) => found.per_market && self.product.markets.contains_key(market),
            None => !found.per_market,
        };
        if fits { Ok(found) } else { Err(missing()) }
    }

    /// One name for each market of the product, or just one.
    pub(super) fn instances(&self, key: &DeliverableKey) -> Vec<DeliverableRef> {
        work::instances(self.def(), self.product, key)
    }

    /// Who holds a role for this product, now: the team's choice among the portfolio's holders, or
    /// all of those when the team has made no choice. The owner's role is held by the owner alone.
    pub(super) fn holders(&self, role: &RoleRef) -> BTreeSet<PersonId> {
        if role.key == self.def().owner {
            return [self.product.owner]
                .into_iter()
                .filter(|owner| self.directory.is_active(*owner))
                .collect();
        }
        let holders = self.directory.holders(role.key.as_str(), &self.product.portfolio);
        match self.product.team.get(role) {
            Some(team) => team.intersection(&holders).copied().collect(),
            None => holders,
        }
    }

    /// Everyone who holds a role for this product, in any market.
    pub(super) fn holders_anywhere(&self, role: &RoleKey) -> BTreeSet<PersonId> {
        let per_market = self.def().roles.get(role).is_some_and(|role| role.per_market);
        if !per_market {
            return self.holders(&RoleRef::new(role.clone(), None));
        }
        let markets = self.product.markets.keys();
        let named = |market: &MarketKey| RoleRef::new(role.clone(), Some(market.clone()));
        markets.flat_map(|market| self.holders(&named(market))).collect()
    }

    pub(super) fn i_hold(&self, role: &RoleRef) -> bool {
        self.me().is_some_and(|me| self.holders(role).contains(&me))
    }

    pub(super) fn i_administer(&self) -> bool {
        self.me().is_some_and(|me| self.directory.holds_everywhere(me, ADMINISTRATOR))
    }

    /// A role as it concerns one market, if the role is held by market.
    pub(super) fn role(&self, role: &RoleKey, market: Option<&MarketKey>) -> RoleRef {
        let per_market = self.def().roles.get(role).is_some_and(|role| role.per_market);
        RoleRef::new(role.clone(), market.filter(|_| per_market).cloned())
    }

    /// Roles and the people who hold them now, at a place.
    pub(super) fn by_roles(&self, roles: impl IntoIterator<Item = RoleRef>, at: Link) -> Clear {
        let roles: BTreeSet<RoleRef> = roles.into_iter().collect();
        let people = roles.iter().flat_map(|role| self.holders(role)).collect();
        Clear { roles, people, at, ..Clear::default() }
    }

    /// The actor must hold one of the roles.
    pub(super) fn need_role(&self, roles: Vec<RoleRef>, at: Link, unmet: &mut Vec<Unmet>) {
        self.account_open(unmet);
        if !roles.iter().any(|role| self.i_hold(role)) {
            let needed = roles.iter().cloned().collect();
            let clear = self.by_roles(roles, at);
            unmet.push(Unmet { blocker: Blocker::NotYourRole { roles: needed }, clear });
        }
    }

    /// The actor must be one of these people.
    pub(super) fn need_person(&self, people: BTreeSet<PersonId>, at: Link, unmet: &mut Vec<Unmet>) {
        self.account_open(unmet);
        if !self.me().is_some_and(|me| people.contains(&me)) {
            let clear = Clear { people: people.clone(), at, ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::NotYours { people }, clear });
        }
    }

    fn account_open(&self, unmet: &mut Vec<Unmet>) {
        if self.me().is_some_and(|me| !self.directory.is_active(me)) {
            unmet.push(self.unmet(Blocker::AccountClosed, Link::Roles));
        }
    }

    /// Machines feed and read; people decide.
    pub(super) fn need_human(&self, unmet: &mut Vec<Unmet>) {
        if self.me().is_none_or(|me| self.directory.is_machine(me)) {
            unmet.push(self.unmet(Blocker::PeopleOnly, Link::Team));
        }
    }

    /// A blocker that the product's owner can clear.
    pub(super) fn unmet(&self, blocker: Blocker, at: Link) -> Unmet {
        let owner = RoleRef::new(self.def().owner.clone(), None);
        Unmet { blocker, clear: self.by_roles([owner], at) }
    }

    /// A blocker that holders of a role can clear.
    pub(super) fn unmet_by(&self, blocker: Blocker, role: RoleRef, at: Link) -> Unmet {
        Unmet { blocker, clear: self.by_roles([role], at) }
    }

    pub(super) fn owner_role(&self) -> RoleRef {
        RoleRef::new(self.def().owner.clone(), None)
    }

    /// The chair of the gate ahead.
    pub(super) fn chair_role(&self) -> RoleRef {
        let chair = self.gate_ahead().map_or(&self.def().owner, |(_, gate)| &gate.chair);
        RoleRef::new(chair.clone(), None)
    }

    /// Work goes on only while the product is active.
    pub(super) fn need_active(&self, unmet: &mut Vec<Unmet>) {
        match &self.product.overlay {
            Overlay::Active => {}
            Overlay::Held(_) => {
                let (role, at) = (self.chair_role(), Link::Hold);
                unmet.push(self.unmet_by(Blocker::ProductHeld, role, at));
            }
            Overlay::Closing(_) => {
                unmet.push(self.unmet(Blocker::ProductClosing, Link::Product));
            }
            Overlay::Closed(closed) => {
                let at = Link::Gate(closed.gate.clone());
                unmet.push(self.unmet(Blocker::ProductClosed, at));
            }
        }
    }

    /// An approval covers what was approved: nothing of the packet moves while the gate decides.
    pub(super) fn need_packet_open(&self, unmet: &mut Vec<Unmet>) {
        if let Position::AtGate(submission) = &self.product.position {
            let gate = submission.gate.clone();
            let people = [submission.by].into();
            let clear = Clear { people, at: Link::Gate(gate.clone()), ..Clear::default() };
            unmet.push(Unmet { blocker: Blocker::PacketFrozen { gate }, clear });
        }
    }
}
