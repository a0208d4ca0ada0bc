//! One file for each command.

pub mod bench;
pub mod ci;
pub mod crash_test;
pub mod dev;
pub mod explain;
pub mod fuzz_api;
pub mod generate;
pub mod new_migration;
pub mod record;
pub mod test;
pub mod tidy;
pub mod walk;
