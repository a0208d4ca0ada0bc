//! The chores around the code: checks, generated files, migrations and a private PostgreSQL.

pub mod cluster;
pub mod commands;
pub mod migrations;
pub mod process;
pub mod provision;
pub mod tidy;
