//! The store against real databases: each test runs on SQLite and, when `SLUICEGATE_TEST_POSTGRES`
//! names a cluster, on PostgreSQL in a database of its own.

mod beside;
mod checkpoints;
mod directory;
mod entries;
mod fake;
mod lists;
mod log;
mod nodes;
mod passages;
mod plans;
mod repeats;
mod schema;
mod search;
mod writing;

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, Executor as _};

use crate::{Database, Options, Store, db::Sql};

/// One database of a test.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    database: Database,
    /// Where to drop it.
    cluster: Option<(String, String)>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Home {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("test.sqlite"));
        Self { folder, database, cluster: None }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(cluster) = std::env::var("SLUICEGATE_TEST_POSTGRES") else {
            eprintln!("skipped: SLUICEGATE_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        admin(&cluster, &format!("create database {name}")).await;
        let (server, _) = cluster.rsplit_once('/').unwrap();
        let database = Database::Postgres(format!("{server}/{name}"));
        let folder = tempfile::tempdir().unwrap();
        Some(Self { folder, database, cluster: Some((cluster, name)) })
    }

    pub(crate) fn options(&self) -> Options {
        Options::new(self.database.clone(), self.folder.path().join("attachments"))
    }

    /// Another process or node on the same database.
    pub(crate) async fn open(&self) -> Store {
        Store::open(self.options()).await.unwrap()
    }

    /// One with a single writer task, so that commands are decided in the order of their coming.
    pub(crate) async fn open_in_order(&self) -> Store {
        let mut options = self.options();
        options.writers = 1;
        Store::open(options).await.unwrap()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.cluster.is_some()
    }

    pub(crate) async fn end(self) {
        if let Some((cluster, name)) = &self.cluster {
            admin(cluster, &format!("drop database {name} with (force)")).await;
        }
    }
}

async fn admin(cluster: &str, sql: &str) {
    let mut connection = sqlx::PgConnection::connect(cluster).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
}

/// Runs a test's own SQL behind the store's back, as somebody who owns the database.
pub(crate) async fn tamper(store: &Store, sql: Sql) {
    let mut connection = store.shared.readers.acquire().await.unwrap();
    connection.conn().script(&crate::testing::UNLOCK).await.unwrap();
    connection.conn().script(&sql).await.unwrap();
}

/// Runs it as the program could.
pub(crate) async fn attempt(store: &Store, sql: &'static str) -> crate::Result<()> {
    store.shared.readers.acquire().await.unwrap().conn().script(&same(sql)).await
}

/// The same text for both databases.
pub(crate) const fn same(sql: &'static str) -> Sql {
    Sql { sqlite: sql, postgres: sql }
}

/// Makes a test for each database.
macro_rules! both {
    ($($name:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let home = $crate::tests::Home::sqlite();
                super::$name(&home).await;
                home.end().await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(home) = $crate::tests::Home::postgres().await else { return };
                super::$name(&home).await;
                home.end().await;
            })+
        }
    };
}
pub(crate) use both;
