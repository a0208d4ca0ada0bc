//! Whether what somebody filters by is the name of anything.

use std::{collections::BTreeSet, fmt::Display};

use sluicegate_core::{
    definition::Definition, directory::Directory, id::PersonId, key::PortfolioKey, organisation,
    suggest::closest,
};

use crate::{
    app::App,
    error::{AppError, Result},
    filter::ProductFilter,
};

/// How products ended that took no exit.
const KILLED: &str = "killed";

/// A value of a filter that nothing is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The field of the filter.
    pub field: &'static str,
    pub value: String,
    /// What was probably meant.
    pub near: Option<String>,
}

impl App {
    /// Does everything that is asked for exist, as far as the person may know? Stages, gates,
    /// exits and roles are those of every published version: products of old ones are found too.
    ///
    /// # Errors
    /// [`AppError::Unknown`] with every value that nothing is called.
    pub(crate) async fn check_names(&self, person: PersonId, asked: &ProductFilter) -> Result<()> {
        let directory = self.store().directory().await?;
        let mut unknown = strangers("portfolio", &asked.portfolio, &readable(&directory, person));
        let workflows = directory.workflows.keys().cloned().collect();
        unknown.extend(strangers("workflow", &asked.workflow, &workflows));
        for (field, people) in [("owner", &asked.owner), ("person", &asked.person)] {
            let missing = people.iter().filter(|person| !directory.people.contains_key(person));
            let line = |person: &PersonId| Unknown { field, value: person.to_string(), near: None };
            unknown.extend(missing.map(line));
        }
        unknown.extend(self.strange("stage", &asked.stage, |it| owned(it.stages.keys())).await?);
        unknown.extend(self.strange("gate", &asked.gate, |it| owned(it.gates.keys())).await?);
        unknown.extend(self.strange("role", &asked.role, |it| owned(it.roles.keys())).await?);
        let endings = |it: &Definition| {
            let exits = it.exits.keys().map(ToString::to_string);
            exits.chain([KILLED.to_owned()]).collect()
        };
        unknown.extend(self.strange("outcome", &asked.outcome, endings).await?);
        if unknown.is_empty() { Ok(()) } else { Err(AppError::Unknown(unknown)) }
    }

    /// The same where portfolios alone are asked for.
    pub(crate) async fn check_portfolios(
        &self,
        person: PersonId,
        asked: &BTreeSet<PortfolioKey>,
    ) -> Result<()> {
        let asked = ProductFilter { portfolio: asked.clone(), ..ProductFilter::default() };
        self.check_names(person, &asked).await
    }

    async fn strange<K: Display + Ord>(
        &self,
        field: &'static str,
        asked: &BTreeSet<K>,
        keys: fn(&Definition) -> Vec<K>,
    ) -> Result<Vec<Unknown>> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        Ok(strangers(field, asked, &self.known(keys).await?))
    }
}

/// What the person reads, and what it lies beneath.
fn readable(directory: &Directory, person: PersonId) -> BTreeSet<PortfolioKey> {
    let all = || directory.portfolios.keys().cloned();
    let Some(readable) = organisation::readable(directory, person) else { return all().collect() };
    let some =
        |key: &PortfolioKey| !directory.beneath(&[key.clone()].into()).is_disjoint(&readable);
    all().filter(some).collect()
}

fn owned<'a, K: Clone + 'a>(keys: impl Iterator<Item = &'a K>) -> Vec<K> {
    keys.cloned().collect()
}

fn strangers<K: Display + Ord>(
    field: &'static str,
    asked: &BTreeSet<K>,
    known: &BTreeSet<K>,
) -> Vec<Unknown> {
    let line = |key: &K| {
        let value = key.to_string();
        let texts: Vec<String> = known.iter().map(ToString::to_string).collect();
        let near = closest(&value, texts.iter().map(String::as_str)).map(str::to_owned);
        Unknown { field, value, near }
    };
    asked.difference(known).map(line).collect()
}
