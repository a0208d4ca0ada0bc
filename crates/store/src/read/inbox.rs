//! Inboxes.

use super::Page;
use crate::{
    error::Result,
    listing::{Addressee, InboxEntry},
    store::Store,
};

impl Store {
    /// The tasks of any of these addressees, by due date; each task once.
    pub async fn inbox(
        &self,
        addressees: &[Addressee],
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<InboxEntry>> {
        unimplemented!("{addressees:?} {cursor:?} {limit}")
    }
}
