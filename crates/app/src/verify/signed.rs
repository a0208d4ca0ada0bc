//! What was signed is what the log still says, and the subtrees that proofs are made of are its own.

use std::collections::VecDeque;

use sluicegate_core::{
    audit::{Checkpoint, Note, PublicKey},
    digest::Digest,
    merkle::{
        Frontier, Hash,
        proof::{Subtree, root_of},
    },
};
use sluicegate_store::{StoreError, StoredCheckpoint, Tree};

use super::{PART, Walk};
use crate::error::Result;

/// Leaves below a stored node, and nodes below the next.
const FAN: usize = 256;
const STEP: u32 = 8;

/// The checkpoints ahead of the walk, and the rows that are not full yet.
pub(super) struct Ahead<'a> {
    keys: Vec<PublicKey>,
    checkpoints: VecDeque<StoredCheckpoint>,
    /// The size of the last one that was read.
    read: u64,
    tree: Tree<'a>,
    rows: Vec<Vec<Hash>>,
}

impl<'a> Walk<'a> {
    pub(super) async fn ahead(&mut self, size: u64) -> Result<Ahead<'a>> {
        if let Err(error) = self.store.grow_tree().await {
            self.corrupt(error)?;
        }
        let mut keys = Vec::new();
        match self.store.log_keys().await {
            Ok(stored) => {
                for (since, key) in stored {
                    match key.parse() {
                        Ok(key) => keys.push(key),
                        Err(error) => self.differs("log_key", since, format!("{error}")),
                    }
                }
            }
            Err(error) => self.corrupt(error)?,
        }
        let (checkpoints, tree) = (VecDeque::new(), self.store.tree(size));
        Ok(Ahead { keys, checkpoints, read: 0, tree, rows: vec![Vec::new()] })
    }

    /// After each leaf.
    pub(super) async fn pass(
        &mut self,
        ahead: &mut Ahead<'a>,
        frontier: &Frontier,
        leaf: Hash,
    ) -> Result<()> {
        if let Some(row) = ahead.rows.first_mut() {
            row.push(leaf);
        }
        if frontier.size().is_multiple_of(FAN as u64) {
            self.nodes(ahead, frontier.size()).await?;
        }
        if ahead.checkpoints.is_empty() && ahead.read < u64::MAX {
            match self.store.checkpoints_after(ahead.read, PART).await {
                Ok(found) => {
                    ahead.read = found.last().map_or(u64::MAX, |last| last.size);
                    ahead.checkpoints = found.into();
                }
                Err(error) => {
                    ahead.read = u64::MAX;
                    self.corrupt(error)?;
                }
            }
        }
        let reached = |next: &mut StoredCheckpoint| next.size <= frontier.size();
        while let Some(next) = ahead.checkpoints.pop_front_if(reached) {
            self.checkpoint(&ahead.keys, &next, frontier);
        }
        Ok(())
    }

    /// Whatever was signed is still there. The log may have grown meanwhile, and been signed anew.
    pub(super) async fn behind(&mut self, ahead: &Ahead<'_>) -> Result<()> {
        let Some(next) = ahead.checkpoints.front() else { return Ok(()) };
        match self.store.log_head().await {
            Ok(head) if next.size > head.position => {
                let what =
                    format!("it is of {} events, and the log has {}", next.size, head.position);
                self.differs("checkpoint", next.size, what);
            }
            Ok(_) => {}
            Err(error) => self.corrupt(error)?,
        }
        Ok(())
    }

    async fn nodes(&mut self, ahead: &mut Ahead<'_>, size: u64) -> Result<()> {
        for level in 0.. {
            let Some(row) = ahead.rows.get_mut(level) else { return Ok(()) };
            if row.len() < FAN {
                return Ok(());
            }
            let height = STEP * (u32::try_from(level).unwrap_or_default() + 1);
            let (hash, start) = (root_of(std::mem::take(row)), size - (1 << height));
            let name = format!("{height}, {}", start >> height);
            match ahead.tree.row(Subtree { start, height }, height).await {
                Ok(stored) if stored == [hash] => {}
                Ok(_) => self.differs("tree_node", name, "it is not the hash of what is below it"),
                Err(StoreError::Corrupt { why, .. }) => self.differs("tree_node", name, why),
                Err(error) => self.corrupt(error)?,
            }
            if ahead.rows.len() == level + 1 {
                ahead.rows.push(Vec::new());
            }
            ahead.rows[level + 1].push(hash);
        }
        Ok(())
    }

    fn checkpoint(&mut self, keys: &[PublicKey], found: &StoredCheckpoint, frontier: &Frontier) {
        let mut differs = |what: String| self.differs("checkpoint", found.size, what);
        if found.size != frontier.size() || found.root != frontier.root() {
            let root = Digest::new(found.root);
            differs(format!("{root} is not the root of the log at this size"));
        }
        let opened = found.note.parse::<Note>().map_err(|error| error.to_string());
        let opened = opened.and_then(|note| {
            let signed = keys.iter().map(|key| Checkpoint::open(&note, key));
            signed.reduce(Result::or).map_or_else(
                || Err("there is no key to check its signature with".to_owned()),
                |opened| opened.map_err(|error| error.to_string()),
            )
        });
        match opened {
            Ok(signed) if signed.size == found.size && signed.root == found.root => {}
            Ok(_) => differs("the note is that of another checkpoint".into()),
            Err(error) => differs(error),
        }
        for cosigned in &found.cosignatures {
            let key = cosigned.witness.parse::<PublicKey>().ok();
            let line = cosigned.line.trim_end().parse().ok();
            let text = found.note.parse::<Note>().map(|note| note.text).ok();
            let at = key.zip(line).zip(text).and_then(|((key, line), text)| {
                sluicegate_core::audit::cosigned_at(&text, &key, &line)
            });
            if at.and_then(|at| i64::try_from(at).ok()) != Some(cosigned.at.timestamp()) {
                let row = format!("{}, {}", found.size, cosigned.witness);
                self.differs("cosignature", row, "it is not the witness's over this checkpoint");
            }
        }
    }
}
