//! The use cases: each exists once; REST, pages, command line and timers call them.
//!
//! The only caller of `rules::decide`. Knows no HTTP and no SQL.

mod error;
mod request;

pub use error::{AppError, Kind};
pub use request::{Caller, Done, Request, Sealer};
