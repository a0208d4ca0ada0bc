//! What a witness is asked, and what is kept of its answer.

use chrono::DateTime;
use sluicegate_core::audit::{AddCheckpoint, Note, PublicKey, Signature, cosigned_at};
use sluicegate_store::Cosigned;

use crate::{
    app::App,
    error::{AppError, Result},
};

/// A request that is to be sent to a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Of the log that is to be signed.
    pub size: u64,
    /// The body of `add-checkpoint`.
    pub body: String,
}

impl App {
    /// What to ask a witness; none when it has signed the last checkpoint. `old` is the size that it
    /// says to have signed last; without it, the one that we know of.
    pub async fn ask_witness(
        &self,
        witness: &PublicKey,
        old: Option<u64>,
    ) -> Result<Option<Asked>> {
        let Some(last) = self.store().last_checkpoint().await? else { return Ok(None) };
        let key = witness.to_string();
        if last.cosignatures.iter().any(|cosigned| cosigned.witness == key) {
            return Ok(None);
        }
        let old = match old {
            Some(old) => old,
            None => self.store().last_cosigned(&key).await?,
        };
        if old > last.size {
            let why = format!(
                "the witness {} has signed {old} events, and the log has {}: it was put back",
                witness.name(),
                last.size
            );
            return Err(AppError::internal(why));
        }
        let proof = self.proof_to(old, last.size).await?;
        let note: Note = last.note.parse().map_err(AppError::internal)?;
        let body = AddCheckpoint { old, proof, note }.to_string();
        Ok(Some(Asked { size: last.size, body }))
    }

    /// Keeps the lines of an answer that are this witness's. False: there is none.
    pub async fn witnessed(&self, witness: &PublicKey, size: u64, answer: &str) -> Result<bool> {
        let checkpoint = self.store().checkpoint(size).await?;
        let checkpoint = checkpoint.ok_or(AppError::NotFound("checkpoint"))?;
        let note: Note = checkpoint.note.parse().map_err(AppError::internal)?;
        for line in answer.lines() {
            let Ok(signature) = line.parse::<Signature>() else { continue };
            let at = cosigned_at(&note.text, witness, &signature);
            let at = at.and_then(|at| i64::try_from(at).ok());
            let Some(at) = at.and_then(|at| DateTime::from_timestamp(at, 0)) else { continue };
            let (witness, line) = (witness.to_string(), signature.to_string());
            self.store().add_cosignature(size, &Cosigned { witness, line, at }).await?;
            return Ok(true);
        }
        Ok(false)
    }
}
