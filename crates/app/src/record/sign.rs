//! Signs the log's head, now and then and at the end.

use std::{sync::atomic::Ordering, time::Duration};

use chrono::TimeDelta;
use sluicegate_core::{
    audit::{Checkpoint, PublicKey, SecretKey},
    merkle::proof,
};
use sluicegate_store::{NewCheckpoint, StoredCheckpoint};

use crate::{
    app::App,
    error::{AppError, Result},
};

/// How often the signer looks whether the log has grown.
const LOOK: Duration = Duration::from_secs(1);

/// With which key, and how often.
#[derive(Clone, Debug)]
pub struct Signing {
    pub key: SecretKey,
    /// At most one checkpoint in this time.
    pub every: TimeDelta,
}

/// What became of a wish to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    Now(StoredCheckpoint),
    /// The log has not grown, or it is too early.
    Before(Option<StoredCheckpoint>),
    /// The record is signed with another key than ours.
    OtherKey(String),
    /// Nobody has given us a key.
    NoKey,
}

impl App {
    /// Signs with this key from now on. The first call counts.
    pub fn sign_with(&self, signing: Signing) {
        // Whoever calls twice means the same key.
        let _ = self.shared.signing.set(signing);
    }

    /// Signs until the application shuts down, and then once more.
    pub fn spawn_signer(&self) {
        self.shared.signer.store(true, Ordering::Relaxed);
        let (app, mut stopping) = (self.clone(), self.shared.stopping.subscribe());
        tokio::spawn(async move {
            let mut told = None;
            loop {
                let trouble = match app.sign(false).await {
                    Ok(Signed::OtherKey(key)) => Some(format!("the record's key is {key}")),
                    Ok(_) => None,
                    Err(error) => Some(error.to_string()),
                };
                // Once for each trouble, not every second.
                if let Some(why) = trouble.as_ref().filter(|_| trouble != told) {
                    tracing::warn!(why, "the log is not signed");
                }
                told = trouble;
                tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    _ = stopping.wait_for(|stop| *stop) => break,
                }
            }
        });
    }

    /// Signs the head of the log if it has grown; `at_once` asks not how long ago the last time was.
    ///
    /// A log that does not extend the last checkpoint is never signed: somebody has written into the
    /// tables.
    pub async fn sign(&self, at_once: bool) -> Result<Signed> {
        let Some(Signing { key, every }) = self.shared.signing.get() else {
            return Ok(Signed::NoKey);
        };
        // Whoever asks for it learns of another key even where there is nothing to sign.
        if at_once && let Some(other) = self.other_key(key).await? {
            return Ok(Signed::OtherKey(other));
        }
        let head = self.store().log_head().await?;
        let last = self.store().last_checkpoint().await?;
        let now = self.now();
        let since = if at_once { chrono::DateTime::<chrono::Utc>::MAX_UTC } else { now - *every };
        let early = last.as_ref().is_some_and(|last| last.at > since);
        let signed = last.as_ref().map_or(0, |last| last.size);
        if early || head.position <= signed {
            return Ok(Signed::Before(last));
        }
        if let Some(other) = self.other_key(key).await? {
            return Ok(Signed::OtherKey(other));
        }
        self.extends(last.as_ref(), head).await?;
        let note = Checkpoint::signed(head.position, head.root, key).to_string();
        let new = NewCheckpoint { size: head.position, root: head.root, note, at: now };
        let kept = self.store().add_checkpoint(&new, since).await?;
        let last = self.store().last_checkpoint().await?;
        Ok(match last {
            Some(last) if kept => Signed::Now(last),
            last => Signed::Before(last),
        })
    }

    /// From now on the record is signed with this key. Servers that hold the one before sign nothing
    /// more, and say so.
    pub async fn take_up_key(&self, key: &PublicKey) -> Result<()> {
        let key = key.to_string();
        if self.store().log_key().await?.as_ref() != Some(&key) {
            self.store().add_log_key(&key).await?;
        }
        Ok(())
    }

    /// The key of this record, unless it is ours; a record without a key gets ours.
    async fn other_key(&self, key: &SecretKey) -> Result<Option<String>> {
        let ours = key.public().to_string();
        if self.store().log_key().await?.is_none() {
            self.store().add_log_key(&ours).await?;
        }
        Ok(self.store().log_key().await?.filter(|stored| *stored != ours))
    }

    /// The stored leaves add up to the head, and the head extends what was signed before.
    async fn extends(
        &self,
        last: Option<&StoredCheckpoint>,
        head: sluicegate_store::LogHead,
    ) -> Result<()> {
        self.store().grow_tree().await?;
        let mut tree = self.store().tree(head.position);
        if tree.root().await? != head.root {
            let why = "the head of the log is not that of its leaves: see `sluicegate verify`";
            return Err(AppError::internal(why));
        }
        let Some(last) = last else { return Ok(()) };
        let parts = proof::consistency(last.size, head.position).unwrap_or_default();
        let proof = tree.proof(&parts).await?;
        let (old, new) = ((last.size, &last.root), (head.position, &head.root));
        if proof::extends(old, new, &proof) {
            return Ok(());
        }
        let why = format!("the log is not the one that was signed at {}", last.size);
        Err(AppError::internal(why + ": see `sluicegate verify`"))
    }
}
