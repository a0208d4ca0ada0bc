//! Where tests find their PostgreSQL server.

/// The address of the private server, as a role that may create databases.
///
/// # Panics
/// When no server was started for this test run.
pub fn postgres_url() -> String {
    std::env::var("SLUICEGATE_TEST_POSTGRES")
        .expect("run `cargo xtask test`, which starts a private PostgreSQL")
}
