//! Contents and attachments: each is named by its hash.

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sluicegate_core::digest::Digest;

use super::{PART, Walk, log::Told};
use crate::error::Result;

impl Walk<'_> {
    pub(super) async fn contents(&mut self, told: &Told) -> Result<u64> {
        let (mut after, mut done) = (None, 0);
        while !self.full() {
            let part = match self.store.contents_after(after, PART).await {
                Ok(part) => part,
                Err(error) => {
                    self.corrupt(error)?;
                    break;
                }
            };
            let Some(last) = part.last() else { break };
            after = Some(last.digest);
            for content in &part {
                if Digest::salted(content.salt, content.body.as_bytes()) != content.digest {
                    let what = "the digest is not that of salt and body";
                    self.differs("content", content.digest, what);
                }
                if told.directory.erased.contains_key(&content.digest) {
                    self.differs("content", content.digest, "it was erased, and is still there");
                }
            }
            done += part.len() as u64;
            self.tell("contents", done, 0);
        }
        Ok(done)
    }

    pub(super) async fn attachments(&mut self, told: &Told) -> Result<u64> {
        let (mut after, mut done) = (None, 0);
        while !self.full() {
            let part = match self.store.attachments_after(after, PART).await {
                Ok(part) => part,
                Err(error) => {
                    self.corrupt(error)?;
                    break;
                }
            };
            let Some(last) = part.last() else { break };
            after = Some(*last);
            for digest in &part {
                if told.directory.erased.contains_key(digest) {
                    self.differs("attachment", digest, "it was erased, and is still there");
                }
                match self.hash_of(digest).await? {
                    Some(found) if found == *digest => {}
                    Some(_) => self.differs("attachment", digest, "the bytes have another hash"),
                    None => self.differs("attachment", digest, "the bytes are missing"),
                }
            }
            done += part.len() as u64;
            self.tell("attachments", done, 0);
        }
        Ok(done)
    }

    async fn hash_of(&self, digest: &Digest) -> Result<Option<Digest>> {
        let Some(mut bytes) = self.store.attachment_bytes(digest).await? else { return Ok(None) };
        let mut hash = Sha256::new();
        while let Some(chunk) = bytes.try_next().await? {
            hash.update(&chunk);
        }
        Ok(Some(Digest::new(hash.finalize().into())))
    }
}
