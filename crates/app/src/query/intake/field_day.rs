//! Field days.

use sluicegate_core::{
    id::{FieldDayId, PersonId},
    intake::{Entry, EntryKind, FieldDay, FollowUp},
};
use sluicegate_store::EntryFilter;

use crate::{
    app::App,
    error::{AppError, Result},
    load::{named, text},
    request::Caller,
    view::{FieldDayView, FollowUpView, Page},
};

impl App {
    pub async fn field_days(
        &self,
        caller: &Caller,
        filter: EntryFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<FieldDayView>> {
        let filter = EntryFilter { kind: EntryKind::FieldDay, ..filter };
        let page = self.entries(caller, filter, cursor, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for (entry, _) in &page.items {
            if let Entry::FieldDay(day) = entry {
                items.push(self.field_day_view(day).await?);
            }
        }
        Ok(Page { items, next: page.next })
    }

    pub async fn field_day(&self, caller: &Caller, id: FieldDayId) -> Result<FieldDayView> {
        let entry = self.visible_entry(Self::reader(caller), id.into()).await?;
        match &*entry {
            Entry::FieldDay(day) => self.field_day_view(day).await,
            _ => Err(AppError::NotFound("field day")),
        }
    }

    async fn field_day_view(&self, day: &FieldDay) -> Result<FieldDayView> {
        let follow_ups = day.follow_ups.values();
        let done = follow_ups.clone().filter_map(|it| it.done.as_ref().map(|done| done.by));
        let owners = follow_ups.clone().map(|it| it.owner);
        let people: Vec<PersonId> =
            [day.marketer, day.seller].into_iter().chain(owners).chain(done).collect();
        let names = self.names(people).await?;
        let digests = follow_ups.map(|it| it.text).chain([day.notes]);
        let texts = self.texts(digests).await?;
        let notes = texts.get(&day.notes);
        let note = |name: &str| notes.and_then(|it| it.get(name)?.as_str().map(str::to_owned));
        let now = self.now();
        let follow_up = |(number, it): (&u32, &FollowUp)| FollowUpView {
            number: *number,
            text: text(&texts, &it.text),
            owner: named(&names, it.owner),
            due_at: it.due,
            overdue: it.done.is_none() && it.due < now,
            done_by: it.done.as_ref().map(|done| named(&names, done.by)),
            done_at: it.done.as_ref().map(|done| done.at),
        };
        Ok(FieldDayView {
            id: day.id,
            version: day.version,
            portfolio: day.portfolio.clone(),
            date: day.date,
            marketer: named(&names, day.marketer),
            seller: named(&names, day.seller),
            recorded_at: day.opened_at,
            market: day.market.clone(),
            products: day.products.iter().copied().collect(),
            account: note("account"),
            seen: note("seen"),
            learned: note("learned"),
            usable: note("usable"),
            not_usable: note("not_usable"),
            follow_ups: day.follow_ups.iter().map(follow_up).collect(),
            feedback: day.feedback.iter().copied().collect(),
        })
    }
}
