//! Whose tasks are in an inbox: the asker's own, and those of the absent people for whom the asker
//! stands in.

use std::collections::{BTreeMap, BTreeSet};

use sluicegate_core::{
    directory::Directory,
    id::PersonId,
    product::Actor,
    rules::{self, TaskKind},
};
use sluicegate_store::{Addressee, InboxEntry, InboxSubject};

use super::list::addressees;
use crate::{
    app::App,
    error::Result,
    judge::projection,
    load::named,
    request::Caller,
    view::{Names, PersonName},
};

/// The inboxes that the asker sees.
pub(super) struct Inboxes {
    pub(super) own: BTreeSet<Addressee>,
    /// By the absent person.
    absent: BTreeMap<PersonId, BTreeSet<Addressee>>,
    names: Names,
}

impl Inboxes {
    /// Those that are not the asker's own.
    pub(super) fn others(&self) -> Vec<Addressee> {
        self.absent.values().flatten().cloned().collect()
    }
}

impl App {
    pub(super) async fn inboxes(&self, directory: &Directory, caller: &Caller) -> Result<Inboxes> {
        let own = addressees(directory, caller.person).into_iter().collect();
        let absent = directory.principals(caller.person, self.now()).into_keys();
        let inboxes = |of: PersonId| (of, addressees(directory, of).into_iter().collect());
        let absent: BTreeMap<_, BTreeSet<_>> = absent.map(inboxes).collect();
        let names = self.names(absent.keys().copied()).await?;
        Ok(Inboxes { own, absent, names })
    }

    /// In whose names the asker may take up a task; none: in the own one. A task that several
    /// people have stands in the list once for each.
    pub(super) async fn whose(
        &self,
        inboxes: &Inboxes,
        caller: &Caller,
        entry: &InboxEntry,
    ) -> Result<Vec<Option<PersonName>>> {
        let (InboxSubject::Product { id, .. }, false) = (&entry.about, inboxes.absent.is_empty())
        else {
            return Ok(vec![None]);
        };
        let Some(product) = self.store().product(*id).await? else { return Ok(vec![None]) };
        let mut loaded = self.load_bare(product).await?;
        let tasks = projection(&loaded.definition, &loaded.product).tasks;
        let addressed: BTreeSet<Addressee> = tasks
            .into_iter()
            .filter(|task| task.key == entry.task.key)
            .map(|task| task.addressee)
            .collect();
        let own = !addressed.is_disjoint(&inboxes.own);
        let mut whose: Vec<Option<PersonName>> = own.then_some(None).into_iter().collect();
        let kind = TaskKind::ALL.into_iter().find(|kind| kind.name() == entry.task.kind);
        let (_, about) = entry.task.key.split_once(':').unwrap_or_default();
        for (of, theirs) in &inboxes.absent {
            loaded.actor = Actor::Deputy { by: caller.person, of: *of };
            if !addressed.is_disjoint(theirs)
                && let Some(kind) = kind
                && rules::stands_in(&loaded.cx(), &loaded.product, kind, about)
            {
                whose.push(Some(named(&inboxes.names, *of)));
            }
        }
        Ok(whose)
    }
}
