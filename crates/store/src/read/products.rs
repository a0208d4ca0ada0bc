//! One product, and lists of products.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    id::{PersonId, ProductId},
    key::{GateKey, PortfolioKey, StageKey, WorkflowKey},
    product::Product,
};

use super::Page;
use crate::{
    error::Result,
    listing::{Listed, Standing},
    store::Store,
};

/// Which products; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only these portfolios; none means all, an empty set means no product.
    pub portfolios: Option<BTreeSet<PortfolioKey>>,
    pub stage: Option<StageKey>,
    pub gate: Option<GateKey>,
    /// As in [`Projection::side`](crate::Projection).
    pub side: Option<String>,
    pub standing: Option<Standing>,
    pub owner: Option<PersonId>,
    pub workflow: Option<WorkflowKey>,
    /// The name starts so, in upper or lower case.
    pub name_prefix: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Those without a due date come last (first when descending).
    #[default]
    Due,
    /// Without regard to upper and lower case.
    Name,
    Changed,
    Started,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

/// As of when a product is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    Version(u32),
    Time(DateTime<Utc>),
}

impl Store {
    /// The product as it is.
    pub async fn product(&self, id: ProductId) -> Result<Option<Arc<Product>>> {
        unimplemented!("{id}")
    }

    /// The product as it was, made again from its events. None before it was started.
    pub async fn product_as_of(&self, id: ProductId, as_of: AsOf) -> Result<Option<Product>> {
        unimplemented!("{id} {as_of:?}")
    }

    /// A page of products; stable while others are added. `cursor` is the last page's `next`.
    pub async fn products(
        &self,
        filter: &ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Listed>> {
        unimplemented!("{filter:?} {sort:?} {cursor:?} {limit}")
    }

    /// The line of one product in lists.
    pub async fn listed(&self, id: ProductId) -> Result<Option<Listed>> {
        unimplemented!("{id}")
    }

    /// Products for which the clock has something to do, the longest waiting first.
    pub async fn due_products(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProductId>> {
        unimplemented!("{now} {limit}")
    }
}
