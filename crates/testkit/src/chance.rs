//! Chance without chance: every value is new, and none can be guessed by a test.

use std::sync::atomic::{AtomicU64, Ordering};

use sluicegate_app::Chance;
use uuid::Uuid;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Counts instead of throwing dice; unique within a test run.
pub const fn counted() -> Chance {
    Chance { salt, uuid, secret }
}

fn salt() -> [u8; 16] {
    u128::from(next()).to_be_bytes()
}

fn uuid() -> Uuid {
    Uuid::from_u128(u128::from(next()))
}

fn secret() -> [u8; 32] {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&next().to_be_bytes());
    bytes
}
