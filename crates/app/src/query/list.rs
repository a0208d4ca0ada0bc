//! Lists: products, and everybody's inbox.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use sluicegate_core::{
    definition::Definition,
    directory::{Directory, Scope},
    id::PersonId,
    intake,
    key::WorkflowKey,
    rules::{TaskKind, place},
};
use sluicegate_store::{Addressee, Health, InboxEntry, InboxSubject, Listed, Sort};

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
    /// [`AppError::BadCursor`] for a cursor of another filter or order, [`AppError::Unknown`] for
    /// values that nothing is called.
    pub async fn products(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ProductLine>> {
        self.check_names(caller.person, filter).await?;
        self.lines_of(caller, filter, sort, cursor, limit).await
    }

    /// The same for a filter that was good once: what is gone since is found no more.
    pub(crate) async fn lines_of(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ProductLine>> {
        let page = self.listed(caller, filter, sort, cursor, limit).await?;
        let names = self.names(page.items.iter().map(|listed| listed.owner)).await?;
        let now = self.now();
        let line = |listed| product_line(listed, &names, now);
        Ok(Page { items: page.items.into_iter().map(line).collect(), next: page.next })
    }

    /// The same, as the store has them.
    pub(super) async fn listed(
        &self,
        caller: &Caller,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Listed>> {
        let directory = self.store().directory().await?;
        let mark = filter.mark(sort)?;
        let cursor = match cursor {
            Some(cursor) => Some(cursor.strip_prefix(&*mark).ok_or(AppError::BadCursor)?),
            None => None,
        };
        let filter = filter.within(&directory, caller.person, self.now());
        let page = self.store().products(&filter, sort, cursor, limit).await?;
        let next = page.next.map(|next| format!("{mark}{next}"));
        Ok(Page { items: page.items, next })
    }

    /// What waits for the caller, by due date, and what the caller may do in the name of people
    /// who are away. A page may have fewer lines than tasks were found.
    pub async fn inbox(
        &self,
        caller: &Caller,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<InboxLine>> {
        let directory = self.store().directory().await?;
        let inboxes = self.inboxes(&directory, caller).await?;
        let (own, others): (Vec<_>, _) = (inboxes.own.iter().cloned().collect(), inboxes.others());
        let page = self.store().inbox(&own, &others, cursor, limit).await?;
        let (now, names) = (self.now(), Names::new());
        let mut definitions = BTreeMap::new();
        let mut lines = Vec::with_capacity(page.items.len());
        for entry in page.items {
            let InboxSubject::Product { workflow, workflow_version, .. } = &entry.about else {
                lines.push(entry_line(entry, now, lang));
                continue;
            };
            let pinned = (workflow.clone(), *workflow_version);
            let definition = match definitions.entry(pinned) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    place.insert(self.pinned(workflow, *workflow_version).await?)
                }
            };
            let voice = Voice { lang, definition: definition.as_deref(), names: &names };
            for of in self.whose(&inboxes, caller, &entry).await? {
                lines.push(InboxLine { of, ..inbox_line(entry.clone(), now, &voice) });
            }
        }
        Ok(Page { items: lines, next: page.next })
    }

    /// The workflow of a product. One that cannot be read any more is none: then the
    /// titles of that product fall back to keys, and the rest of the inbox is still shown.
    async fn pinned(
        &self,
        workflow: &WorkflowKey,
        version: u32,
    ) -> Result<Option<Arc<Definition>>> {
        let (_, digest) = self.published(workflow, Some(version)).await?;
        self.legible(&digest).await
    }
}

pub(super) fn product_line(
    listed: Listed,
    names: &Names,
    now: chrono::DateTime<chrono::Utc>,
) -> ProductLine {
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
pub(super) fn addressees(directory: &Directory, person: PersonId) -> Vec<Addressee> {
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
    let about = about(&entry).to_owned();
    let kind = TaskKind::ALL.into_iter().find(|kind| kind.name() == entry.task.kind);
    let place = kind.and_then(|kind| place(kind, &about)).unwrap_or_default();
    let product = entry.product.as_ref().map(|(product, _)| *product);
    let href = product.map(|product| words::href(product, &place)).unwrap_or_default();
    let title = kind.map(|kind| voice.task(kind, &about));
    line(entry, now, title, href)
}

/// A line that belongs to an idea, to feedback or to a field day.
fn entry_line(entry: InboxEntry, now: chrono::DateTime<chrono::Utc>, lang: Lang) -> InboxLine {
    let kinds = intake::TaskKind::ALL.into_iter();
    let kind = kinds.into_iter().find(|kind| kind.name() == entry.task.kind);
    let name = entry.product.as_ref().map(|(_, name)| name.as_str());
    let title = kind.map(|kind| words::entry_task(lang, kind, name));
    let href = match entry.about {
        InboxSubject::Entry(id) => words::entry_href(id),
        InboxSubject::Product { .. } => String::new(),
    };
    line(entry, now, title, href)
}

/// What a task names besides its kind.
fn about(entry: &InboxEntry) -> &str {
    entry.task.key.split_once(':').map_or("", |(_, about)| about)
}

fn line(
    entry: InboxEntry,
    now: chrono::DateTime<chrono::Utc>,
    title: Option<String>,
    href: String,
) -> InboxLine {
    let about = about(&entry).to_owned();
    let InboxEntry { about: subject, product, portfolio, task } = entry;
    let role = match &task.addressee {
        Addressee::Person(_) => None,
        Addressee::Role { role, .. } => Some(role.to_string()),
    };
    let (product, product_name) = product.unzip();
    InboxLine {
        of: None,
        product,
        product_name: product_name.unwrap_or_default(),
        entry: match subject {
            InboxSubject::Entry(id) => Some(id),
            InboxSubject::Product { .. } => None,
        },
        portfolio,
        title: title.unwrap_or_else(|| task.kind.clone()),
        kind: task.kind,
        about,
        role,
        due_at: task.due_at,
        since: task.since,
        overdue: task.due_at.is_some_and(|due| due < now),
        href,
    }
}
