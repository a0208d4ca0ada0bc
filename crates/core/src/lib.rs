//! The pure core of Sluicegate: it has no I/O, no clock and no randomness.

pub mod expr;
pub mod suggest;
