//! Which products and in which order, in a query and in a saved view.

use std::{collections::BTreeSet, str::FromStr};

use chrono::{DateTime, Utc};
use sluicegate_app::{ProductFilter, Sort, SortBy};
use sluicegate_core::{id::PersonId, key::*, text};

use super::common::{Cursor, Limit};
use crate::{
    parse::{Line, Several, Slip, SlipKind, Where, choice, object, parameters},
    problem::{Cause, Problem},
    schema,
};

choice! {
    /// By what a list is ordered.
    Order {
        Due = "due",
        DueLast = "-due",
        Name = "name",
        NameLast = "-name",
        Changed = "changed",
        ChangedLast = "-changed",
        Started = "started",
        StartedLast = "-started",
    }
}

object! {
    /// Which products. Of several values of one field one has to hold, of several fields each.
    FilterBody {
        /// Companies, business units and portfolios: everything beneath them.
        portfolio: Option<BTreeSet<PortfolioKey>>,
        stage: Option<BTreeSet<StageKey>>,
        /// Standing at this gate.
        gate: Option<BTreeSet<GateKey>>,
        side: Option<BTreeSet<schema::Side>>,
        standing: Option<BTreeSet<schema::Standing>>,
        /// How closed products ended: `killed`, or the key of an exit.
        outcome: Option<BTreeSet<ExitKey>>,
        owner: Option<BTreeSet<PersonId>>,
        /// On the team, or the owner; with `role`, in that role.
        person: Option<BTreeSet<PersonId>>,
        /// What `person` is on the product. Only together with `person`.
        role: Option<BTreeSet<RoleKey>>,
        market: Option<BTreeSet<MarketKey>>,
        workflow: Option<BTreeSet<WorkflowKey>>,
        workflow_version: Option<BTreeSet<u32>>,
        health: Option<BTreeSet<schema::ProductHealth>>,
        /// Due at this time or later; what has no due date is later.
        due_after: Option<DateTime<Utc>>,
        /// Due before this time.
        due_before: Option<DateTime<Utc>>,
        /// The next due date is past, or not.
        overdue: Option<bool>,
        /// The name begins so.
        name: Option<Line>,
        /// Each word of this begins a word of the name.
        text: Option<Line>,
    }
}

parameters! {
    Query Asked {
        /// Companies, business units and portfolios: everything beneath them.
        portfolio: Option<Several<PortfolioKey>>,
        stage: Option<Several<StageKey>>,
        /// Standing at this gate.
        gate: Option<Several<GateKey>>,
        side: Option<Several<schema::Side>>,
        standing: Option<Several<schema::Standing>>,
        /// How closed products ended: `killed`, or the key of an exit.
        outcome: Option<Several<ExitKey>>,
        owner: Option<Several<PersonId>>,
        /// On the team, or the owner; with `role`, in that role.
        person: Option<Several<PersonId>>,
        /// What `person` is on the product. Only together with `person`.
        role: Option<Several<RoleKey>>,
        market: Option<Several<MarketKey>>,
        workflow: Option<Several<WorkflowKey>>,
        workflow_version: Option<Several<u32>>,
        health: Option<Several<schema::ProductHealth>>,
        /// Due at this time or later; what has no due date is later.
        due_after: Option<DateTime<Utc>>,
        /// Due before this time.
        due_before: Option<DateTime<Utc>>,
        /// The next due date is past, or not.
        overdue: Option<bool>,
        /// The name begins so. Upper and lower case, width and composition make no difference.
        name: Option<Line>,
        /// Each word of this begins a word of the name, in whatever order.
        text: Option<Line>,
        /// A minus sign turns the order round. Due date when nothing is said.
        sort: Option<Order>,
        /// The `next` of the page before. Good for the same filters and the same order alone.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
}

impl Order {
    pub(crate) fn sort(self) -> Sort {
        let (by, descending) = match self {
            Self::Due => (SortBy::Due, false),
            Self::DueLast => (SortBy::Due, true),
            Self::Name => (SortBy::Name, false),
            Self::NameLast => (SortBy::Name, true),
            Self::Changed => (SortBy::Changed, false),
            Self::ChangedLast => (SortBy::Changed, true),
            Self::Started => (SortBy::Started, false),
            Self::StartedLast => (SortBy::Started, true),
        };
        Sort { by, descending }
    }
}

fn set<T: Clone + Ord>(several: Option<&Several<T>>) -> Option<BTreeSet<T>> {
    several.map(|several| several.0.iter().cloned().collect())
}

/// The words of a choice as the application's own type.
fn meant<T: FromStr + Ord>(words: impl Iterator<Item = &'static str>) -> BTreeSet<T> {
    words.filter_map(|word| word.parse().ok()).collect()
}

impl Asked {
    pub(crate) fn filter(&self) -> Result<ProductFilter, Problem> {
        let body = FilterBody {
            portfolio: set(self.portfolio.as_ref()),
            stage: set(self.stage.as_ref()),
            gate: set(self.gate.as_ref()),
            side: set(self.side.as_ref()),
            standing: set(self.standing.as_ref()),
            outcome: set(self.outcome.as_ref()),
            owner: set(self.owner.as_ref()),
            person: set(self.person.as_ref()),
            role: set(self.role.as_ref()),
            market: set(self.market.as_ref()),
            workflow: set(self.workflow.as_ref()),
            workflow_version: set(self.workflow_version.as_ref()),
            health: set(self.health.as_ref()),
            due_after: self.due_after,
            due_before: self.due_before,
            overdue: self.overdue,
            name: self.name.clone(),
            text: self.text.clone(),
        };
        let slip = |(field, kind): (&str, _)| Slip { at: Where::Query(field.into()), kind };
        body.filter().map_err(|wrong| Cause::Parameters(vec![slip(wrong)]).into())
    }
}

impl FilterBody {
    /// A fault comes with its field.
    pub(crate) fn filter(self) -> Result<ProductFilter, (&'static str, SlipKind)> {
        if self.role.is_some() && self.person.is_none() {
            return Err(("person", SlipKind::NeededWith { other: "role" }));
        }
        if self.text.as_ref().is_some_and(|text| text::words(&text.0).is_empty()) {
            return Err(("text", SlipKind::format("a text to look for has a letter or a digit")));
        }
        let outcomes = self.outcome.iter().flatten().map(ToString::to_string).collect();
        Ok(ProductFilter {
            side: meant(self.side.iter().flatten().map(|side| side.word())),
            standing: meant(self.standing.iter().flatten().map(|it| it.word())),
            health: meant(self.health.iter().flatten().map(|it| it.word())),
            outcome: outcomes,
            portfolio: self.portfolio.unwrap_or_default(),
            stage: self.stage.unwrap_or_default(),
            gate: self.gate.unwrap_or_default(),
            owner: self.owner.unwrap_or_default(),
            person: self.person.unwrap_or_default(),
            role: self.role.unwrap_or_default(),
            market: self.market.unwrap_or_default(),
            workflow: self.workflow.unwrap_or_default(),
            workflow_version: self.workflow_version.unwrap_or_default(),
            due_after: self.due_after,
            due_before: self.due_before,
            overdue: self.overdue,
            name: self.name.map(|line| line.0),
            text: self.text.map(|line| line.0),
        })
    }
}
