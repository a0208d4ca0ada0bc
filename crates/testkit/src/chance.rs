//! Chance without chance: every value is new, and a thread that starts anew counts anew.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
};

use sluicegate_app::Chance;
use uuid::Uuid;

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// Set by [`repeatable`]: this thread counts for itself.
    static OWN: Cell<Option<u64>> = const { Cell::new(None) };
}

fn next() -> u64 {
    match OWN.get() {
        Some(next) => {
            OWN.set(Some(next + 1));
            next
        }
        None => NEXT.fetch_add(1, Ordering::Relaxed),
    }
}

/// From now on this thread gets the same values whenever it runs, so that two histories can be
/// compared to the byte. Only for an application whose runtime stays on this thread.
pub fn repeatable() {
    OWN.set(Some(1));
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
