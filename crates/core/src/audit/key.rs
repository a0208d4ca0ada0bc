//! Keys of the record: whose signature a note carries (C2SP signed-note).

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{base64, from_base64, note::Signature};

/// What a key signs, which its id depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The text of a note, by the log.
    Note,
    /// That a checkpoint was seen at a time and extends all that was seen before, by a witness.
    Cosignature,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Note),
            4 => Some(Self::Cosignature),
            _ => None,
        }
    }
}

/// The text is not a key, or not one that it says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a public key is written NAME+ID+KEY, as `sluicegate audit key` prints it")]
    Public,
    #[error("a signing key is written PRIVATE+KEY+NAME+ID+KEY")]
    Secret,
    #[error("the key's id is not that of its name and its bytes")]
    Id,
    #[error("a key's name has no spaces and no plus, and is not empty")]
    Name,
}

/// What signatures are checked with; written as Go's `sumdb/note` writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    id: u32,
    kind: KeyKind,
    key: VerifyingKey,
}

/// What signs; kept secret.
#[derive(Clone)]
pub struct SecretKey {
    public: PublicKey,
    key: SigningKey,
}

fn named(name: &str) -> Result<String, KeyError> {
    let bad = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
    if name.is_empty() || name.len() > 200 || name.chars().any(bad) {
        return Err(KeyError::Name);
    }
    Ok(name.to_owned())
}

impl PublicKey {
    fn new(name: &str, kind: KeyKind, key: VerifyingKey) -> Result<Self, KeyError> {
        let mut hash = Sha256::new();
        hash.update(name);
        hash.update([b'\n', kind.byte()]);
        hash.update(key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Ok(Self { name: named(name)?, id: u32::from_be_bytes([a, b, c, d]), kind, key })
    }

    /// Who signs; of a log's key, the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }
    pub const fn id(&self) -> u32 {
        self.id
    }
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Does the signature say that it is this key's?
    pub fn made(&self, signature: &Signature) -> bool {
        signature.id == self.id && signature.name == self.name
    }

    /// Is it this key's signature over these bytes? Those that would also fit others are not.
    pub(super) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(bytes, &signature).is_ok())
    }
}

impl SecretKey {
    /// From 256 bits that nobody can guess.
    ///
    /// # Errors
    /// The name is none.
    pub fn new(name: &str, kind: KeyKind, seed: [u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(&seed);
        Ok(Self { public: PublicKey::new(name, kind, key.verifying_key())?, key })
    }

    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// As it is kept in a file.
    pub fn secret_text(&self) -> String {
        let PublicKey { name, id, kind, .. } = &self.public;
        format!("PRIVATE+KEY+{name}+{id:08x}+{}", keyed(*kind, self.key.as_bytes()))
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }
}

fn keyed(kind: KeyKind, bytes: &[u8; 32]) -> String {
    base64(&[&[kind.byte()], &bytes[..]].concat())
}

/// Name, id, kind and bytes of `NAME+ID+KEY`. A name has no plus, but base 64 has.
fn parts(text: &str) -> Option<(&str, u32, KeyKind, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if id.len() != 8 || !id.bytes().all(hex) {
        return None;
    }
    let key = from_base64(key)?;
    let (kind, bytes) = key.split_first()?;
    let id = u32::from_str_radix(id, 16).ok()?;
    Some((name, id, KeyKind::of(*kind)?, bytes.try_into().ok()?))
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, id, kind, key } = self;
        write!(f, "{name}+{id:08x}+{}", keyed(*kind, key.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the secret key of {}", self.public)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, kind, bytes) = parts(text.trim()).ok_or(KeyError::Public)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Public)?;
        let key = Self::new(name, kind, key)?;
        if key.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Secret)?;
        let (name, id, kind, seed) = parts(rest).ok_or(KeyError::Secret)?;
        let key = Self::new(name, kind, seed)?;
        if key.public.id == id { Ok(key) } else { Err(KeyError::Id) }
    }
}
