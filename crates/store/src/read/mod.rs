//! Reads: each on a connection of its own, none inside a writer's transaction.

mod directory;
mod events;
mod inbox;
mod log;
mod products;

pub use directory::*;
pub use events::*;
pub use inbox::*;
pub use log::*;
pub use products::*;

/// A page of a list, and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back to get what follows; none at the end. Opaque.
    pub next: Option<String>,
}
