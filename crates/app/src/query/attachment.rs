//! Attachments, by the SHA-256 of their bytes.
//!
//! Everyone with an account may upload. Whoever names an attachment by its digest may read it: the
//! digest cannot be guessed, and only products and histories that one may read tell it.

use bytes::Bytes;
use futures_util::{Stream, stream::BoxStream};
use sluicegate_core::{digest::Digest, organisation};
use sluicegate_store::{Attachment, NewAttachment};

use crate::{
    app::App,
    error::{AppError, Result},
    load::named,
    request::Caller,
    view::{AttachmentView, Names},
};

/// Longest file name and media type, in bytes.
const MAX_NAME: usize = 255;

impl App {
    /// Stores what the stream brings; nothing stays when it breaks off.
    pub async fn put_attachment<S, E>(
        &self,
        caller: &Caller,
        name: String,
        media_type: String,
        bytes: S,
    ) -> Result<AttachmentView>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let about = NewAttachment {
            media_type: cut(media_type),
            name: cut(name),
            uploaded_by: caller.person,
            uploaded_at: self.now(),
        };
        let stored = self.store().put_attachment(about, bytes).await?;
        // Only now their digest is known.
        let directory = self.store().directory().await?;
        if let Err(refusal) = organisation::may_store(&directory, &stored.digest) {
            self.store().erase_attachments(&[stored.digest]).await?;
            return Err(refusal.into());
        }
        let names = self.names([stored.uploaded_by]).await?;
        Ok(view(stored, &names))
    }

    /// What is known of an attachment, and its bytes.
    pub async fn attachment(
        &self,
        _caller: &Caller,
        digest: &Digest,
    ) -> Result<(AttachmentView, BoxStream<'static, sluicegate_store::Result<Bytes>>)> {
        let missing = || AppError::NotFound("attachment");
        let about = self.attachment_views(&[*digest]).await?.pop().ok_or_else(missing)?;
        let bytes = self.store().attachment_bytes(digest).await?.ok_or_else(missing)?;
        Ok((about, bytes))
    }

    pub(super) async fn attachment_views(&self, digests: &[Digest]) -> Result<Vec<AttachmentView>> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.store().attachments(digests).await?;
        let names = self.names(found.iter().map(|attachment| attachment.uploaded_by)).await?;
        Ok(found.into_iter().map(|attachment| view(attachment, &names)).collect())
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_NAME));
    text.retain(|letter| !letter.is_control());
    text
}

fn view(attachment: Attachment, names: &Names) -> AttachmentView {
    AttachmentView {
        digest: attachment.digest,
        name: attachment.name,
        media_type: attachment.media_type,
        size: attachment.size,
        uploaded_by: named(names, attachment.uploaded_by),
        uploaded_at: attachment.uploaded_at,
    }
}
