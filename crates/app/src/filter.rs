//! Which products somebody asks for, as it is asked, saved in a view, and read by the store.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    digest::Digest,
    directory::Directory,
    id::PersonId,
    key::{GateKey, MarketKey, PortfolioKey, RoleKey, StageKey, WorkflowKey},
    organisation,
};
use sluicegate_store::{Health, Holder, Listed, Sort, Standing};

use crate::error::{AppError, Result};

/// Of several values of one field one must hold, of several fields each. Empty: not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductFilter {
    /// Companies, business units and portfolios: everything beneath them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub portfolio: BTreeSet<PortfolioKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub stage: BTreeSet<StageKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub gate: BTreeSet<GateKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub side: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub standing: BTreeSet<Standing>,
    /// How closed products ended: `killed`, or the key of an exit.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub outcome: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub owner: BTreeSet<PersonId>,
    /// On the team, or its owner.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub person: BTreeSet<PersonId>,
    /// The role that `person` has there; any when empty.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub role: BTreeSet<RoleKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub market: BTreeSet<MarketKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub workflow: BTreeSet<WorkflowKey>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub workflow_version: BTreeSet<u32>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub health: BTreeSet<Health>,
    /// Due then or later; what has no due date is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_after: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_before: Option<DateTime<Utc>>,
    /// The next due date is past, or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
    /// The name begins so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Each word begins a word of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What is asked for, with everything beneath it, within what the person may read; none: all.
pub(crate) fn portfolios(
    directory: &Directory,
    person: PersonId,
    asked: &BTreeSet<PortfolioKey>,
) -> Option<BTreeSet<PortfolioKey>> {
    let asked = Some(asked).filter(|keys| !keys.is_empty());
    let asked = asked.map(|keys| directory.beneath(keys));
    match (asked, organisation::readable(directory, person)) {
        (Some(asked), Some(readable)) => Some(asked.intersection(&readable).cloned().collect()),
        (asked, readable) => asked.or(readable),
    }
}

impl ProductFilter {
    /// As the store takes it, within what the person may read.
    pub(crate) fn within(
        &self,
        directory: &Directory,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> sluicegate_store::ProductFilter {
        let portfolios = portfolios(directory, person, &self.portfolio);
        let overdue = |wanted| Some(now).filter(|_| self.overdue == Some(wanted));
        sluicegate_store::ProductFilter {
            portfolios,
            stages: self.stage.clone(),
            gates: self.gate.clone(),
            sides: self.side.clone(),
            standings: self.standing.clone(),
            outcomes: self.outcome.clone(),
            owners: self.owner.clone(),
            holders: self.holders(),
            markets: self.market.clone(),
            workflows: self.workflow.clone(),
            workflow_versions: self.workflow_version.clone(),
            health: self.health.clone(),
            now,
            due_from: self.due_after.max(overdue(false)),
            due_until: [self.due_before, overdue(true)].into_iter().flatten().min(),
            name_prefix: self.name.clone(),
            words: self.text.clone(),
        }
    }

    fn holders(&self) -> BTreeSet<Holder> {
        let mut roles: Vec<_> = self.role.iter().cloned().map(Some).collect();
        if roles.is_empty() {
            roles.push(None);
        }
        let of = |person: &PersonId| {
            let person = *person;
            roles.clone().into_iter().map(move |role| Holder { person, role })
        };
        self.person.iter().flat_map(of).collect()
    }

    /// The cursor of what follows a product of this list.
    pub(crate) fn after(&self, listed: &Listed, sort: Sort) -> Result<String> {
        Ok(format!("{}{}", self.mark(sort)?, sluicegate_store::cursor_after(listed, sort)?))
    }

    /// What a cursor of this list begins with: it is good for the same question alone.
    pub(crate) fn mark(&self, sort: Sort) -> Result<String> {
        let asked = serde_json::to_string(&(self, sort));
        let asked = asked.map_err(AppError::internal)?;
        Ok(Digest::of(asked.as_bytes()).to_string()[..16].to_owned())
    }
}
