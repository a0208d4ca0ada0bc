//! Whole stories, told through the real interfaces.

mod differential;
mod field;
mod house;
mod manager;
mod marketer;
mod page;
#[path = "../../crates/core/tests/rules/random.rs"]
mod random;
mod server;
mod tutorial;
