//! A database of one test: a file, or a database of its own on the private server.

use std::sync::atomic::{AtomicU32, Ordering};

use sluicegate_store::{Database, Options, testing};

use crate::postgres_url;

/// Where a test keeps its data; gone when it is dropped, but for the database on the server.
#[derive(Debug)]
pub struct Home {
    folder: tempfile::TempDir,
    database: Database,
    /// The server and the name, to drop it.
    pub(crate) cluster: Option<(String, String)>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Home {
    /// # Panics
    /// There is no room for a temporary folder.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = Database::Sqlite(folder.path().join("test.sqlite"));
        Self { folder, database, cluster: None }
    }

    /// # Panics
    /// There is no server: run `cargo xtask test`.
    pub async fn postgres() -> Self {
        let cluster = postgres_url();
        let name = format!("k{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let database = Database::Postgres(testing::create_database(&cluster, &name).await);
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, database, cluster: Some((cluster, name)) }
    }

    pub fn options(&self) -> Options {
        Options::new(self.database.clone(), self.folder.path().join("attachments"))
    }
}
