//! Passages: what the follower has stored, beside what the events say.

use std::collections::BTreeMap;

use sluicegate_core::{
    id::ProductId,
    product::{Event, Recorded},
};

use super::{PART, Walk, log::Told};
use crate::{
    error::Result,
    passages::{all_events, finished},
};

impl Walk<'_> {
    /// What ended up to the follower's place must be there; what is there must have ended so.
    pub(super) async fn passages(&mut self, told: &Told) -> Result<()> {
        let head = match self.store.passage_head().await {
            Ok(head) => head,
            Err(error) => return self.corrupt(error),
        };
        // Nobody has followed the log yet.
        if head == 0 {
            return Ok(());
        }
        let of = told.products.len() as u64;
        for (done, id) in (1..).zip(told.products.keys()) {
            if self.full() {
                break;
            }
            self.passages_of(*id, head).await?;
            if done % u64::from(PART) == 0 || done == of {
                self.tell("passages", done, of);
            }
        }
        Ok(())
    }

    async fn passages_of(&mut self, id: ProductId, head: u64) -> Result<()> {
        // The rows first: what they hold had happened by then.
        let rows = match self.store.passages_of(id).await {
            Ok(rows) => rows,
            Err(error) => return self.corrupt(error),
        };
        // A state or a workflow that cannot be read has been reported with the product.
        let Ok(Some(product)) = self.store.product(id).await else { return Ok(()) };
        if !self.definitions.knows(&product.workflow.digest) {
            return Ok(());
        }
        let events = all_events(self.store, id).await?;
        let positions: BTreeMap<u64, u64> =
            events.iter().map(|stored| (stored.version, stored.position)).collect();
        let mut versions = Vec::new();
        for stored in &events {
            if let Some(Recorded { event, .. }) = stored.recorded()
                && let Event::ProductStarted { workflow, .. }
                | Event::ProductMigrated { workflow, .. } = event
            {
                versions.extend(self.definition(workflow.digest).await?);
            }
        }
        let wanted = finished(&versions, id, &events);
        if rows.iter().any(|row| !wanted.contains(row)) {
            self.differs("passage", id, "it is not what the events say");
        }
        let due = wanted.iter().filter(|row| {
            let version = row.passage.ended_by.map(u64::from);
            let position = version.and_then(|version| positions.get(&version));
            position.is_some_and(|position| *position <= head)
        });
        for row in due.filter(|row| !rows.contains(row)) {
            let what = format!("submission or visit {} is missing", row.passage.number);
            self.differs("passage", id, what);
        }
        Ok(())
    }
}
