//! One file for each command.

pub mod ci;
pub mod dev;
pub mod generate;
pub mod new_migration;
pub mod test;
pub mod tidy;
pub mod walk;
