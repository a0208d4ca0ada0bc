//! The tree of companies, business units and portfolios: what stands beneath what.

use std::{collections::BTreeSet, iter};

use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryEvent, Portfolio, Scope};
use crate::{id::PersonId, key::PortfolioKey};

/// What a place in the tree is. The order is that of the tree, from the top.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioKind {
    Company,
    BusinessUnit,
    /// A leaf: products live here and nowhere else.
    #[default]
    Portfolio,
}

impl PortfolioKind {
    pub const ALL: [Self; 3] = [Self::Company, Self::BusinessUnit, Self::Portfolio];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::BusinessUnit => "business_unit",
            Self::Portfolio => "portfolio",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn is_portfolio(&self) -> bool {
        *self == Self::Portfolio
    }

    /// May this stand beneath that? Only what comes earlier in the order has something beneath it,
    /// so no way up leads back, and none is longer than the order.
    pub fn fits_beneath(self, parent: Self) -> bool {
        parent < self
    }
}

impl Directory {
    pub(super) fn evolve_tree(&mut self, event: &DirectoryEvent) {
        use DirectoryEvent as E;
        match event {
            E::PortfolioAdded { portfolio, title, title_ko, kind, parent } => {
                let (title, title_ko) = (title.clone(), title_ko.clone());
                let added = Portfolio { title, title_ko, kind: *kind, parent: parent.clone() };
                self.portfolios.insert(portfolio.clone(), added);
            }
            E::PortfolioRenamed { portfolio, title, title_ko } => {
                if let Some(portfolio) = self.portfolios.get_mut(portfolio) {
                    portfolio.title.clone_from(title);
                    portfolio.title_ko.clone_from(title_ko);
                }
            }
            E::PortfolioMoved { portfolio, parent } => {
                if let Some(portfolio) = self.portfolios.get_mut(portfolio) {
                    portfolio.parent.clone_from(parent);
                }
            }
            _ => {}
        }
    }

    /// The portfolio, then what it stands beneath, up to the top.
    pub fn upwards<'a>(
        &'a self,
        portfolio: &'a PortfolioKey,
    ) -> impl Iterator<Item = &'a PortfolioKey> {
        let parent = |key: &&'a PortfolioKey| self.portfolios.get(*key)?.parent.as_ref();
        // Evolving judges nothing, so a strange log could lead in a circle.
        iter::successors(Some(portfolio), parent).take(PortfolioKind::ALL.len())
    }

    /// Is the portfolio this one, or somewhere beneath it?
    pub fn lies_within(&self, portfolio: &PortfolioKey, above: &PortfolioKey) -> bool {
        self.upwards(portfolio).any(|key| key == above)
    }

    /// Everything beneath these, and they themselves.
    pub fn beneath(&self, above: &BTreeSet<PortfolioKey>) -> BTreeSet<PortfolioKey> {
        let within = |key: &&PortfolioKey| self.upwards(key).any(|key| above.contains(key));
        self.portfolios.keys().filter(within).cloned().collect()
    }

    /// A role that is granted at a place holds for everything beneath it.
    pub fn covers(&self, scope: &Scope, portfolio: &PortfolioKey) -> bool {
        match scope {
            Scope::Everywhere => true,
            Scope::Portfolio(key) => self.lies_within(portfolio, key),
        }
    }

    /// The portfolios whose products a person may read; none means all of them.
    pub fn readable(&self, person: PersonId) -> Option<BTreeSet<PortfolioKey>> {
        let mut granted = BTreeSet::new();
        for grant in self.grants.iter().filter(|grant| grant.person == person) {
            match &grant.scope {
                Scope::Everywhere => return None,
                Scope::Portfolio(key) => granted.insert(key.clone()),
            };
        }
        Some(self.beneath(&granted))
    }

    /// Each place with what it stands beneath before it, siblings in the order of their keys, and
    /// how deep it stands, from 0.
    pub fn tree(&self) -> Vec<(&PortfolioKey, usize)> {
        let mut places: Vec<_> = self
            .portfolios
            .keys()
            .map(|key| {
                let mut way: Vec<&PortfolioKey> = self.upwards(key).collect();
                way.reverse();
                way
            })
            .collect();
        places.sort();
        places.into_iter().filter_map(|way| Some((*way.last()?, way.len() - 1))).collect()
    }
}
