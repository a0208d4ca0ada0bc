//! Products: the stored state, the line in lists and the tasks, beside a replay of the events.

use sluicegate_core::{id::ProductId, product::Product, text};
use sluicegate_store::{
    AsOf, Facet, ProductRows, Projection, Standing, condition_due_at, outcome, spaced_words,
};

use super::{PART, Walk, log::Told};
use crate::{error::Result, judge::projection};

/// So often a product is looked at again that moved meanwhile.
const TRIES: u32 = 5;

impl Walk<'_> {
    pub(super) async fn products(&mut self, told: &Told) -> Result<u64> {
        let of = told.products.len() as u64;
        for (done, (id, version)) in (1..).zip(&told.products) {
            if self.full() {
                break;
            }
            self.product(*id, *version).await?;
            if done % u64::from(PART) == 0 || done == of {
                self.tell("products", done, of);
            }
        }
        self.strangers(told).await?;
        Ok(of)
    }

    /// Rows of products that no event has started.
    async fn strangers(&mut self, told: &Told) -> Result<()> {
        let counts = self.store.row_counts().await?;
        let of = told.products.len() as u64;
        for (table, rows) in [("product", counts.products), ("listing", counts.listings)] {
            // A running server may have started more.
            if rows < of {
                self.differs(table, "*", format!("{rows} rows, and {of} products were started"));
            }
        }
        let mut after = None;
        while !self.full() {
            let states = match self.store.states(after, PART).await {
                Ok(states) => states,
                Err(error) => return self.corrupt(error),
            };
            let Some(last) = states.last() else { break };
            after = Some(last.id);
            for state in states.iter().filter(|state| !told.products.contains_key(&state.id)) {
                if self.store.history(state.id, 0, 1).await?.is_empty() {
                    self.differs("product", state.id, "no event started this product");
                }
            }
        }
        Ok(())
    }

    async fn product(&mut self, id: ProductId, version: u64) -> Result<()> {
        for _ in 0..TRIES {
            let state = match self.store.product(id).await {
                Ok(Some(state)) => state,
                Ok(None) => {
                    self.differs("product", id, "the row is missing");
                    return Ok(());
                }
                Err(error) => return self.corrupt(error),
            };
            let replayed = self.store.product_as_of(id, AsOf::Version(state.version)).await;
            let rows = self.store.product_rows(id).await;
            let moved = match self.store.product(id).await {
                Ok(again) => again.is_some_and(|again| again.version != state.version),
                Err(error) => return self.corrupt(error),
            };
            if moved {
                continue;
            }
            if u64::from(state.version) < version {
                let what = format!("version {}, and the log has {version}", state.version);
                self.differs("product", id, what);
            }
            match replayed {
                Ok(replayed) if replayed.as_ref() == Some(&*state) => {}
                Ok(replayed) => {
                    let what = difference(&state, replayed.as_ref());
                    self.differs("product", id, what);
                }
                Err(error) => self.corrupt(error)?,
            }
            match rows {
                Ok(rows) => self.rows(&state, rows).await?,
                Err(error) => self.corrupt(error)?,
            }
            return Ok(());
        }
        Ok(())
    }

    async fn rows(&mut self, state: &Product, rows: Option<ProductRows>) -> Result<()> {
        let Some(mut rows) = rows else {
            self.differs("listing", state.id, "the row is missing");
            return Ok(());
        };
        let digest = state.workflow.digest;
        let Some(definition) = self.definition(digest).await? else {
            self.differs("workflow_version", digest, "the workflow of a product cannot be read");
            return Ok(());
        };
        let mut wanted = projection(&definition, state);
        if let Some(column) = wrong_column(state, &wanted, &rows) {
            self.differs("listing", state.id, format!("{column} is not what the state says"));
        }
        let facets = Facet::all(state, &wanted);
        if let Some(facet) = facets.symmetric_difference(&rows.facets).next() {
            let row = format!("{} {} {}", facet.kind, facet.value, state.id);
            self.differs("facet", row, "it is not what the state says");
        }
        let order = |task: &sluicegate_store::Task| (task.key.clone(), task.addressee.clone());
        wanted.tasks.sort_by_key(order);
        rows.tasks.sort_by_key(order);
        if wanted.tasks != rows.tasks {
            let missing = wanted.tasks.iter().find(|task| !rows.tasks.contains(task));
            let extra = rows.tasks.iter().find(|task| !wanted.tasks.contains(task));
            let task = missing.or(extra).map(|task| format!("{} {}", task.key, task.addressee));
            let row = format!("{} {}", state.id, task.unwrap_or_default());
            self.differs("task", row, "it is not what the state says");
        }
        Ok(())
    }
}

/// The first column of a list row that is wrong.
fn wrong_column(state: &Product, wanted: &Projection, rows: &ProductRows) -> Option<&'static str> {
    let listed = &rows.listed;
    let gate = state.submission().map(|open| &open.gate);
    let checks = [
        ("name", listed.name == text::composed(&state.name)),
        ("name_key", rows.name_key == text::sort_key(&state.name)),
        ("words", rows.words == spaced_words(&state.name)),
        ("portfolio", listed.portfolio == state.portfolio),
        ("workflow", listed.workflow == state.workflow.key),
        ("workflow_version", listed.workflow_version == state.workflow.version),
        ("stage", listed.stage == wanted.stage),
        ("gate", listed.gate.as_ref() == gate),
        ("side", listed.side == wanted.side),
        ("standing", listed.standing == Standing::of(&state.overlay)),
        ("outcome", listed.outcome == outcome(state)),
        ("condition_due_at", listed.condition_due_at == condition_due_at(state)),
        ("owner", listed.owner == state.owner),
        ("due_at", listed.due_at == wanted.due_at),
        ("started_at", listed.started_at == state.started_at),
        ("next_tick", rows.next_tick == wanted.next_tick),
    ];
    checks.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
}

/// The first field in which a state and its replay differ.
fn difference(state: &Product, replayed: Option<&Product>) -> String {
    let Some(replayed) = replayed else { return "its events make no product".to_owned() };
    let fields = |product| match serde_json::to_value(product) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (stored, replayed) = (fields(state), fields(replayed));
    let all = stored.keys().chain(replayed.keys());
    let first = all.into_iter().find(|key| stored.get(*key) != replayed.get(*key));
    let field = first.map_or("", String::as_str);
    format!("the state's `{field}` is not what its events make")
}
