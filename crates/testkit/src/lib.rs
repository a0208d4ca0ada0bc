//! Helpers for the tests of all crates; never part of the product.

mod postgres;

pub use postgres::postgres_url;
