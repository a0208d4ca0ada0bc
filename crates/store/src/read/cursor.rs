//! Cursors: the sort columns of the last line, in hexadecimal so that they pass through URLs.

use serde::{Serialize, de::DeserializeOwned};

use super::Page;
use crate::{
    codec,
    error::{Result, StoreError},
};

pub(super) fn write<T: Serialize>(place: &T) -> Result<String> {
    Ok(codec::hex(codec::json(place)?.as_bytes()))
}

pub(super) fn read<T: DeserializeOwned>(cursor: &str) -> Result<T> {
    let bytes: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(StoreError::BadCursor)
}

/// The first `limit` items; a full page has a next one.
pub(super) fn page<T>(
    mut items: Vec<T>,
    limit: i64,
    cursor: impl Fn(&T) -> Result<String>,
) -> Result<Page<T>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    items.truncate(limit);
    let full = items.len() == limit;
    let next = items.last().filter(|_| full).map(cursor).transpose()?;
    Ok(Page { items, next })
}
