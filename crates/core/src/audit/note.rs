//! Signed notes: a text, a blank line, and a line for each signature (C2SP signed-note).

use std::{fmt, str::FromStr};

use super::{
    base64, from_base64,
    key::{KeyKind, PublicKey, SecretKey},
};

/// More signatures than anybody has witnesses.
const MOST: usize = 64;

/// A text with its signatures; nothing of it counts before one of them is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// With its last newline.
    pub text: String,
    pub signatures: Vec<Signature>,
}

/// Who says to have signed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: String,
    pub id: u32,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("it is no signed note: a text, a blank line, and signatures that begin with a dash")]
    Shape,
    #[error("no signature in it is of the given key")]
    Unsigned,
    #[error("the signature is not that of the given key over this text")]
    Forged,
}

impl Note {
    /// Signs a text, which ends in a newline and has no blank line at its end.
    pub fn sign(text: String, key: &SecretKey) -> Self {
        let public = key.public();
        let bytes = key.sign(text.as_bytes()).to_vec();
        let signature = Signature { name: public.name().to_owned(), id: public.id(), bytes };
        Self { text, signatures: vec![signature] }
    }

    /// # Errors
    /// The key has not signed this text.
    pub fn check(&self, key: &PublicKey) -> Result<(), NoteError> {
        let mut made = self.signatures.iter().filter(|signature| key.made(signature)).peekable();
        if made.peek().is_none() {
            return Err(NoteError::Unsigned);
        }
        let fits = |signature: &Signature| match key.kind() {
            KeyKind::Note => key.signed(self.text.as_bytes(), &signature.bytes),
            KeyKind::Cosignature => super::cosigned_at(&self.text, key, signature).is_some(),
        };
        if made.all(fits) { Ok(()) } else { Err(NoteError::Forged) }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.bytes].concat();
        writeln!(f, "— {} {}", self.name, base64(&bytes))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

impl FromStr for Signature {
    type Err = NoteError;
    /// Reads one line, without its newline.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        let read = || {
            let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = from_base64(bytes)?;
            let (id, bytes) = bytes.split_first_chunk()?;
            let bad = |letter: char| letter.is_whitespace() || letter == '+';
            let fits = !name.is_empty() && !name.chars().any(bad) && !bytes.is_empty();
            let (name, id) = (name.to_owned(), u32::from_be_bytes(*id));
            fits.then(|| Self { name, id, bytes: bytes.to_vec() })
        };
        read().ok_or(NoteError::Shape)
    }
}

impl FromStr for Note {
    type Err = NoteError;
    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') || !note.ends_with('\n') {
            return Err(NoteError::Shape);
        }
        let blank = note.rfind("\n\n").ok_or(NoteError::Shape)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let signatures: Vec<Signature> = lines.lines().map(str::parse).collect::<Result<_, _>>()?;
        if signatures.is_empty() || signatures.len() > MOST {
            return Err(NoteError::Shape);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }
}
