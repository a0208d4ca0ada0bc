//! The store: one database, opened, checked and migrated, with its readers.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sluicegate_core::{digest::Digest, directory::Directory, id::ProductId};
use tracing::Instrument as _;

use crate::{
    attachment::Folder,
    cache::Cache,
    db::{Conn, Midway, Pool},
    error::{Result, StoreError},
    job::Rules,
    migrate::migrate,
    read::LiveToken,
    sql::schema,
    time::Clock,
    together::Together,
    write::{Known, Writer},
};

/// SQLite below this can lose commits (the WAL-reset bug).
const SQLITE_FROM: (u32, u32, u32) = (3, 51, 3);
/// PostgreSQL below this is not tested.
const POSTGRES_FROM: u32 = 150_000;
/// States that the writers remember, by count.
const REMEMBERED: usize = 8192;
/// Tokens that are remembered, by count.
const REMEMBERED_TOKENS: usize = 1024;
/// How often and after how many milliseconds opening is tried again while another process migrates.
const OPEN_AGAIN: [u64; 3] = [100, 500, 2000];

/// Which database, and how much of it to use.
#[derive(Clone, Debug)]
pub struct Options {
    pub database: Database,
    /// The folder of the attachments.
    pub attachments: PathBuf,
    /// The largest attachment in bytes.
    pub attachment_limit: u64,
    /// Connections for reading.
    pub readers: u32,
    /// Writer tasks; SQLite always has one.
    pub writers: u32,
    /// Commands that may wait for a writer.
    pub queue: usize,
    /// Commands in one transaction.
    pub batch: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file; created when missing.
    Sqlite(PathBuf),
    /// `postgres://...`
    Postgres(String),
}

impl Options {
    pub fn new(database: Database, attachments: PathBuf) -> Self {
        Self {
            database,
            attachments,
            attachment_limit: 100 * 1024 * 1024,
            readers: 8,
            writers: 2,
            queue: 1024,
            batch: 128,
        }
    }
}

/// A handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) readers: Pool,
    pub(crate) writers: Pool,
    /// One connection for what follows the log.
    pub(crate) followers: Pool,
    /// Who writes to an SQLite file next. Its own lock is not fair: who finds it taken sleeps and
    /// tries again, and one long transaction after the other would keep the writer waiting.
    turn: Option<tokio::sync::Mutex<()>>,
    pub(crate) folder: Folder,
    /// What the writers stored last; used only when the version in the database is the same.
    known: Mutex<Cache<ProductId, Arc<Known>>>,
    /// The same for the directory.
    directory: Mutex<Arc<Directory>>,
    /// One reading of the directory for all who wait for it.
    pub(crate) reading: Together<Arc<Directory>>,
    /// Tokens that were shown, each with the version of the directory that it belongs to.
    tokens: Mutex<Cache<Digest, (u64, LiveToken)>>,
    pub(crate) counters: Counters,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) batches: AtomicU64,
    pub(crate) jobs: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) events: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) clock_behind: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::Relaxed);
}

/// Counters since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Transactions of the writers that were committed.
    pub batches: u64,
    /// Commands that were answered, in whatever way.
    pub jobs: u64,
    /// Batches that had to be tried again.
    pub retries: u64,
    /// Events that were appended.
    pub events: u64,
    /// Commands turned away because the queue was full.
    pub busy: u64,
    /// Batches whose clock was behind the record by more than a second.
    pub clock_behind: u64,
}

impl Store {
    /// Opens the database, creates or migrates its tables and checks that it can be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no connection, [`StoreError::Unusable`] when the
    /// database is too old or was migrated by a newer or another program.
    pub async fn open(options: Options) -> Result<Self> {
        let writers = match options.database {
            Database::Sqlite(_) => 1,
            Database::Postgres(_) => options.writers.max(1),
        };
        let shared = Shared {
            readers: Pool::readers(&options.database, options.readers.max(1))?,
            writers: Pool::writers(&options.database, writers)?,
            followers: Pool::writers(&options.database, 1)?,
            turn: matches!(options.database, Database::Sqlite(_)).then(Default::default),
            folder: Folder::open(&options.attachments)?,
            known: Mutex::new(Cache::new(REMEMBERED)),
            directory: Mutex::default(),
            reading: Together::default(),
            tokens: Mutex::new(Cache::new(REMEMBERED_TOKENS)),
            counters: Counters::default(),
            options,
        };
        let mut opened = prepare(&shared.writers).await;
        for wait in OPEN_AGAIN {
            let Err(StoreError::Unavailable(why)) = &opened else { break };
            tracing::warn!(%why, "the database cannot be opened yet");
            tokio::time::sleep(Duration::from_millis(wait)).await;
            opened = prepare(&shared.writers).await;
        }
        opened?;
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Starts the writer tasks. Call it once for each set of rules.
    pub fn writer<R: Rules>(&self, rules: Arc<R>, clock: Clock) -> Writer<R> {
        Writer::start(self.clone(), rules, clock)
    }

    pub fn stats(&self) -> Stats {
        let counters = &self.shared.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            batches: read(&counters.batches),
            jobs: read(&counters.jobs),
            retries: read(&counters.retries),
            events: read(&counters.events),
            busy: read(&counters.busy),
            clock_behind: read(&counters.clock_behind),
        }
    }

    /// Closes all connections, after they have finished. Shut the writers down first.
    pub async fn close(&self) {
        self.shared.readers.close().await;
        self.shared.followers.close().await;
        self.shared.writers.close().await;
    }
}

impl Shared {
    /// Waits for the turn to write, where there are turns; it ends when the guard is dropped.
    pub(crate) async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        match &self.turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        }
    }

    /// One transaction of what follows the log; `work` says whether it is to be committed.
    pub(crate) async fn follow(
        &self,
        work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<bool>,
    ) -> Result<bool> {
        self.transact(&self.followers, work).await
    }

    /// One transaction beside the log, while somebody waits for it.
    pub(crate) async fn beside(
        &self,
        work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<bool>,
    ) -> Result<bool> {
        self.transact(&self.readers, work).await
    }

    async fn transact(
        &self,
        pool: &Pool,
        work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<bool>,
    ) -> Result<bool> {
        let mut connection = Midway::new(pool.acquire().await?);
        let _turn = self.turn().await;
        let mut conn = connection.conn();
        conn.execute(&schema::BEGIN, &[]).await?;
        let done = work(&mut conn).await?;
        conn.execute(if done { &schema::COMMIT } else { &schema::ROLLBACK }, &[]).await?;
        connection.ended();
        Ok(done)
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Cache<ProductId, Arc<Known>>> {
        // A panic while it was held left a cache, which is checked against versions anyway.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn cached_directory(&self) -> Arc<Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the newer one.
    pub(crate) fn cache_directory(&self, directory: &Arc<Directory>) {
        let mut cached = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        if directory.version > cached.version {
            *cached = directory.clone();
        }
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Cache<Digest, (u64, LiveToken)>> {
        // As above.
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a broken connection the database may be another one: one that was failed over to
    /// without its last commits can reuse their versions for something else.
    pub(crate) fn forget(&self) {
        self.known().clear();
        self.tokens().clear();
        *self.directory.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }
}

/// Checks the database's version, then migrates.
async fn prepare(pool: &Pool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let prepared = async {
        let mut conn = connection.conn();
        check_version(&mut conn).await?;
        let span = tracing::debug_span!("transaction", name = "migration");
        migrate(&mut conn).instrument(span).await
    };
    let prepared = prepared.await;
    if prepared.is_err() {
        connection.discard().await;
    }
    prepared
}

async fn check_version(conn: &mut Conn<'_>) -> Result<()> {
    let row = conn.fetch_one(&schema::SERVER_VERSION, &[], "version").await?;
    let version = row.text("server.version")?;
    let (enough, wanted) = match conn {
        Conn::Sqlite(_) => (sqlite_version(version) >= Some(SQLITE_FROM), "SQLite 3.51.3"),
        Conn::Postgres(_) => {
            (version.parse::<u32>().is_ok_and(|found| found >= POSTGRES_FROM), "PostgreSQL 15")
        }
    };
    if enough {
        return Ok(());
    }
    Err(StoreError::Unusable(format!("it runs on version {version}, and needs {wanted} or newer")))
}

fn sqlite_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_that_can_lose_commits_is_refused() {
        assert!(sqlite_version("3.51.2") < Some(SQLITE_FROM));
        assert!(sqlite_version("3.46.0") < Some(SQLITE_FROM));
        assert!(sqlite_version("3.51.3") >= Some(SQLITE_FROM));
        assert!(sqlite_version("3.52.0") >= Some(SQLITE_FROM));
        assert!(sqlite_version("what") < Some(SQLITE_FROM));
    }
}
