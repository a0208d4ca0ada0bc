//! The rules of the organisation: who may change people, roles, portfolios, tokens and workflows,
//! how they sign in, what is erased, who stands in for whom, and who may read what. Administrators do;
//! everyone looks after their own tokens, password and absence.

mod access;
mod command;
mod delegation;
mod erasure;
mod judge;
mod password;
mod portfolio;
mod profile;
mod reading;
#[cfg(test)]
mod tests;

pub use command::Command;
pub use erasure::may_store;
pub use judge::{Context, decide};
pub use password::{Words, password_problem, prepared, sign_in_name};
pub use profile::profile;
pub(crate) use profile::{LONGEST, printable};
pub use reading::{
    at_home, may_audit, may_know_why, may_manage_tokens, may_read, may_read_as, may_read_product,
    readable, reads_everything,
};
