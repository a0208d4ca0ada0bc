//! What an authenticator does, written once more so that the server is held against another hand.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// The code of a secret in base32 at a time.
///
/// # Panics
/// When the secret is no base32.
pub fn totp(secret: &str, at: DateTime<Utc>) -> String {
    let value = |letter| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
    let bits: Vec<String> = secret.chars().map(|letter| format!("{:05b}", value(letter))).collect();
    let bits = bits.concat();
    let byte = |bits: &[u8]| {
        let text = std::str::from_utf8(bits).expect("zeros and ones");
        u8::from_str_radix(text, 2).expect("eight bits")
    };
    let key: Vec<u8> = bits.as_bytes().chunks_exact(8).map(byte).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any length");
    mac.update(&(at.timestamp() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] % 16);
    let number = hash[from..from + 4].iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{:06}", number % (1 << 31) % 1_000_000)
}
