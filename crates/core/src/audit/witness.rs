//! What a witness is asked, and what it answers (C2SP tlog-witness, `add-checkpoint`).

use std::{fmt, str::FromStr};

use super::{
    base64,
    checkpoint::{Checkpoint, CheckpointError},
    from_base64,
    key::PublicKey,
    note::{Note, NoteError},
};
use crate::merkle::{Hash, proof};

/// As the specification allows.
const MOST_HASHES: usize = 63;

/// A log asks a witness to sign its new head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness has signed last, as the log believes.
    pub old: u64,
    /// From there to the new head.
    pub proof: Vec<Hash>,
    pub note: Note,
}

/// The newest head of a log that a witness has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub root: Hash,
}

/// Why a witness does not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessRefusal {
    #[error("the request is a line with the old size, a proof, a blank line and a checkpoint")]
    Malformed,
    #[error("this witness does not know the log")]
    UnknownLog,
    #[error("the checkpoint is not signed by the log's key")]
    Untrusted,
    #[error("this witness has seen the log at size {size}")]
    Conflict { size: u64 },
    #[error("the log at this size was another one before: it has been forked")]
    Fork { size: u64 },
    #[error("the new log is not the old one with more appended")]
    Inconsistent,
}

impl WitnessRefusal {
    /// The HTTP status that the specification names.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::UnknownLog => 404,
            Self::Untrusted => 403,
            Self::Conflict { .. } | Self::Fork { .. } => 409,
            Self::Inconsistent => 422,
        }
    }
}

impl AddCheckpoint {
    /// Which log it is about, before anything is believed.
    pub fn origin(&self) -> Option<&str> {
        self.note.text.lines().next()
    }

    /// What to sign, given what was signed last.
    ///
    /// # Errors
    /// It does not follow from that, or is not the log's own.
    pub fn judge(
        &self,
        keys: &[PublicKey],
        seen: Option<Seen>,
    ) -> Result<Checkpoint, WitnessRefusal> {
        let origin = self.origin().ok_or(WitnessRefusal::Malformed)?;
        // A log that has changed its key has two of one name for a while.
        let known = keys.iter().filter(|key| key.name() == origin);
        let opened = known.map(|key| Checkpoint::open(&self.note, key)).reduce(Result::or);
        let new = opened.ok_or(WitnessRefusal::UnknownLog)?.map_err(|error| match error {
            CheckpointError::Shape => WitnessRefusal::Malformed,
            CheckpointError::Note(_) | CheckpointError::Origin => WitnessRefusal::Untrusted,
        })?;
        if self.old > new.size {
            return Err(WitnessRefusal::Malformed);
        }
        let empty = Seen { size: 0, root: crate::merkle::empty_root() };
        let seen = seen.unwrap_or(empty);
        if self.old != seen.size {
            return Err(WitnessRefusal::Conflict { size: seen.size });
        }
        if new.size == seen.size && new.root != seen.root {
            return Err(WitnessRefusal::Fork { size: seen.size });
        }
        if proof::extends((seen.size, &seen.root), (new.size, &new.root), &self.proof) {
            Ok(new)
        } else {
            Err(WitnessRefusal::Inconsistent)
        }
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", base64(hash)))?;
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for AddCheckpoint {
    type Err = NoteError;
    fn from_str(body: &str) -> Result<Self, NoteError> {
        let (head, note) = body.split_once("\n\n").ok_or(NoteError::Shape)?;
        let mut lines = head.split('\n');
        let first = lines.next().and_then(|line| line.strip_prefix("old "));
        let old: u64 = first.and_then(|old| old.parse().ok()).ok_or(NoteError::Shape)?;
        if first.is_some_and(|text| text != old.to_string()) {
            return Err(NoteError::Shape);
        }
        let hash = |line| from_base64(line).and_then(|bytes| Hash::try_from(bytes).ok());
        let proof: Option<Vec<Hash>> = lines.map(hash).collect();
        let proof = proof.filter(|proof| proof.len() <= MOST_HASHES).ok_or(NoteError::Shape)?;
        Ok(Self { old, proof, note: note.parse()? })
    }
}
