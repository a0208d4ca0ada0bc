//! Absence: delegations, assistants, default deputies, and in whose name the asker may act.

use std::collections::BTreeSet;

use sluicegate_core::{
    digest::Digest,
    directory::{Delegation, Directory, Scope, Way},
    id::{DelegationId, PersonId},
    organisation,
    rules::{Refusal, Thing},
};

use crate::{
    app::App,
    error::Result,
    load::{named, text},
    request::Caller,
    view::{
        DefaultDeputyView, DelegationState, DelegationView, Names, PersonName, StandsInView, Texts,
    },
};

impl App {
    /// What a person has delegated, and what others have delegated to that person by name; the
    /// newest first.
    pub async fn delegations(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Vec<DelegationView>> {
        let directory = self.store().directory().await?;
        known(&directory, person)?;
        let all = directory.delegations.values().flatten();
        let concerned = all.filter(|(_, it)| it.of == person || it.to == Some(person));
        let mut found: Vec<(&DelegationId, &Delegation)> = concerned.collect();
        found.sort_by_key(|(id, it)| std::cmp::Reverse((it.from, **id)));
        let told = |it: &Delegation| organisation::may_know_why(&directory, caller.person, it);
        let reasons: Vec<Digest> =
            found.iter().filter(|(_, it)| told(it)).map(|(_, it)| it.reason).collect();
        let texts = self.texts(reasons).await?;
        let people: BTreeSet<PersonId> =
            found.iter().flat_map(|(_, it)| [Some(it.of), it.to]).flatten().collect();
        let names = self.names(people).await?;
        let view = |(id, it): (&DelegationId, &Delegation)| self.view_of(*id, it, &names, &texts);
        Ok(found.into_iter().map(view).collect())
    }

    fn view_of(
        &self,
        id: DelegationId,
        delegation: &Delegation,
        names: &Names,
        texts: &Texts,
    ) -> DelegationView {
        let now = self.now();
        let state = match delegation {
            it if it.ended => DelegationState::Ended,
            it if it.is_live(now) => DelegationState::Live,
            it if it.is_open(now) => DelegationState::Ahead,
            _ => DelegationState::Over,
        };
        DelegationView {
            id,
            of: named(names, delegation.of),
            to: delegation.to.map(|to| named(names, to)),
            from: delegation.from,
            until: delegation.until,
            roles: delegation.roles.clone(),
            gates: delegation.gates.clone(),
            state,
            reason: text(texts, &delegation.reason),
        }
    }

    /// Who may set a person's delegations besides that person and administrators.
    pub async fn assistants(&self, _caller: &Caller, person: PersonId) -> Result<Vec<PersonName>> {
        let directory = self.store().directory().await?;
        known(&directory, person)?;
        let assistants = directory.assistants.get(&person).into_iter().flatten();
        let assistants: Vec<PersonId> = assistants.copied().collect();
        let names = self.names(assistants.iter().copied()).await?;
        Ok(assistants.into_iter().map(|assistant| named(&names, assistant)).collect())
    }

    /// Who stands in for the holders of each role, and where.
    pub async fn default_deputies(&self, _caller: &Caller) -> Result<Vec<DefaultDeputyView>> {
        let directory = self.store().directory().await?;
        let people: BTreeSet<PersonId> = directory.deputies.iter().map(|it| it.person).collect();
        let names = self.names(people).await?;
        let view = |it: &sluicegate_core::directory::Grant| DefaultDeputyView {
            role: it.role.clone(),
            portfolio: match &it.scope {
                Scope::Everywhere => None,
                Scope::Portfolio(portfolio) => Some(portfolio.clone()),
            },
            person: named(&names, it.person),
        };
        Ok(directory.deputies.iter().map(view).collect())
    }

    /// In whose name the asker may act now, in each portfolio where the absent person has a role.
    pub async fn stands_in_for(&self, caller: &Caller) -> Result<Vec<StandsInView>> {
        let directory = self.store().directory().await?;
        let principals = directory.principals(caller.person, self.now());
        let mut ways: Vec<(PersonId, Way)> = Vec::new();
        for (of, found) in principals {
            ways.extend(found.into_iter().map(|way| (of, way)));
        }
        let through = ways.iter().filter_map(|(_, way)| way.through());
        let people: BTreeSet<PersonId> = ways.iter().map(|(of, _)| *of).chain(through).collect();
        let names = self.names(people).await?;
        let view = |(of, way): (PersonId, Way)| StandsInView {
            of: named(&names, of),
            through: way.through().map(|person| named(&names, person)),
            portfolio: way.matter.portfolio,
            roles: way.matter.roles,
            gates: way.matter.gates,
        };
        Ok(ways.into_iter().map(view).collect())
    }
}

fn known(directory: &Directory, person: PersonId) -> Result<(), Refusal> {
    let found = directory.people.contains_key(&person);
    found.then_some(()).ok_or(Refusal::NoSuch(Thing::Person(person)))
}
