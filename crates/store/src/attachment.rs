//! Attachments: a row about each, and its bytes in a folder under their SHA-256.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, stream::BoxStream};
use sluicegate_core::{digest::Digest, id::PersonId};

use crate::{error::Result, store::Store};

/// What is known of an attachment. The same bytes are stored once, under their first name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub digest: Digest,
    pub size: u64,
    pub media_type: String,
    pub name: String,
    pub uploaded_by: PersonId,
    pub uploaded_at: DateTime<Utc>,
}

/// What the uploader says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttachment {
    pub media_type: String,
    pub name: String,
    pub uploaded_by: PersonId,
    pub uploaded_at: DateTime<Utc>,
}

impl Store {
    /// Stores what the stream brings, hashed on the way; nothing stays when it fails.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`](crate::StoreError::TooLarge) as soon as the limit is passed.
    pub async fn put_attachment<S, E>(&self, about: NewAttachment, bytes: S) -> Result<Attachment>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        drop(bytes);
        unimplemented!("{about:?}")
    }

    pub async fn attachments(&self, digests: &[Digest]) -> Result<Vec<Attachment>> {
        unimplemented!("{digests:?}")
    }

    /// The bytes; none when there is no such attachment.
    pub async fn attachment_bytes(
        &self,
        digest: &Digest,
    ) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        unimplemented!("{digest}")
    }
}
