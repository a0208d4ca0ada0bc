//! Whole stories, told through the real interfaces.

mod differential;
#[path = "../../crates/core/tests/rules/random.rs"]
mod random;
