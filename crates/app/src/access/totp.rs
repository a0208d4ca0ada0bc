//! One-time codes that change with time (RFC 6238): HMAC-SHA-1, six digits, thirty seconds.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

/// In seconds.
const STEP: i64 = 30;
/// Clocks may differ by so many steps, either way (RFC 6238, 5.2).
const DRIFT: i64 = 1;
const DIGITS: usize = 6;
/// RFC 4648; neither 0 nor 1, which are read as letters.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code as a number; none: it is no such code. People put a space in the middle.
pub(super) fn typed(code: &str) -> Option<u32> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let plain = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

/// The time step of which this is the code, as far as clocks may differ. The time that it takes does
/// not tell how near a guess was.
pub(super) fn step_of(secret: &[u8], code: u32, now: DateTime<Utc>) -> Option<i64> {
    let current = now.timestamp().div_euclid(STEP);
    let mut found = i64::MIN;
    for step in current - DRIFT..=current + DRIFT {
        let same = at_step(secret, step)?.ct_eq(&code);
        found.conditional_assign(&step, same);
    }
    (found != i64::MIN).then_some(found)
}

/// RFC 4226, 5.3.
fn at_step(secret: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0xf);
    let bytes = hash.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}

/// What an authenticator shows at this time; none: the secret is no base32.
pub fn one_time_code(secret: &str, at: DateTime<Utc>) -> Option<String> {
    let code = at_step(&bytes_of(secret)?, at.timestamp().div_euclid(STEP))?;
    Some(format!("{code:0DIGITS$}"))
}

/// The other way round; spaces and small letters are as people type them.
fn bytes_of(base32: &str) -> Option<Vec<u8>> {
    let letters = base32.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=');
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in letters {
        let place = ALPHABET.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        held = (held << 5 | u32::try_from(place).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Whole groups of five bytes, as people type them.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 5 * 8);
    for group in bytes.chunks_exact(5) {
        let mut wide = [0; 8];
        wide[3..].copy_from_slice(group);
        let number = u64::from_be_bytes(wide);
        for place in (0..8).rev() {
            let index = (number >> (5 * place)) & 31;
            text.push(char::from(ALPHABET[usize::try_from(index).unwrap_or_default()]));
        }
    }
    text
}

/// What an authenticator reads from a picture; the form is that of Google Authenticator's
/// "Key URI Format".
pub(super) fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (escaped(issuer), escaped(account));
    let secret = base32(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6\
         &period=30"
    )
}

/// RFC 3986: all but unreserved characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => {
                escaped.push('%');
                for digit in [byte >> 4, byte & 15] {
                    escaped.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of eight digits.
    const VECTORS: [(i64, u32); 6] = [
        (59, 287_082),
        (1_111_111_109, 81_804),
        (1_111_111_111, 50_471),
        (1_234_567_890, 5_924),
        (2_000_000_000, 279_037),
        (20_000_000_000, 353_130),
    ];
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (seconds, code) in VECTORS {
            assert_eq!(at_step(SECRET, seconds / STEP), Some(code), "{seconds}");
            assert_eq!(step_of(SECRET, code, at(seconds)), Some(seconds / STEP));
        }
        // RFC 4226, appendix D.
        let counted = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676];
        for (count, code) in (0..).zip(counted) {
            assert_eq!(at_step(SECRET, count), Some(code));
        }
    }

    #[test]
    fn clocks_may_differ_by_one_step_and_no_more() {
        let now = 1_234_567_890;
        let late = [(-31, false), (-30, true), (0, true), (59, true), (60, false)];
        for (seconds, found) in late {
            let step = step_of(SECRET, 5_924, at(now + seconds));
            assert_eq!(step.is_some(), found, "{seconds}");
        }
        assert_eq!(step_of(SECRET, 5_925, at(now)), None);
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_else_is() {
        assert_eq!((typed("005924"), typed(" 005 924 ")), (Some(5_924), Some(5_924)));
        for other in ["", "5924", "0059240", "+05924", "00592a", "٠٠٥٩٢٤"] {
            assert_eq!(typed(other), None, "{other}");
        }
    }

    #[test]
    fn a_secret_that_was_written_down_shows_the_same_codes() {
        let secret = base32(SECRET);
        assert_eq!(bytes_of(&secret).as_deref(), Some(SECRET));
        let typed = secret.to_lowercase().replace("GEZD", "gezd ");
        for (seconds, code) in VECTORS {
            assert_eq!(one_time_code(&typed, at(seconds)), Some(format!("{code:06}")));
        }
        // RFC 4648, section 10: what is left over is no byte.
        assert_eq!(bytes_of("MZXW6YQ=").as_deref(), Some(&b"foob"[..]));
        assert_eq!((bytes_of("MZXW0"), bytes_of("")), (None, None));
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        // RFC 4648, section 10.
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        let expected = "otpauth://totp/Sluicegate:%EA%B9%80%40example.com\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sluicegate&algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri(SECRET, "Sluicegate", "김@example.com"), expected);
    }
}
