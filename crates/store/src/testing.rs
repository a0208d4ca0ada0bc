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

use std::sync::atomic::{AtomicBool, Ordering};

use sluicegate_core::merkle::Frontier;
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

static WITHOUT_TREE: AtomicBool = AtomicBool::new(false);

/// Appends events without their hashes from now on, or with them again: to measure what they cost.
/// What is written without them does not verify.
pub fn leave_out_tree(without: bool) {
    WITHOUT_TREE.store(without, Ordering::Relaxed);
}

pub(crate) fn without_tree() -> bool {
    WITHOUT_TREE.load(Ordering::Relaxed)
}

/// A frontier of so many leaves that nobody has hashed.
pub(crate) fn hollow(size: u64) -> Frontier {
    let peaks = vec![0; 32 * size.count_ones() as usize];
    let bytes = [&size.to_be_bytes()[..], &peaks].concat();
    Frontier::from_bytes(&bytes).expect("a peak for each one")
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

/// What keeps the record from being changed keeps no one who owns the database.
pub(crate) const UNLOCK: crate::db::Sql = crate::db::Sql {
    sqlite: "drop trigger if exists event_update; drop trigger if exists event_delete; \
        drop trigger if exists event_again; drop trigger if exists checkpoint_update; \
        drop trigger if exists checkpoint_delete; drop trigger if exists log_head_update; drop trigger if exists log_head_again",
    postgres: "drop trigger if exists event_kept on event; \
        drop trigger if exists event_whole on event; \
        drop trigger if exists checkpoint_kept on checkpoint; \
        drop trigger if exists log_head_forward on log_head",
};

/// Runs a test's own statements behind the store's back, one after the other, as somebody who
/// owns the database.
///
/// # Panics
/// The database refuses them.
pub async fn tamper(store: &crate::Store, sql: &'static str) {
    let sql = crate::db::Sql { sqlite: sql, postgres: sql };
    let mut connection = store.shared.readers.acquire().await.expect("a connection");
    connection.conn().script(&UNLOCK).await.expect("the owner");
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
