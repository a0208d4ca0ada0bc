//! Who stands in for whom: delegations, assistants and default deputies, and in whose name a person
//! may act now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryEvent, Scope};
use crate::{
    digest::Digest,
    id::{DelegationId, PersonId},
    key::{GateKey, PortfolioKey, RoleKey},
};

/// Powers are passed on so often at most: from the absent person, and once more.
pub const LONGEST_CHAIN: usize = 2;

/// The powers of an absent person, in a deputy's hands for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    pub of: PersonId,
    /// None: the default deputy of each role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PersonId>,
    pub from: DateTime<Utc>,
    /// From here on it is over.
    pub until: DateTime<Utc>,
    /// Only in these roles; empty: in all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<RoleKey>,
    /// Only at these gates, and in the stages before them; empty: at all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gates: BTreeSet<GateKey>,
    /// A content.
    pub reason: Digest,
    /// Ended before its time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

impl Delegation {
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        !self.ended && self.from <= now && now < self.until
    }

    /// Can it still have an effect, now or later?
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.ended && now < self.until
    }
}

/// What an action concerns, as far as a delegation can be limited to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matter {
    pub portfolio: PortfolioKey,
    /// The roles in which the absent person could do it. Empty: none is needed.
    pub roles: BTreeSet<RoleKey>,
    /// The gates that it concerns; none: whichever there are.
    pub gates: Option<BTreeSet<GateKey>>,
}

impl Matter {
    /// What is left of it inside a delegation; none: nothing.
    fn within(&self, delegation: &Delegation) -> Option<Self> {
        let mut left = self.clone();
        if !delegation.roles.is_empty() {
            left.roles.retain(|role| delegation.roles.contains(role));
            if left.roles.is_empty() {
                return None;
            }
        }
        if !delegation.gates.is_empty() {
            let gates = left.gates.get_or_insert_with(|| delegation.gates.clone());
            gates.retain(|gate| delegation.gates.contains(gate));
            if gates.is_empty() {
                return None;
            }
        }
        Some(left)
    }
}

/// How powers come from an absent person to a deputy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// Through whose hands they go, the absent person left out; the last ones are the deputy's.
    pub hands: Vec<PersonId>,
    /// What of the matter arrives.
    pub matter: Matter,
}

impl Way {
    pub fn deputy(&self) -> Option<PersonId> {
        self.hands.last().copied()
    }

    /// Who passed them on, when they did not come from the absent person.
    pub fn through(&self) -> Option<PersonId> {
        let (_, before) = self.hands.split_last()?;
        before.last().copied()
    }
}

impl Directory {
    /// Every way out of a person's hands, at most [`LONGEST_CHAIN`] links long. A link counts only
    /// while its delegation is live and covers the matter, from one open account of a human to
    /// another. Nobody comes twice on a way, so a circle of delegations leads nowhere.
    pub fn ways(&self, of: PersonId, matter: &Matter, now: DateTime<Utc>) -> Vec<Way> {
        let mut found: Vec<Way> = Vec::new();
        let mut ends = vec![Way { hands: Vec::new(), matter: matter.clone() }];
        for _ in 0..LONGEST_CHAIN {
            let further = ends.iter().flat_map(|way| self.links(of, way, now)).collect();
            found.append(&mut ends);
            ends = further;
        }
        found.append(&mut ends);
        found.retain(|way| !way.hands.is_empty());
        found
    }

    /// The ways by which a deputy may act in a person's name, the shortest first.
    pub fn ways_between(
        &self,
        of: PersonId,
        deputy: PersonId,
        matter: &Matter,
        now: DateTime<Utc>,
    ) -> Vec<Way> {
        let mut ways = self.ways(of, matter, now);
        ways.retain(|way| way.deputy() == Some(deputy));
        ways
    }

    /// Who may act in a person's name.
    pub fn deputies(
        &self,
        of: PersonId,
        matter: &Matter,
        now: DateTime<Utc>,
    ) -> BTreeSet<PersonId> {
        self.ways(of, matter, now).iter().filter_map(Way::deputy).collect()
    }

    /// In whose name a person may act somewhere, and by which ways.
    pub fn principals(&self, deputy: PersonId, now: DateTime<Utc>) -> BTreeMap<PersonId, Vec<Way>> {
        let mut found = BTreeMap::new();
        for of in self.delegations.keys().filter(|of| self.is_away(**of, now)) {
            let mut ways: Vec<Way> = Vec::new();
            for portfolio in self.portfolios.keys() {
                let matter = self.everything_of(*of, portfolio);
                if !matter.roles.is_empty() {
                    ways.extend(self.ways_between(*of, deputy, &matter, now));
                }
            }
            if !ways.is_empty() {
                found.insert(*of, ways);
            }
        }
        found
    }

    /// All that a person may do in a portfolio.
    pub fn everything_of(&self, person: PersonId, portfolio: &PortfolioKey) -> Matter {
        let held = self
            .grants
            .iter()
            .filter(|grant| grant.person == person && self.covers(&grant.scope, portfolio));
        let roles = held.map(|grant| grant.role.clone()).collect();
        Matter { portfolio: portfolio.clone(), roles, gates: None }
    }

    /// Who stands in for the holders of a role: the one named for the portfolio, or for the
    /// nearest place above it, or everywhere.
    pub fn default_deputy(&self, role: &RoleKey, portfolio: &PortfolioKey) -> Option<PersonId> {
        let named = |place: Option<&PortfolioKey>| {
            let here = |scope: &Scope| match scope {
                Scope::Portfolio(key) => place == Some(key),
                Scope::Everywhere => place.is_none(),
            };
            let mut deputies = self.deputies.iter();
            deputies.find(|it| it.role == *role && here(&it.scope)).map(|it| it.person)
        };
        let places = self.upwards(portfolio).map(Some).chain([None]);
        places.into_iter().find_map(named)
    }

    /// Are some of a person's powers in a deputy's hands?
    pub fn is_away(&self, person: PersonId, now: DateTime<Utc>) -> bool {
        let given = self.delegations.get(&person).into_iter().flat_map(BTreeMap::values);
        given.into_iter().any(|delegation| delegation.is_live(now))
    }

    pub fn delegation(&self, id: DelegationId) -> Option<&Delegation> {
        self.delegations.values().find_map(|of_one| of_one.get(&id))
    }

    pub fn is_assistant(&self, assistant: PersonId, of: PersonId) -> bool {
        self.is_active(assistant)
            && self.assistants.get(&of).is_some_and(|named| named.contains(&assistant))
    }

    /// The way, one link longer.
    fn links(&self, of: PersonId, way: &Way, now: DateTime<Utc>) -> Vec<Way> {
        let from = way.deputy().unwrap_or(of);
        if !self.is_active(from) || self.is_machine(from) {
            return Vec::new();
        }
        let live = self.delegations.get(&from).into_iter().flat_map(BTreeMap::values);
        let live = live.filter(|delegation| delegation.is_live(now));
        let links = live.filter_map(|it| Some((it.to, way.matter.within(it)?)));
        let links = links.flat_map(|(to, matter)| match to {
            Some(to) => vec![(to, matter)],
            None => self.to_default_deputies(&matter),
        });
        let stranger = |to: &PersonId| *to != of && !way.hands.contains(to);
        links
            .filter(|(to, _)| stranger(to) && self.is_active(*to) && !self.is_machine(*to))
            .map(|(to, matter)| {
                let hands = way.hands.iter().copied().chain([to]).collect();
                Way { hands, matter }
            })
            .collect()
    }

    /// Each default deputy, with the part of the matter that falls to them.
    fn to_default_deputies(&self, matter: &Matter) -> Vec<(PersonId, Matter)> {
        let mut parts: BTreeMap<PersonId, BTreeSet<RoleKey>> = BTreeMap::new();
        for role in &matter.roles {
            if let Some(deputy) = self.default_deputy(role, &matter.portfolio) {
                parts.entry(deputy).or_default().insert(role.clone());
            }
        }
        let part = |(deputy, roles)| (deputy, Matter { roles, ..matter.clone() });
        parts.into_iter().map(part).collect()
    }

    pub(super) fn evolve_delegations(&mut self, event: &DirectoryEvent) {
        use DirectoryEvent as E;
        match event {
            E::DelegationSet { delegation, set } => {
                self.delegations.entry(set.of).or_default().insert(*delegation, set.clone());
            }
            E::DelegationEnded { delegation } => {
                let mut all = self.delegations.values_mut();
                if let Some(found) = all.find_map(|of_one| of_one.get_mut(delegation)) {
                    found.ended = true;
                }
            }
            E::AssistantNamed { person, assistant } => {
                self.assistants.entry(*person).or_default().insert(*assistant);
            }
            E::AssistantReleased { person, assistant } => {
                if let Some(named) = self.assistants.get_mut(person) {
                    named.remove(assistant);
                }
            }
            E::DeputyNamed { deputy } => {
                let same = |it: &super::Grant| it.role == deputy.role && it.scope == deputy.scope;
                self.deputies.retain(|it| !same(it));
                self.deputies.insert(deputy.clone());
            }
            E::DeputyReleased { deputy } => {
                self.deputies.remove(deputy);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
