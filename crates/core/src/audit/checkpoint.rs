//! Checkpoints: how large a log is and what its root is (C2SP tlog-checkpoint), and what witnesses
//! say of them (C2SP tlog-cosignature).

use super::{
    base64, from_base64,
    key::{KeyKind, PublicKey, SecretKey},
    note::{Note, NoteError, Signature},
};
use crate::merkle::Hash;

/// The head of a log's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// How many leaves, which is the position of the last event.
    pub size: u64,
    pub root: Hash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error("a checkpoint is the origin, the size and the root, each on a line")]
    Shape,
    #[error("the checkpoint is of another log than the key")]
    Origin,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, base64(&self.root))
    }

    /// Signs for the log whose key it is.
    pub fn signed(size: u64, root: Hash, key: &SecretKey) -> Note {
        let origin = key.public().name().to_owned();
        Note::sign(Self { origin, size, root }.text(), key)
    }

    /// Reads the text of a note, which nobody has checked. Extension lines are part of what is
    /// signed, and nothing that we know.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        let root = from_base64(root)?.try_into().ok()?;
        let fits = !origin.is_empty() && number.to_string() == size;
        let fits = fits && lines.all(|line| !line.is_empty());
        fits.then(|| Self { origin: origin.to_owned(), size: number, root })
    }

    /// Reads a note that the log's key has signed.
    ///
    /// # Errors
    /// It has not, or it is no checkpoint of this log.
    pub fn open(note: &Note, key: &PublicKey) -> Result<Self, CheckpointError> {
        note.check(key)?;
        let checkpoint = Self::read(&note.text).ok_or(CheckpointError::Shape)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }
}

/// What a witness signs: that it saw the note, when, and nothing that contradicts it.
fn witnessed(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

impl Note {
    /// A witness's signature over a checkpoint, at a time in seconds since 1970.
    pub fn cosign(&self, seconds: u64, key: &SecretKey) -> Signature {
        let signed = key.sign(witnessed(seconds, &self.text).as_bytes());
        let bytes = [&seconds.to_be_bytes()[..], &signed].concat();
        Signature { name: key.public().name().to_owned(), id: key.public().id(), bytes }
    }
}

/// When this witness has signed this checkpoint, in seconds since 1970; none if it has not.
pub fn cosigned_at(text: &str, key: &PublicKey, signature: &Signature) -> Option<u64> {
    let (seconds, signed) = signature.bytes.split_first_chunk()?;
    let seconds = u64::from_be_bytes(*seconds);
    let fits = key.kind() == KeyKind::Cosignature
        && key.made(signature)
        && key.signed(witnessed(seconds, text).as_bytes(), signed);
    fits.then_some(seconds)
}
