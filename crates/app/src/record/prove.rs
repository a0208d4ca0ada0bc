//! Checkpoints, and proofs that an event is in the log and that the log has only grown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    audit::{base64, hashes_to_base64},
    digest::Digest,
    merkle::{Hash, proof},
};
use sluicegate_store::{EventFilter, StoredCheckpoint};

use crate::{
    app::App,
    error::{AppError, Result},
    request::Caller,
};

/// A signed head of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckpointView {
    /// How many events, which is the position of the last one.
    pub size: u64,
    pub root: Digest,
    pub at: DateTime<Utc>,
    /// The signed note, with the lines of all witnesses.
    pub note: String,
    pub witnesses: Vec<CosignatureView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CosignatureView {
    pub key: String,
    pub at: DateTime<Utc>,
}

/// With which key checkpoints are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyView {
    pub key: String,
    /// The size of the log when the key was taken up.
    pub since: u64,
}

/// That an event is in the log, with all that is needed to check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofView {
    pub position: u64,
    /// Of the log at the checkpoint.
    pub size: u64,
    /// The exact text that was hashed.
    pub record: String,
    pub leaf: Digest,
    /// RFC 6962 inclusion proof, as base 64.
    pub hashes: Vec<String>,
    pub checkpoint: CheckpointView,
}

/// That a log of one size is the beginning of the log of another size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsistencyView {
    pub from: u64,
    pub to: u64,
    pub from_root: Digest,
    pub to_root: Digest,
    /// RFC 6962 consistency proof, as base 64.
    pub hashes: Vec<String>,
}

impl From<StoredCheckpoint> for CheckpointView {
    fn from(stored: StoredCheckpoint) -> Self {
        let note = stored.full_note();
        let seen = stored.cosignatures.into_iter();
        let witnesses = seen.map(|one| CosignatureView { key: one.witness, at: one.at }).collect();
        let StoredCheckpoint { size, root, at, .. } = stored;
        Self { size, root: Digest::new(root), at, note, witnesses }
    }
}

fn written(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| base64(hash)).collect()
}

impl App {
    /// The keys of the record, the one that signs now last.
    pub async fn record_keys(&self) -> Result<Vec<KeyView>> {
        let keys = self.store().log_keys().await?.into_iter();
        Ok(keys.map(|(since, key)| KeyView { key, since }).collect())
    }

    /// Checkpoints, the largest first, of logs smaller than `before`.
    pub async fn checkpoints(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<CheckpointView>> {
        let found = self.store().checkpoints_before(before, limit).await?;
        Ok(found.into_iter().map(CheckpointView::from).collect())
    }

    pub async fn last_checkpoint(&self) -> Result<CheckpointView> {
        let last = self.store().last_checkpoint().await?;
        last.map(CheckpointView::from).ok_or(AppError::NotFound("checkpoint"))
    }

    /// Proves an event that the caller may read, against the checkpoint of this size or the last.
    pub async fn event_proof(
        &self,
        caller: &Caller,
        position: u64,
        size: Option<u64>,
    ) -> Result<ProofView> {
        let none = || AppError::NotFound("event");
        let before = position.checked_sub(1).ok_or_else(none)?;
        let seen = self.events(caller, before, EventFilter::default(), 1).await?.events.pop();
        if !seen.is_some_and(|event| event.position == position && !event.withheld) {
            return Err(none());
        }
        let checkpoint = match size {
            Some(size) => self.store().checkpoint(size).await?,
            None => self.store().last_checkpoint().await?,
        };
        let checkpoint = checkpoint.filter(|checkpoint| checkpoint.size >= position);
        let checkpoint = checkpoint.ok_or(AppError::NotFound("checkpoint"))?;
        let leaf = self.store().leaves(before, 1).await?.pop().ok_or_else(none)?;
        let parts = proof::inclusion(before, checkpoint.size).ok_or_else(none)?;
        self.store().grow_tree().await?;
        let hashes = self.store().tree(checkpoint.size).proof(&parts).await?;
        Ok(ProofView {
            position,
            size: checkpoint.size,
            record: leaf.record,
            leaf: Digest::new(leaf.hash),
            hashes: written(&hashes),
            checkpoint: checkpoint.into(),
        })
    }

    /// Proves that the log has only grown between two sizes, up to the last checkpoint.
    pub async fn consistency(&self, from: u64, to: Option<u64>) -> Result<ConsistencyView> {
        let last = self.last_checkpoint().await?.size;
        let to = to.unwrap_or(last);
        let within = (to <= last).then(|| proof::consistency(from, to)).flatten();
        let parts = within.ok_or(AppError::NotFound("checkpoint"))?;
        self.store().grow_tree().await?;
        let mut tree = self.store().tree(to);
        Ok(ConsistencyView {
            from,
            to,
            from_root: Digest::new(self.store().tree(from).root().await?),
            to_root: Digest::new(tree.root().await?),
            hashes: written(&tree.proof(&parts).await?),
        })
    }

    /// The proof from a size that a witness knows.
    pub(super) async fn proof_to(&self, from: u64, to: u64) -> Result<Vec<Hash>> {
        let parts = proof::consistency(from, to).ok_or(AppError::NotFound("checkpoint"))?;
        self.store().grow_tree().await?;
        Ok(self.store().tree(to).proof(&parts).await?)
    }

    /// Only for the header of an export.
    pub(super) async fn peaks(&self, size: u64) -> Result<String> {
        Ok(hashes_to_base64(&self.store().tree(size).peaks().await?))
    }
}
