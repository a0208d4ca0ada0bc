//! How states and records are written down.

use serde::{Deserialize, Serialize};
use sluicegate_core::{digest::Digest, intake::Entry, product::Product};

use crate::error::{Result, StoreError};

/// Smaller states are not worth compressing.
const COMPRESS_FROM: usize = 512;
/// No state is larger than this many bytes; a corrupt size must not eat the memory.
const STATE_LIMIT: usize = 64 * 1024 * 1024;
/// The first byte says how the rest is to be read.
const PLAIN: u8 = 1;
const LZ4: u8 = 2;

/// Version byte, then JSON, compressed when that pays.
pub(crate) fn encode_state(product: &Product) -> Result<Vec<u8>> {
    let mut bytes = vec![PLAIN];
    serde_json::to_writer(&mut bytes, product).map_err(internal)?;
    if bytes.len() > COMPRESS_FROM {
        let packed = lz4_flex::compress_prepend_size(&bytes[1..]);
        bytes.truncate(1);
        bytes[0] = LZ4;
        bytes.extend(packed);
    }
    Ok(bytes)
}

pub(crate) fn decode_state(id: &str, version: i64, bytes: &[u8]) -> Result<Product> {
    let corrupt = |why: String| StoreError::corrupt("product.state", id, why);
    let json = match bytes.split_first() {
        Some((&PLAIN, json)) => std::borrow::Cow::Borrowed(json),
        Some((&LZ4, packed)) => unpack(packed).map_err(corrupt)?.into(),
        Some((other, _)) => return Err(corrupt(format!("no encoding has the number {other}"))),
        None => return Err(corrupt("it is empty".into())),
    };
    let product: Product =
        serde_json::from_slice(&json).map_err(|error| corrupt(error.to_string()))?;
    if product.id.to_string() != id || i64::from(product.version) != version {
        return Err(corrupt(format!(
            "it is that of {} at version {}",
            product.id, product.version
        )));
    }
    Ok(product)
}

/// Reads a row of `entry`.
pub(crate) fn entry(row: &crate::db::Row) -> Result<Entry> {
    let (id, version) = (row.text("entry.id")?, row.i64("entry.version")?);
    let entry: Entry = from_json("entry.state", id, row.text("entry.state")?)?;
    if entry.id().to_string() != id || i64::from(entry.version()) != version {
        let why = format!("it is that of {} at version {}", entry.id(), entry.version());
        return Err(StoreError::corrupt("entry.state", id, why));
    }
    Ok(entry)
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let (size, packed) = packed.split_first_chunk().ok_or("its size is missing")?;
    let size = u32::from_le_bytes(*size) as usize;
    if size > STATE_LIMIT {
        return Err(format!("its size of {size} bytes is beyond belief"));
    }
    lz4_flex::block::decompress(packed, size).map_err(|error| error.to_string())
}

/// Rows for a statement, as one JSON text.
pub(crate) fn json<T: Serialize + ?Sized>(rows: &T) -> Result<String> {
    serde_json::to_string(rows).map_err(internal)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(digits).collect()
}

pub(crate) fn digest(column: &'static str, row: &str, bytes: &[u8]) -> Result<Digest> {
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| StoreError::corrupt(column, row, format!("{} bytes long", bytes.len())))?;
    Ok(Digest::new(bytes))
}

/// Reads a text column as what it means.
pub(crate) fn parse<T: std::str::FromStr>(
    column: &'static str,
    row: &str,
    text: &str,
) -> Result<T> {
    text.parse().map_err(|_| StoreError::corrupt(column, row, format!("`{text}`")))
}

pub(crate) fn from_json<'a, T: Deserialize<'a>>(
    column: &'static str,
    row: &str,
    text: &'a str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(column, row, error))
}

pub(crate) fn internal(error: impl std::fmt::Display) -> StoreError {
    StoreError::Internal(error.to_string())
}
