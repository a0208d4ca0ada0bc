//! Inboxes.

use std::collections::BTreeSet;

use super::{Page, cursor, limit};
use crate::{
    codec,
    db::{Arg, Row},
    error::{Result, StoreError},
    listing::{Addressee, InboxEntry},
    sql::lists,
    store::Store,
    time::micros_or_never,
    write::task,
};

impl Store {
    /// The tasks of any of these addressees, by due date; each task once.
    pub async fn inbox(
        &self,
        addressees: &[Addressee],
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<InboxEntry>> {
        let (due, product, key) = match cursor {
            Some(cursor) => cursor::read::<(i64, String, String)>(cursor)?,
            None => (i64::MIN, String::new(), String::new()),
        };
        let limit = limit(count);
        let mut entries = Vec::new();
        let mut connection = self.shared.readers.acquire().await?;
        let addressees: BTreeSet<String> = addressees.iter().map(ToString::to_string).collect();
        // Each inbox has its own index order; so each is asked for a page, and the pages merged.
        for addressee in &addressees {
            let args = [
                Arg::Text(addressee),
                Arg::I64(due),
                Arg::Text(&product),
                Arg::Text(&key),
                Arg::I64(limit),
            ];
            let rows = connection.conn().fetch_all(&lists::INBOX, &args).await?;
            for row in &rows {
                entries.push(entry(row)?);
            }
        }
        let place = |entry: &InboxEntry| {
            (micros_or_never(entry.task.due_at), entry.product.to_string(), entry.task.key.clone())
        };
        entries.sort_by_cached_key(place);
        entries.dedup_by(|a, b| a.product == b.product && a.task.key == b.task.key);
        cursor::page(entries, limit, |entry| cursor::write(&place(entry)))
    }
}

fn entry(row: &Row) -> Result<InboxEntry> {
    let (product, task) = task(row)?;
    let (portfolio, workflow) = (row.text("listing.portfolio")?, row.text("listing.workflow")?);
    let name = product.to_string();
    let version = row.i64("listing.workflow_version")?;
    let corrupt = |error| StoreError::corrupt("listing.workflow_version", &name, error);
    Ok(InboxEntry {
        product,
        product_name: row.text("listing.name")?.to_owned(),
        portfolio: codec::parse("listing.portfolio", &name, portfolio)?,
        workflow: codec::parse("listing.workflow", &name, workflow)?,
        workflow_version: u32::try_from(version).map_err(corrupt)?,
        task,
    })
}
