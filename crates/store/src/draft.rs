//! Drafts: autosaved work beside the log. Not records; the last writer must have seen the last.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    id::{PersonId, ProductId},
    product::DeliverableRef,
};

use crate::{
    codec::{self, json},
    db::Arg,
    error::{Result, StoreError},
    sql::beside as sql,
    store::Store,
    time::{from_micros, micros},
};

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// From 1.
    pub version: u32,
    pub body: Value,
    pub updated_by: PersonId,
    pub updated_at: DateTime<Utc>,
}

impl Store {
    pub async fn draft(
        &self,
        product: ProductId,
        deliverable: &DeliverableRef,
    ) -> Result<Option<Draft>> {
        let (product, deliverable) = (product.to_string(), deliverable.to_string());
        let args = [Arg::Text(&product), Arg::Text(&deliverable)];
        let Some(row) = self.shared.readers.fetch_optional(&sql::DRAFT, &args).await? else {
            return Ok(None);
        };
        let name = format!("{product} {deliverable}");
        let at = row.i64("draft.updated_at")?;
        let version = row.i64("draft.version")?;
        Ok(Some(Draft {
            version: u32::try_from(version)
                .map_err(|error| StoreError::corrupt("draft.version", &name, error))?,
            body: codec::from_json("draft.body", &name, row.text("draft.body")?)?,
            updated_by: codec::parse("draft.updated_by", &name, row.text("draft.updated_by")?)?,
            updated_at: from_micros(at)
                .ok_or_else(|| StoreError::corrupt("draft.updated_at", &name, at))?,
        }))
    }

    /// Saves over the version that was seen (0: there was none) and gives the new version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another version is there; version 0 means that it was deleted.
    pub async fn put_draft(
        &self,
        product: ProductId,
        deliverable: &DeliverableRef,
        seen: u32,
        body: &Value,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        let names = (product.to_string(), deliverable.to_string());
        let (body, by) = (json(body)?, by.to_string());
        let args = [
            Arg::Text(&names.0),
            Arg::Text(&names.1),
            Arg::Text(&body),
            Arg::Text(&by),
            Arg::I64(micros(now)),
            Arg::I64(seen.into()),
        ];
        let readers = &self.shared.readers;
        let saved = if seen == 0 {
            readers.execute(&sql::ADD_DRAFT, &args[..5]).await?
        } else {
            readers.execute(&sql::CHANGE_DRAFT, &args).await?
        };
        if saved == 1 {
            return Ok(seen + 1);
        }
        let current = self.draft(product, deliverable).await?.map_or(0, |draft| draft.version);
        Err(StoreError::Stale { current })
    }

    /// False when there was none.
    pub async fn delete_draft(
        &self,
        product: ProductId,
        deliverable: &DeliverableRef,
    ) -> Result<bool> {
        let (product, deliverable) = (product.to_string(), deliverable.to_string());
        let args = [Arg::Text(&product), Arg::Text(&deliverable)];
        Ok(self.shared.readers.execute(&sql::DELETE_DRAFT, &args).await? > 0)
    }
}
