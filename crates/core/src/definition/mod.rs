//! The definition language: from a YAML file to a checked, immutable [`Definition`].

pub mod calendar;
pub mod form;
mod model;
pub mod span;

pub use model::*;
