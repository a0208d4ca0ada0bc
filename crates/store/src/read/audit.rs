//! Rows as they are stored, for verification.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sluicegate_core::{digest::Digest, id::ProductId};

use super::limit;
use crate::{
    codec,
    db::{Arg, Row},
    error::{Result, StoreError},
    facet::{Facet, facet},
    job::StoredContent,
    listing::{Listed, Task},
    sql::audit as sql,
    store::Store,
    time::{NEVER, from_micros},
    write::task,
};

/// Everything that lists and inboxes hold of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRows {
    pub listed: Listed,
    pub next_tick: Option<DateTime<Utc>>,
    pub name_key: String,
    /// As in [`spaced_words`](crate::spaced_words).
    pub words: String,
    pub facets: BTreeSet<Facet>,
    /// In the order of their keys and addressees.
    pub tasks: Vec<Task>,
}

/// How many rows the tables about products have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowCounts {
    pub products: u64,
    pub listings: u64,
    pub tasks: u64,
}

impl Store {
    /// None when the product has no line in lists.
    pub async fn product_rows(&self, id: ProductId) -> Result<Option<ProductRows>> {
        let Some(listed) = self.listed(id).await? else { return Ok(None) };
        let name = id.to_string();
        let args = [Arg::Text(&name)];
        let readers = &self.shared.readers;
        let row = readers.fetch_optional(&sql::BEHIND_LISTING, &args).await?;
        let Some(row) = row else { return Ok(None) };
        let tick = row.i64("listing.next_tick")?;
        let next_tick = if tick == NEVER {
            None
        } else {
            let corrupt = || StoreError::corrupt("listing.next_tick", &name, tick);
            Some(from_micros(tick).ok_or_else(corrupt)?)
        };
        let tasks = readers.fetch_all(&sql::TASKS_OF, &args).await?;
        let tasks = tasks.iter().map(|row| task(row).map(|(_, task)| task));
        let facets = readers.fetch_all(&sql::FACETS_OF, &args).await?;
        let facets = facets.iter().map(|row| facet(row).map(|(_, facet)| facet));
        Ok(Some(ProductRows {
            listed,
            next_tick,
            name_key: row.text("listing.name_key")?.to_owned(),
            words: row.text("listing.words")?.to_owned(),
            facets: facets.collect::<Result<_>>()?,
            tasks: tasks.collect::<Result<_>>()?,
        }))
    }

    pub async fn row_counts(&self) -> Result<RowCounts> {
        let row = self.shared.readers.fetch_optional(&sql::ROWS, &[]).await?;
        let row = row.ok_or(StoreError::Missing("count"))?;
        let count = |column: &'static str| {
            let found = row.i64(column)?;
            u64::try_from(found).map_err(|error| StoreError::corrupt(column, 1, error))
        };
        Ok(RowCounts {
            products: count("rows.products")?,
            listings: count("rows.listings")?,
            tasks: count("rows.tasks")?,
        })
    }

    /// Contents in the order of their digests, after this one, with the salts that name them.
    pub async fn contents_after(
        &self,
        after: Option<Digest>,
        count: u32,
    ) -> Result<Vec<StoredContent>> {
        let after = after.as_ref().map_or(&[][..], |digest| &digest.bytes()[..]);
        let args = [Arg::Bytes(after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&sql::CONTENTS_AFTER, &args).await?;
        rows.iter().map(content).collect()
    }

    /// Those of these contents that are there, with their salts.
    pub async fn contents_named(&self, digests: &[Digest]) -> Result<Vec<StoredContent>> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let args = codec::json(digests)?;
        let args = [Arg::Text(&args)];
        let rows = self.shared.readers.fetch_all(&sql::CONTENTS_NAMED, &args).await?;
        rows.iter().map(content).collect()
    }

    /// The digests of attachments in their order, after this one.
    pub async fn attachments_after(
        &self,
        after: Option<Digest>,
        count: u32,
    ) -> Result<Vec<Digest>> {
        let after = after.as_ref().map_or(&[][..], |digest| &digest.bytes()[..]);
        let args = [Arg::Bytes(after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&sql::ATTACHMENTS_AFTER, &args).await?;
        let digest =
            |row: &Row| codec::digest("attachment.digest", "?", row.bytes("attachment.digest")?);
        rows.iter().map(digest).collect()
    }
}

fn content(row: &Row) -> Result<StoredContent> {
    let digest = codec::digest("content.digest", "?", row.bytes("content.digest")?)?;
    let salt = row.bytes("content.salt")?.try_into();
    let salt = salt.map_err(|error| StoreError::corrupt("content.salt", digest, error))?;
    Ok(StoredContent { digest, salt, body: row.text("content.body")?.to_owned() })
}
