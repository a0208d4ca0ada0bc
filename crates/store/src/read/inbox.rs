//! Inboxes.

use std::collections::BTreeSet;

use super::{Page, cursor, limit};
use crate::{
    codec,
    db::{Arg, Row},
    error::{Result, StoreError},
    listing::{Addressee, InboxEntry, InboxSubject, Task},
    sql::{intake, lists},
    store::Store,
    time::micros_or_never,
    write::{read_task, task},
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
            let rows = connection.conn().fetch_all(&intake::ENTRY_INBOX, &args).await?;
            for row in &rows {
                entries.push(of_entry(row)?);
            }
        }
        let place = |entry: &InboxEntry| {
            (micros_or_never(entry.task.due_at), entry.about.id(), entry.task.key.clone())
        };
        entries.sort_by_cached_key(place);
        entries.dedup_by(|a, b| a.about == b.about && a.task.key == b.task.key);
        cursor::page(entries, limit, |entry| cursor::write(&place(entry)))
    }
}

fn entry(row: &Row) -> Result<InboxEntry> {
    let (product, task) = task(row)?;
    let (portfolio, workflow) = (row.text("listing.portfolio")?, row.text("listing.workflow")?);
    let name = product.to_string();
    let version = row.i64("listing.workflow_version")?;
    let corrupt = |error| StoreError::corrupt("listing.workflow_version", &name, error);
    let workflow = codec::parse("listing.workflow", &name, workflow)?;
    let workflow_version = u32::try_from(version).map_err(corrupt)?;
    Ok(InboxEntry {
        about: InboxSubject::Product { id: product, workflow, workflow_version },
        product: Some((product, row.text("listing.name")?.to_owned())),
        portfolio: codec::parse("listing.portfolio", &name, portfolio)?,
        task,
    })
}

fn of_entry(row: &Row) -> Result<InboxEntry> {
    let (name, task): (String, Task) = read_task(row, "entry_task.entry")?;
    let product = row.opt_text("entry.product")?;
    let product = product.map(|id| codec::parse("entry.product", &name, id)).transpose()?;
    let called = row.opt_text("listing.name")?.unwrap_or_default().to_owned();
    Ok(InboxEntry {
        about: InboxSubject::Entry(codec::parse("entry_task.entry", &name, &name)?),
        product: product.map(|id| (id, called)),
        portfolio: codec::parse("entry.portfolio", &name, row.text("entry.portfolio")?)?,
        task,
    })
}
