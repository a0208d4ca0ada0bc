//! Whole stories, told through the real interfaces.

mod company;
mod differential;
mod erasure;
mod field;
mod house;
mod manager;
mod marketer;
mod page;
#[path = "../../crates/core/tests/rules/random.rs"]
mod random;
mod server;
mod signing;
mod strategy;
mod tutorial;
mod versions;
