//! Reads: each on a connection of its own, none inside a writer's transaction.

mod audit;
mod cursor;
mod directory;
mod entries;
mod events;
mod feedback;
mod gather;
mod inbox;
mod lists;
mod log;
mod products;

pub use audit::*;
pub use directory::*;
pub use entries::*;
pub use events::*;
pub use feedback::*;
pub use lists::*;
pub use log::*;
pub use products::*;

/// No read gives more than this at once.
const MOST: u32 = 1000;

pub(crate) fn limit(count: u32) -> i64 {
    count.clamp(1, MOST).into()
}

/// A page of a list, and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back to get what follows; none at the end. Opaque.
    pub next: Option<String>,
}
