//! Helpers for the tests of all crates; never part of the product.

mod app;
pub mod chance;
mod home;
mod postgres;
mod signing;
mod totp;

pub use app::TestApp;
pub use home::Home;
pub use postgres::postgres_url;
pub use signing::signed;
pub use totp::totp;
