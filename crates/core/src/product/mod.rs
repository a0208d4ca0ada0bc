//! One product: its state, what happens to it, and how events make state.

mod event;
mod evolve;
mod migrated;
mod refs;
mod state;

pub use event::*;
pub use evolve::evolve;
pub use refs::*;
pub use state::*;
