//! Follows the log for passages that have ended, so that figures over many products cost no
//! command anything.

use std::sync::Arc;

use sluicegate_core::{clocks, definition::Definition, id::ProductId, product::Recorded};
use sluicegate_store::{PassageRow, Store, Stored};

use crate::{app::App, error::Result};

/// Events that are read at once.
const PART: u32 = 1000;

impl App {
    /// Makes the passages again from the whole log.
    pub async fn rebuild_passages(&self) -> Result<usize> {
        self.store().forget_passages().await?;
        self.follow_passages().await
    }

    /// Stores what has ended up to the log's head; gives how many passages of products it looked
    /// at. Any number of servers may follow: each stretch is stored by one of them.
    pub async fn follow_passages(&self) -> Result<usize> {
        let mut found = 0;
        while let Some(stretch) = self.store().passage_stretch().await? {
            let mut rows = Vec::new();
            for id in &stretch.products {
                let Some(product) = self.store().product(*id).await? else { continue };
                match self.definition(&product.workflow.digest).await {
                    Ok(_) => {
                        let events = all_events(self.store(), *id).await?;
                        let versions = self.versions_of(&recorded(&events)).await?;
                        rows.extend(finished(&versions, *id, &events));
                    }
                    // One product that cannot be read must not keep back all others.
                    Err(error) => tracing::error!(product = %id, %error, "it has no figures"),
                }
            }
            found += rows.len();
            self.store().put_passages(&stretch, &rows).await?;
        }
        Ok(found)
    }
}

/// All events of a product.
pub(crate) async fn all_events(store: &Store, id: ProductId) -> Result<Vec<Stored>> {
    let mut events: Vec<Stored> = Vec::new();
    loop {
        let known = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let part = store.history(id, known, PART).await?;
        let last = part.len() < PART as usize;
        events.extend(part);
        if last {
            return Ok(events);
        }
    }
}

pub(crate) fn recorded(events: &[Stored]) -> Vec<Recorded> {
    events.iter().filter_map(Stored::recorded).collect()
}

/// The passages of a product that are over; `versions` as [`clocks::clocks`] wants them.
pub(crate) fn finished(
    versions: &[Arc<Definition>],
    product: ProductId,
    events: &[Stored],
) -> Vec<PassageRow> {
    let history = recorded(events);
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return Vec::new() };
    let sluicegate_core::product::Event::ProductStarted { workflow, portfolio, .. } = &first.event
    else {
        return Vec::new();
    };
    let versions: Vec<&Definition> = versions.iter().map(Arc::as_ref).collect();
    let clocks = clocks::clocks(&versions, &history, last.at);
    let passages = clocks.into_iter().flat_map(|clocks| clocks.passages);
    let row = |passage| PassageRow {
        product,
        workflow: workflow.key.clone(),
        portfolio: portfolio.clone(),
        passage,
    };
    passages.filter(|passage| passage.ended_by.is_some()).map(row).collect()
}
