//! Entries: the stored state, the columns of lists and the tasks, beside a replay of the events.

use sluicegate_core::intake::{self, Entry, EntryId};
use sluicegate_store::{EntryRows, entry_tasks};

use super::{PART, Walk, log::Told};
use crate::error::Result;

/// So often an entry is looked at again that moved meanwhile.
const TRIES: u32 = 5;

impl Walk<'_> {
    pub(super) async fn entries(&mut self, told: &Told) -> Result<u64> {
        let of = told.entries.len() as u64;
        for (done, (id, version)) in (1..).zip(&told.entries) {
            if self.full() {
                break;
            }
            self.entry(*id, *version).await?;
            if done % u64::from(PART) == 0 || done == of {
                self.tell("entries", done, of);
            }
        }
        self.unknown_entries(told).await?;
        Ok(of)
    }

    /// Rows of entries that no event has opened, and tasks of none.
    async fn unknown_entries(&mut self, told: &Told) -> Result<()> {
        let (mut after, mut tasks) = (None, 0);
        let before = self.store.entry_task_count().await?;
        while !self.full() {
            let part = match self.store.entries_after(after, PART).await {
                Ok(part) => part,
                Err(error) => return self.corrupt(error),
            };
            let Some(last) = part.last() else { break };
            after = Some(last.id());
            for entry in &part {
                tasks += entry_tasks(entry).len() as u64;
                let id = entry.id();
                if !told.entries.contains_key(&id)
                    && self.store.entry_history(id, 1).await?.is_empty()
                {
                    self.differs("entry", id, "no event opened it");
                }
            }
        }
        // A running server may have changed them meanwhile.
        if tasks != before && before == self.store.entry_task_count().await? && !self.full() {
            let what = format!("{before} rows, and the entries ask for {tasks}");
            self.differs("entry_task", "*", what);
        }
        Ok(())
    }

    async fn entry(&mut self, id: EntryId, version: u64) -> Result<()> {
        for _ in 0..TRIES {
            let state = match self.store.entry(id).await {
                Ok(Some(state)) => state,
                Ok(None) => {
                    self.differs("entry", id, "the row is missing");
                    return Ok(());
                }
                Err(error) => return self.corrupt(error),
            };
            let replayed = self.store.entry_as_of(id, state.version()).await;
            let rows = self.store.entry_rows(id).await;
            let moved = match self.store.entry(id).await {
                Ok(again) => again.is_some_and(|again| again.version() != state.version()),
                Err(error) => return self.corrupt(error),
            };
            if moved {
                continue;
            }
            if u64::from(state.version()) < version {
                let what = format!("version {}, and the log has {version}", state.version());
                self.differs("entry", id, what);
            }
            match replayed {
                Ok(replayed) if replayed.as_ref() == Some(&*state) => {}
                Ok(_) => self.differs("entry", id, "the state is not what its events make"),
                Err(error) => self.corrupt(error)?,
            }
            match rows {
                Ok(Some(rows)) => self.entry_rows(&state, rows),
                Ok(None) => self.differs("entry", id, "the row is missing"),
                Err(error) => self.corrupt(error)?,
            }
            return Ok(());
        }
        Ok(())
    }

    fn entry_rows(&mut self, state: &Entry, mut rows: EntryRows) {
        let wanted = columns(state);
        let wrong = wanted.iter().find(|column| !rows.columns.contains(column));
        if let Some((column, _)) = wrong {
            self.differs("entry", state.id(), format!("{column} is not what the state says"));
        }
        let order = |task: &sluicegate_store::Task| (task.key.clone(), task.addressee.clone());
        let mut tasks = entry_tasks(state);
        tasks.sort_by_key(order);
        rows.tasks.sort_by_key(order);
        if tasks != rows.tasks {
            self.differs("entry_task", state.id(), "the tasks are not what the state says");
        }
    }
}

/// The columns as the state makes them; times in microseconds.
fn columns(state: &Entry) -> Vec<(&'static str, Option<String>)> {
    let line = intake::line(state);
    let time =
        |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.timestamp_micros().to_string());
    vec![
        ("version", Some(state.version().to_string())),
        ("kind", Some(line.kind.name().to_owned())),
        ("portfolio", Some(line.portfolio.to_string())),
        ("status", Some(line.status)),
        ("product", line.product.map(|id| id.to_string())),
        ("topic", line.topic),
        ("market", line.market.map(|key| key.to_string())),
        ("sender", line.sender.map(|id| id.to_string())),
        ("owner", line.owner.map(|id| id.to_string())),
        ("flagged", Some(u8::from(line.flagged).to_string())),
        ("secret", line.secret.map(|digest| digest.to_string())),
        ("opened_at", time(Some(line.opened_at))),
        ("due_at", time(line.due_at)),
        ("next_tick", time(intake::next_tick(state))),
    ]
}
