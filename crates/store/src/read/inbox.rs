//! Inboxes.

use std::collections::BTreeMap;

use super::{Page, cursor, limit};
use crate::{
    codec,
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    listing::{Addressee, InboxEntry, InboxSubject, Task},
    sql::{intake, lists},
    store::Store,
    time::micros_or_never,
    write::{read_task, task},
};

impl Store {
    /// The tasks of any of these addressees, by due date; each task once. Of the others only those
    /// that belong to products.
    pub async fn inbox(
        &self,
        addressees: &[Addressee],
        others: &[Addressee],
        cursor: Option<&str>,
        count: u32,
    ) -> Result<Page<InboxEntry>> {
        let after = match cursor {
            Some(cursor) => cursor::read::<Place>(cursor)?,
            None => (i64::MIN, String::new(), String::new()),
        };
        let limit = limit(count);
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        let mut all: BTreeMap<String, bool> =
            others.iter().map(|addressee| (addressee.to_string(), false)).collect();
        all.extend(addressees.iter().map(|addressee| (addressee.to_string(), true)));
        let addressees = all;
        let inboxes = i64::try_from(addressees.len().max(1)).unwrap_or(i64::MAX);
        let mut each = limit.min(EACH.max(2 * limit / inboxes));
        loop {
            let asked = ask(&mut conn, &addressees, &after, each).await?;
            let enough = i64::try_from(asked.entries.len()).is_ok_and(|found| found >= limit);
            if enough || each >= limit || asked.end.is_none() {
                return cursor::page(asked.entries, limit, |entry| cursor::write(&place(entry)));
            }
            each = limit.min(each * 4);
        }
    }
}

/// A place in inboxes: when it is due, what it is about, and its key.
type Place = (i64, String, String);

/// Each inbox is asked for so many tasks at least. A person with many roles has many inboxes, and
/// most of what all of them hold does not come onto the page.
const EACH: i64 = 4;

/// The first tasks of all inboxes together.
struct Asked {
    entries: Vec<InboxEntry>,
    /// Behind this place there may be more; none when everything was read.
    end: Option<Place>,
}

/// Each inbox, with or without what belongs to entries, has its own index order; so each is asked for some, and what comes before the first
/// end is merged.
async fn ask(
    conn: &mut Conn<'_>,
    addressees: &BTreeMap<String, bool>,
    (due, subject, key): &Place,
    each: i64,
) -> Result<Asked> {
    let mut asked = Asked { entries: Vec::new(), end: None };
    for (addressee, with_entries) in addressees {
        let args = [
            Arg::Text(addressee),
            Arg::I64(*due),
            Arg::Text(subject),
            Arg::Text(key),
            Arg::I64(each),
        ];
        let products = conn.fetch_all(&lists::INBOX, &args).await?;
        asked.take(products.iter().map(entry).collect::<Result<_>>()?, each);
        if *with_entries {
            let entries = conn.fetch_all(&intake::ENTRY_INBOX, &args).await?;
            asked.take(entries.iter().map(of_entry).collect::<Result<_>>()?, each);
        }
    }
    if let Some(end) = &asked.end {
        asked.entries.retain(|entry| place(entry) <= *end);
    }
    asked.entries.sort_by_cached_key(place);
    asked.entries.dedup_by(|a, b| a.about == b.about && a.task.key == b.task.key);
    Ok(asked)
}

impl Asked {
    fn take(&mut self, found: Vec<InboxEntry>, each: i64) {
        let full = i64::try_from(found.len()).is_ok_and(|found| found >= each);
        if let Some(last) = found.last().filter(|_| full).map(place) {
            let end = self.end.take().map_or(last.clone(), |end| end.min(last));
            self.end = Some(end);
        }
        self.entries.extend(found);
    }
}

fn place(entry: &InboxEntry) -> Place {
    (micros_or_never(entry.task.due_at), entry.about.id(), entry.task.key.clone())
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
