//! The API from the outside, in one process.
#![expect(clippy::unwrap_used, reason = "a failed test is a failed test")]

mod bad_input;
mod conventions;
mod document;
mod language;
mod limits;
mod problems_page;
mod story;
mod support;
