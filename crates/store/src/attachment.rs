//! Attachments: a row about each, and its bytes in a folder under their SHA-256.

use std::{
    fs, io, path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{MultipartUpload, ObjectStoreExt as _, local::LocalFileSystem, path::Path};
use sha2::{Digest as _, Sha256};
use sluicegate_core::{digest::Digest, id::PersonId};

use crate::{
    codec::{self, json},
    db::{Arg, Row},
    error::{Result, StoreError},
    sql::beside as sql,
    store::Store,
    time::{from_micros, micros},
};

/// Bytes are handed on in parts of this size, so that an upload needs no more memory.
const PART: usize = 8 * 1024 * 1024;

/// Where the bytes are.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    objects: Arc<LocalFileSystem>,
    /// Tells apart the uploads that one process begins in the same microsecond.
    uploads: Arc<AtomicU64>,
}

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

impl Folder {
    /// Makes the folder when it is missing.
    pub(crate) fn open(folder: &path::Path) -> Result<Self> {
        let unusable = |error: io::Error| {
            StoreError::Unusable(format!("attachments in {}: {error}", folder.display()))
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let objects = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| unusable(io::Error::other(error)))?
            .with_fsync(true);
        Ok(Self { objects: Arc::new(objects), uploads: Arc::default() })
    }

    /// Nothing happens when it is not there.
    pub(crate) async fn remove(&self, digest: &Digest) -> Result<()> {
        match self.objects.delete(&place(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    fn incoming(&self, about: &NewAttachment) -> Path {
        let name = format!(
            "{} {} {} {}",
            about.uploaded_by,
            micros(about.uploaded_at),
            std::process::id(),
            self.uploads.fetch_add(1, Ordering::Relaxed)
        );
        Path::from_iter(["incoming".to_owned(), Digest::of(name.as_bytes()).to_string()])
    }
}

/// Two levels, so that no folder grows too large.
fn place(digest: &Digest) -> Path {
    let name = digest.to_string();
    Path::from_iter([name[..2].to_owned(), name])
}

impl Store {
    /// Stores what the stream brings, hashed on the way; nothing stays when it fails.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] as soon as the limit is passed.
    pub async fn put_attachment<S, E>(&self, about: NewAttachment, bytes: S) -> Result<Attachment>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let folder = &self.shared.folder;
        let incoming = folder.incoming(&about);
        let mut upload = folder.objects.put_multipart(&incoming).await.map_err(failed)?;
        let limit = self.shared.options.attachment_limit;
        let (digest, size) = match receive(&mut *upload, bytes, limit).await {
            Ok(received) => received,
            Err(error) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "what is left of an upload was not removed");
                }
                return Err(error);
            }
        };
        // The same bytes may be there already; renaming onto them changes nothing.
        folder.objects.rename(&incoming, &place(&digest)).await.map_err(failed)?;
        let NewAttachment { media_type, name, uploaded_by, uploaded_at } = about;
        let by = uploaded_by.to_string();
        let args = [
            Arg::Bytes(digest.bytes()),
            Arg::I64(i64::try_from(size).map_err(codec::internal)?),
            Arg::Text(&media_type),
            Arg::Text(&name),
            Arg::Text(&by),
            Arg::I64(micros(uploaded_at)),
        ];
        self.shared.readers.execute(&sql::ADD_ATTACHMENT, &args).await?;
        let stored = self.attachments(&[digest]).await?;
        stored.into_iter().next().ok_or(StoreError::Missing("attachment"))
    }

    /// What is known of these attachments, in the order of their digests; missing ones are left
    /// out.
    pub async fn attachments(&self, digests: &[Digest]) -> Result<Vec<Attachment>> {
        let digests = json(digests)?;
        let rows = self.shared.readers.fetch_all(&sql::ATTACHMENTS, &[Arg::Text(&digests)]).await?;
        rows.iter().map(attachment).collect()
    }

    /// The bytes; none when there is no such attachment.
    pub async fn attachment_bytes(
        &self,
        digest: &Digest,
    ) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        match self.shared.folder.objects.get(&place(digest)).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(failed).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

/// Hands the bytes on in parts; gives their digest and number.
async fn receive<S, E>(
    upload: &mut dyn MultipartUpload,
    mut bytes: S,
    limit: u64,
) -> Result<(Digest, u64)>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: std::fmt::Display,
{
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    let mut part = BytesMut::new();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|error| StoreError::Broken(error.to_string()))?;
        size += chunk.len() as u64;
        if size > limit {
            return Err(StoreError::TooLarge { limit });
        }
        hash.update(&chunk);
        part.extend_from_slice(&chunk);
        if part.len() >= PART {
            upload.put_part(part.split().freeze().into()).await.map_err(failed)?;
        }
    }
    if size == 0 {
        return Err(StoreError::Empty);
    }
    if !part.is_empty() {
        upload.put_part(part.freeze().into()).await.map_err(failed)?;
    }
    upload.complete().await.map_err(failed)?;
    Ok((Digest::new(hash.finalize().into()), size))
}

fn attachment(row: &Row) -> Result<Attachment> {
    let digest = codec::digest("attachment.digest", "?", row.bytes("attachment.digest")?)?;
    let name = digest.to_string();
    let (size, at) = (row.i64("attachment.size")?, row.i64("attachment.uploaded_at")?);
    Ok(Attachment {
        digest,
        size: u64::try_from(size)
            .map_err(|error| StoreError::corrupt("attachment.size", &name, error))?,
        media_type: row.text("attachment.media_type")?.to_owned(),
        name: row.text("attachment.name")?.to_owned(),
        uploaded_by: codec::parse(
            "attachment.uploaded_by",
            &name,
            row.text("attachment.uploaded_by")?,
        )?,
        uploaded_at: from_micros(at)
            .ok_or_else(|| StoreError::corrupt("attachment.uploaded_at", &name, at))?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: object_store::Error) -> StoreError {
    StoreError::Unavailable(format!("attachments: {error}"))
}
