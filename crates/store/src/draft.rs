//! Drafts: autosaved work beside the log. Not records; the last writer must have seen the last.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    id::{PersonId, ProductId},
    product::DeliverableRef,
};

use crate::{error::Result, store::Store};

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
        unimplemented!("{product} {deliverable}")
    }

    /// Saves over the version that was seen (0: there was none) and gives the new version.
    ///
    /// # Errors
    /// [`StoreError::Stale`](crate::StoreError::Stale) when another version is there.
    pub async fn put_draft(
        &self,
        product: ProductId,
        deliverable: &DeliverableRef,
        seen: u32,
        body: &Value,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<u32> {
        unimplemented!("{product} {deliverable} {seen} {body} {by} {now}")
    }

    /// False when there was none.
    pub async fn delete_draft(
        &self,
        product: ProductId,
        deliverable: &DeliverableRef,
    ) -> Result<bool> {
        unimplemented!("{product} {deliverable}")
    }
}
