//! Helpers for the tests of all crates; never part of the product.

mod app;
pub mod chance;
mod home;
mod postgres;
mod totp;

pub use app::TestApp;
pub use home::Home;
pub use postgres::postgres_url;
pub use totp::totp;
