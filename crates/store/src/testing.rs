//! Databases for the tests of other crates, which cannot speak SQL themselves.

mod bulk;
mod lists;
mod others;
mod plans;
mod work;
mod world;

pub use lists::Figure;
pub use plans::{count_anew, plans, scans, whole_tables};
pub use world::fill;

use sqlx::{Connection as _, Executor as _};

/// What every list costs: so many pages of each.
///
/// # Errors
/// The database fails.
pub async fn measure(store: &crate::Store, pages: usize) -> crate::Result<Vec<Figure>> {
    let mut figures = lists::products(store, pages).await?;
    figures.extend(others::all(store, pages).await?);
    Ok(figures)
}

/// Creates a database on a cluster and gives its address.
///
/// # Panics
/// The cluster does not let us.
pub async fn create_database(cluster: &str, name: &str) -> String {
    run(cluster, &format!("create database {}", checked(name))).await;
    let server = cluster.rsplit_once('/').map_or(cluster, |(server, _)| server);
    format!("{server}/{name}")
}

/// Drops it, whoever is connected.
///
/// # Panics
/// The cluster does not let us.
pub async fn drop_database(cluster: &str, name: &str) {
    run(cluster, &format!("drop database {} with (force)", checked(name))).await;
}

/// Runs a test's own statements behind the store's back, one after the other.
///
/// # Panics
/// The database refuses them.
pub async fn tamper(store: &crate::Store, sql: &'static str) {
    let sql = crate::db::Sql { sqlite: sql, postgres: sql };
    let mut connection = store.shared.readers.acquire().await.expect("a connection");
    connection.conn().script(&sql).await.expect("the statements of the test");
}

fn checked(name: &str) -> &str {
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{name}");
    name
}

async fn run(cluster: &str, sql: &str) {
    let mut connection = sqlx::PgConnection::connect(cluster).await.expect("a connection");
    connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the statement");
}
