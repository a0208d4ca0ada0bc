//! The record as it leaves the house: signed checkpoints, and files that verify without us.
//!
//! Formats are those of C2SP (signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness) where there is one.

mod before;
mod checkpoint;
pub mod file;
mod key;
mod note;
mod verifier;
mod witness;

pub use before::Before;
pub use checkpoint::{Checkpoint, CheckpointError, cosigned_at};
pub use key::{KeyError, KeyKind, PublicKey, SecretKey};
pub use note::{Note, NoteError, Signature};
pub use verifier::{Finding, Kind, Verified, Verifier};
pub use witness::{AddCheckpoint, Seen, WitnessRefusal};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::merkle::Hash;

/// Base 64 as RFC 4648 section 4 has it; what is read back must be written the same way.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Hashes in one text, one after the other.
pub fn hashes_to_base64(hashes: &[Hash]) -> String {
    base64(hashes.as_flattened())
}

pub fn hashes_from_base64(text: &str) -> Option<Vec<Hash>> {
    let bytes = from_base64(text)?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}
