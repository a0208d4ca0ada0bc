//! The API from the outside, in one process.
#![expect(clippy::unwrap_used, reason = "a failed test is a failed test")]

mod access;
mod bad_input;
mod conventions;
mod delegations;
mod document;
mod factor;
mod language;
mod limits;
mod lists;
mod problems_page;
mod search;
mod story;
mod support;
