//! `cargo xtask tidy`: what the compiler does not check.

use crate::process::{Outcome, root};

pub fn run() -> Outcome {
    crate::tidy::check(&root()?)
}
