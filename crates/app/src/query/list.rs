//! Lists: products, and everybody's inbox.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use sluicegate_core::{
    definition::Definition,
    directory::{Directory, Scope},
    id::PersonId,
    rules::{TaskKind, place},
};
use sluicegate_store::{Addressee, Health, InboxEntry, Listed, Sort};

use crate::{
    app::App,
    error::{AppError, Result},
    filter::ProductFilter,
    load::named,
    request::Caller,
    view::{InboxLine, Names, Page, ProductLine},
    words::{self, Lang, Voice},
};

impl App {
    /// A page of the products that the caller may read.
    ///
    /// # Errors
    /// [`AppError::BadCursor`] for a cursor of another filter or order.
    pub async fn products(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ProductLine>> {
        let directory = self.store().directory().await?;
        let (now, mark) = (self.now(), filter.mark(sort)?);
        let cursor = match cursor {
            Some(cursor) => Some(cursor.strip_prefix(&*mark).ok_or(AppError::BadCursor)?),
            None => None,
        };
        let filter = filter.within(&directory, caller.person, now);
        let page = self.store().products(&filter, sort, cursor, limit).await?;
        let names = self.names(page.items.iter().map(|listed| listed.owner)).await?;
        let line = |listed| product_line(listed, &names, now);
        let next = page.next.map(|next| format!("{mark}{next}"));
        Ok(Page { items: page.items.into_iter().map(line).collect(), next })
    }

    /// What waits for the caller, by due date.
    pub async fn inbox(
        &self,
        caller: &Caller,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<InboxLine>> {
        let directory = self.store().directory().await?;
        let addressees = addressees(&directory, caller.person);
        let page = self.store().inbox(&addressees, cursor, limit).await?;
        let (now, names) = (self.now(), Names::new());
        let mut definitions = BTreeMap::new();
        let mut lines = Vec::with_capacity(page.items.len());
        for entry in page.items {
            let pinned = (entry.workflow.clone(), entry.workflow_version);
            let definition = match definitions.entry(pinned) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.pinned(&entry).await?),
            };
            let voice = Voice { lang, definition: definition.as_deref(), names: &names };
            lines.push(inbox_line(entry, now, &voice));
        }
        Ok(Page { items: lines, next: page.next })
    }

    /// The workflow of an entry's product. One that cannot be read any more is none: then the
    /// titles of that product fall back to keys, and the rest of the inbox is still shown.
    async fn pinned(&self, entry: &InboxEntry) -> Result<Option<Arc<Definition>>> {
        let (_, digest) = self.published(&entry.workflow, Some(entry.workflow_version)).await?;
        self.legible(&digest).await
    }
}

fn product_line(listed: Listed, names: &Names, now: chrono::DateTime<chrono::Utc>) -> ProductLine {
    let health = Health::of(&listed, now);
    ProductLine {
        id: listed.id,
        version: listed.version,
        name: listed.name,
        portfolio: listed.portfolio,
        workflow: listed.workflow,
        workflow_version: listed.workflow_version,
        health,
        outcome: listed.outcome,
        stage: listed.stage,
        gate: listed.gate,
        side: listed.side,
        standing: listed.standing,
        owner: named(names, listed.owner),
        due_at: listed.due_at,
        overdue: listed.due_at.is_some_and(|due| due < now),
        started_at: listed.started_at,
        changed_at: listed.changed_at,
    }
}

/// The inboxes of a person: the own one, and those of each role in each of its portfolios.
fn addressees(directory: &Directory, person: PersonId) -> Vec<Addressee> {
    let mut addressees = BTreeSet::from([Addressee::Person(person)]);
    for grant in directory.grants.iter().filter(|grant| grant.person == person) {
        let portfolios: Vec<_> = match &grant.scope {
            Scope::Everywhere => directory.portfolios.keys().cloned().collect(),
            Scope::Portfolio(key) => directory.beneath(&[key.clone()].into()).into_iter().collect(),
        };
        let role = &grant.role;
        addressees.extend(
            portfolios
                .into_iter()
                .map(|portfolio| Addressee::Role { role: role.clone(), portfolio }),
        );
    }
    addressees.into_iter().collect()
}

fn inbox_line(
    entry: InboxEntry,
    now: chrono::DateTime<chrono::Utc>,
    voice: &Voice<'_>,
) -> InboxLine {
    let InboxEntry { product, product_name, portfolio, task, .. } = entry;
    let about = task.key.split_once(':').map_or("", |(_, about)| about).to_owned();
    let kind = TaskKind::ALL.into_iter().find(|kind| kind.name() == task.kind);
    let place = kind.and_then(|kind| place(kind, &about)).unwrap_or_default();
    let role = match &task.addressee {
        Addressee::Person(_) => None,
        Addressee::Role { role, .. } => Some(role.to_string()),
    };
    InboxLine {
        product,
        product_name,
        portfolio,
        title: kind.map_or_else(|| task.kind.clone(), |kind| voice.task(kind, &about)),
        kind: task.kind,
        about,
        role,
        due_at: task.due_at,
        since: task.since,
        overdue: task.due_at.is_some_and(|due| due < now),
        href: words::href(product, &place),
    }
}
