//! Bearer tokens: `sgt_` and 256 bits in base64url; only their SHA-256 is stored.

use sluicegate_core::digest::Digest;

const PREFIX: &str = "sgt_";
const LINK: &str = "sgl_";
const TRACKING: &str = "sgi_";
const SESSION: &str = "sgs_";
const INVITATION: &str = "sgv_";
/// 256 bits in base64url without padding.
const LENGTH: usize = 43;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes a secret as people copy it.
pub(crate) fn secret(bytes: [u8; 32]) -> String {
    written(PREFIX, bytes)
}

/// The secret in the address of an intake link.
pub(crate) fn link(bytes: [u8; 32]) -> String {
    written(LINK, bytes)
}

/// The secret with which a visitor follows an idea.
pub(crate) fn tracking(bytes: [u8; 32]) -> String {
    written(TRACKING, bytes)
}

/// The secret of a session.
pub(crate) fn session(bytes: [u8; 32]) -> String {
    written(SESSION, bytes)
}

/// The secret that lets a person set a password.
pub(crate) fn invitation(bytes: [u8; 32]) -> String {
    written(INVITATION, bytes)
}

fn written(prefix: &str, bytes: [u8; 32]) -> String {
    let mut text = String::with_capacity(prefix.len() + LENGTH);
    text.push_str(prefix);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let number = u32::from_be_bytes(group);
        for place in 0..=chunk.len() {
            let index = (number >> (18 - 6 * place)) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

/// Has it the shape of a secret? Anything else need not be looked up.
pub(crate) fn is_secret(text: &str) -> bool {
    has_shape(PREFIX, text)
}

pub(crate) fn is_link(text: &str) -> bool {
    has_shape(LINK, text)
}

pub(crate) fn is_tracking(text: &str) -> bool {
    has_shape(TRACKING, text)
}

pub(crate) fn is_session(text: &str) -> bool {
    has_shape(SESSION, text)
}

pub(crate) fn is_invitation(text: &str) -> bool {
    has_shape(INVITATION, text)
}

fn has_shape(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        rest.len() == LENGTH && rest.bytes().all(|byte| ALPHABET.contains(&byte))
    })
}

/// What is stored. A hash without salt is enough: nobody can guess 256 bits.
pub(crate) fn hash(secret: &str) -> Digest {
    Digest::of(secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_43_characters_of_base64url() {
        let zeros = secret([0; 32]);
        assert_eq!(zeros, format!("sgt_{}", "A".repeat(43)));
        assert_eq!(secret([255; 32]), format!("sgt_{}8", "_".repeat(42)));
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(0_u8..).for_each(|(byte, n)| *byte = n);
        // As `base64 | tr '+/' '-_' | tr -d =` writes the bytes 0 to 31.
        assert_eq!(secret(bytes), "sgt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        assert!(is_secret(&zeros));
    }

    #[test]
    fn other_texts_are_no_secrets() {
        for text in ["", "sgt_", "sgt_short", &format!("sgx_{}", "A".repeat(43))] {
            assert!(!is_secret(text), "{text}");
        }
        assert!(!is_secret(&format!("sgt_{}é", "A".repeat(41))));
    }
}
