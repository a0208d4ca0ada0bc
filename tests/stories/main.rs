//! Whole stories, told through the real interfaces.

mod differential;
mod erasure;
mod field;
mod house;
mod page;
#[path = "../../crates/core/tests/rules/random.rs"]
mod random;
mod server;
mod strategy;
mod tutorial;
mod versions;
