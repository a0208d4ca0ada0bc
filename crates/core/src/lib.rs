//! The pure core of Sluicegate: what a workflow is, what may happen to a product, and why not.
//! It has no I/O, no clock and no randomness.

pub mod access;
pub mod audit;
pub mod clocks;
pub mod definition;
pub mod digest;
pub mod directory;
pub mod expr;
pub mod id;
pub mod intake;
pub mod key;
pub mod merkle;
pub mod organisation;
pub mod product;
pub mod rules;
pub mod search;
pub mod suggest;
pub mod text;
