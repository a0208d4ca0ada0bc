//! Links, ideas, feedback and field days, as far as their reader may see them.

mod feedback;
mod field_day;
mod idea;
mod visitor;

use sluicegate_core::{
    id::PersonId,
    intake::{Entry, EntryId, EntryKind, Sight},
};
use sluicegate_store::EntryFilter;

use crate::{
    app::App,
    error::{AppError, Result},
    filter::portfolios,
    load::named,
    request::Caller,
    view::{EventView, LinkView, Page},
};

/// No entry has more events to show.
const EVENTS: u32 = 1000;

impl App {
    /// What has happened to an entry, the oldest first.
    pub async fn entry_history(&self, caller: &Caller, id: EntryId) -> Result<Vec<EventView>> {
        self.visible_entry(Self::reader(caller), id).await?;
        let events = self.store().entry_history(id, EVENTS).await?;
        let withheld = vec![false; events.len()];
        self.event_views(events, withheld).await
    }

    /// A page of entries within the caller's rights; what came along is only what may be seen.
    pub(crate) async fn entries(
        &self,
        caller: &Caller,
        filter: EntryFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<(Entry, Sight)>> {
        let filter = self.within(caller.person, filter).await?;
        let page = self.store().entries(&filter, cursor, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for entry in page.items {
            let sight = self.sight(caller.person, &entry).await?;
            if sight != Sight::Nothing {
                items.push((entry, sight));
            }
        }
        Ok(Page { items, next: page.next })
    }

    /// The filter with everything beneath what is asked for, narrowed to what the person reads.
    /// What is the person's own is seen wherever it lies.
    async fn within(&self, person: PersonId, mut filter: EntryFilter) -> Result<EntryFilter> {
        let directory = self.store().directory().await?;
        let asked = filter.portfolios.take().unwrap_or_default();
        self.check_portfolios(person, &asked).await?;
        if filter.sender == Some(person) || filter.owner == Some(person) {
            filter.portfolios = Some(asked).filter(|keys| !keys.is_empty());
            filter.portfolios = filter.portfolios.map(|keys| directory.beneath(&keys));
            return Ok(filter);
        }
        let portfolios = portfolios(&directory, person, &asked);
        let portfolios =
            portfolios.unwrap_or_else(|| directory.portfolios.keys().cloned().collect());
        if filter.kind == EntryKind::Idea {
            // Who may see what nobody has let in is asked of each line; this only finds it.
            filter.moderated.clone_from(&portfolios);
        }
        filter.portfolios = Some(portfolios);
        Ok(filter)
    }

    /// The intake links that the caller looks after.
    pub async fn links(
        &self,
        caller: &Caller,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<LinkView>> {
        let filter = EntryFilter::of(EntryKind::Link);
        let page = self.entries(caller, filter, cursor, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for (entry, _) in page.items {
            items.extend(self.link_view(&entry).await?);
        }
        Ok(Page { items, next: page.next })
    }

    pub async fn link(&self, caller: &Caller, id: EntryId) -> Result<LinkView> {
        let entry = self.visible_entry(Self::reader(caller), id).await?;
        self.link_view(&entry).await?.ok_or(AppError::NotFound("intake link"))
    }

    async fn link_view(&self, entry: &Entry) -> Result<Option<LinkView>> {
        let Entry::Link(link) = entry else { return Ok(None) };
        let names = self.names([link.opened_by]).await?;
        Ok(Some(LinkView {
            id: link.id,
            version: link.version,
            portfolio: link.portfolio.clone(),
            title: link.title.clone(),
            workflow: link.workflow.key.clone(),
            opened_by: named(&names, link.opened_by),
            opened_at: link.opened_at,
            closes_at: link.closes_at,
            revoked: link.revoked,
            open: link.is_open(self.now()),
        }))
    }
}
