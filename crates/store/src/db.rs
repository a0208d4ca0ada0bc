//! A closed enum over the two databases: connections, arguments and rows.

use std::{str::FromStr as _, time::Duration};

use futures_util::future::BoxFuture;
use sqlx::{
    ConnectOptions as _, Executor as _, PgConnection, PgPool, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};

use crate::{
    error::{Result, StoreError},
    store::Database,
};

/// How long a statement waits for another process's write to SQLite.
const BUSY: Duration = Duration::from_secs(5);
/// How long a caller waits for a connection. A writer tries several times.
const ACQUIRE: Duration = Duration::from_secs(3);

/// A batch touches more pages than SQLite keeps by itself: what does not fit is written out early
/// and read again. A longer log lets pages that change often be copied home once for many changes;
/// it takes 16 MB at most. What a statement needs to be undone stays in memory.
const SQLITE_WRITER: [(&str, &str); 3] =
    [("cache_size", "-16384"), ("wal_autocheckpoint", "4000"), ("temp_store", "memory")];

/// One statement in both dialects; see [`crate::dialect`].
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// An argument of a statement; nulls keep their type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg<'a> {
    I64(i64),
    Text(&'a str),
    OptText(Option<&'a str>),
    Bytes(&'a [u8]),
}

/// Connections of one kind.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A connection that its owner may keep.
#[derive(Debug)]
pub(crate) enum Owned {
    Sqlite(PoolConnection<sqlx::Sqlite>),
    Postgres(PoolConnection<sqlx::Postgres>),
}

/// A connection in use.
#[derive(Debug)]
pub(crate) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Pool {
    /// Connections that read. Every list is walked by its index, and what belongs to its lines is
    /// looked up; PostgreSQL guesses the rows of a JSON text badly, and would read whole tables to
    /// join them.
    pub(crate) fn readers(database: &Database, size: u32) -> Result<Self> {
        let nested = "set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";
        Self::new(database, size, nested, &[])
    }

    /// Connections that write many rows at once. Their statements look up keys and nothing else.
    pub(crate) fn writers(database: &Database, size: u32) -> Result<Self> {
        let only_look_up = "set enable_seqscan = off; set enable_hashjoin = off; \
            set enable_mergejoin = off; set plan_cache_mode = force_generic_plan; set jit = off";
        Self::new(database, size, only_look_up, &SQLITE_WRITER)
    }

    /// Connections are made when they are first wanted.
    fn new(
        database: &Database,
        size: u32,
        setting: &'static str,
        pragmas: &[(&'static str, &'static str)],
    ) -> Result<Self> {
        match database {
            Database::Sqlite(file) => {
                let mut options = SqliteConnectOptions::new()
                    .filename(file)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(BUSY)
                    .statement_cache_capacity(256)
                    .disable_statement_logging();
                for (name, value) in pragmas {
                    options = options.pragma(*name, *value);
                }
                let pool = SqlitePoolOptions::new()
                    .max_connections(size)
                    .acquire_timeout(ACQUIRE)
                    .test_before_acquire(false);
                Ok(Self::Sqlite(pool.connect_lazy_with(options)))
            }
            Database::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)
                    .map_err(|error| StoreError::Unusable(error.to_string()))?
                    .application_name("sluicegate")
                    .statement_cache_capacity(256)
                    .disable_statement_logging();
                let pool = PgPoolOptions::new()
                    .max_connections(size)
                    .acquire_timeout(ACQUIRE)
                    .after_connect(move |connection, _| {
                        Box::pin(async move {
                            connection.execute(sqlx::raw_sql(setting)).await.map(drop)
                        })
                    });
                Ok(Self::Postgres(pool.connect_lazy_with(options)))
            }
        }
    }

    pub(crate) fn acquire(&self) -> BoxFuture<'_, Result<Owned>> {
        Box::pin(async move {
            let owned = match self {
                Self::Sqlite(pool) => pool.acquire().await.map(Owned::Sqlite),
                Self::Postgres(pool) => pool.acquire().await.map(Owned::Postgres),
            };
            owned.map_err(explain)
        })
    }

    pub(crate) async fn fetch_all(&self, sql: &'static Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.acquire().await?.conn().fetch_all(sql, args).await
    }

    pub(crate) async fn fetch_optional(
        &self,
        sql: &'static Sql,
        args: &[Arg<'_>],
    ) -> Result<Option<Row>> {
        self.acquire().await?.conn().fetch_optional(sql, args).await
    }

    pub(crate) async fn execute(&self, sql: &'static Sql, args: &[Arg<'_>]) -> Result<u64> {
        self.acquire().await?.conn().execute(sql, args).await
    }

    /// How many connections it may open.
    pub(crate) fn size(&self) -> u32 {
        match self {
            Self::Sqlite(pool) => pool.options().get_max_connections(),
            Self::Postgres(pool) => pool.options().get_max_connections(),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Owned {
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(connection) => Conn::Sqlite(connection),
            Self::Postgres(connection) => Conn::Postgres(connection),
        }
    }

    /// Ends the connection instead of giving it back: whatever was open in it is rolled back.
    pub(crate) async fn discard(self) {
        // The connection is given up either way; an error while saying goodbye changes nothing.
        let _ = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
    }
}

/// A connection in the middle of a transaction: unless that has ended, also because a caller went
/// away, the connection does not go back to its pool.
#[derive(Debug)]
pub(crate) struct Midway {
    connection: Owned,
    ended: bool,
}

impl Midway {
    pub(crate) fn new(connection: Owned) -> Self {
        Self { connection, ended: false }
    }

    pub(crate) fn conn(&mut self) -> Conn<'_> {
        self.connection.conn()
    }

    pub(crate) fn ended(mut self) {
        self.ended = true;
    }
}

impl Drop for Midway {
    fn drop(&mut self) {
        if !self.ended {
            match &mut self.connection {
                Owned::Sqlite(connection) => connection.close_on_drop(),
                Owned::Postgres(connection) => connection.close_on_drop(),
            }
        }
    }
}

/// Binds the arguments to a query of either driver.
macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = match *arg {
                Arg::I64(value) => query.bind(value),
                Arg::Text(value) => query.bind(value),
                Arg::OptText(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

/// Futures are boxed here: the driver's code is compiled once, and not into each caller again.
impl Conn<'_> {
    pub(crate) fn fetch_all<'a>(
        &'a mut self,
        sql: &'static Sql,
        args: &'a [Arg<'a>],
    ) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            let rows = match self {
                Self::Sqlite(connection) => bound!(sql.sqlite, args)
                    .fetch_all(&mut **connection)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
                Self::Postgres(connection) => bound!(sql.postgres, args)
                    .fetch_all(&mut **connection)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
            };
            rows.map_err(explain)
        })
    }

    pub(crate) fn fetch_optional<'a>(
        &'a mut self,
        sql: &'static Sql,
        args: &'a [Arg<'a>],
    ) -> BoxFuture<'a, Result<Option<Row>>> {
        Box::pin(async move {
            let row = match self {
                Self::Sqlite(connection) => bound!(sql.sqlite, args)
                    .fetch_optional(&mut **connection)
                    .await
                    .map(|row| row.map(Row::Sqlite)),
                Self::Postgres(connection) => bound!(sql.postgres, args)
                    .fetch_optional(&mut **connection)
                    .await
                    .map(|row| row.map(Row::Postgres)),
            };
            row.map_err(explain)
        })
    }

    /// The row that must be there.
    pub(crate) async fn fetch_one(
        &mut self,
        sql: &'static Sql,
        args: &[Arg<'_>],
        what: &'static str,
    ) -> Result<Row> {
        self.fetch_optional(sql, args).await?.ok_or(StoreError::Missing(what))
    }

    /// How many rows were changed.
    pub(crate) fn execute<'a>(
        &'a mut self,
        sql: &'static Sql,
        args: &'a [Arg<'a>],
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let changed = match self {
                Self::Sqlite(connection) => bound!(sql.sqlite, args)
                    .execute(&mut **connection)
                    .await
                    .map(|result| result.rows_affected()),
                Self::Postgres(connection) => bound!(sql.postgres, args)
                    .execute(&mut **connection)
                    .await
                    .map(|result| result.rows_affected()),
            };
            changed.map_err(explain)
        })
    }

    /// Runs a script of several statements without arguments.
    pub(crate) async fn script(&mut self, sql: &Sql) -> Result<()> {
        let done = match self {
            Self::Sqlite(connection) => {
                connection.execute(sqlx::raw_sql(sql.sqlite)).await.map(drop)
            }
            Self::Postgres(connection) => {
                connection.execute(sqlx::raw_sql(sql.postgres)).await.map(drop)
            }
        };
        done.map_err(explain)
    }
}

/// Typed columns. A column is named `table.column`, for the error; the part after the dot is its
/// name in the row.
impl Row {
    fn get<'r, T>(&'r self, column: &'static str) -> Result<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite>
            + sqlx::Type<sqlx::Sqlite>
            + sqlx::Decode<'r, sqlx::Postgres>
            + sqlx::Type<sqlx::Postgres>,
    {
        use sqlx::Row as _;
        let name = column.rsplit('.').next().unwrap_or(column);
        let value = match self {
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        };
        value.map_err(|error| StoreError::corrupt(column, "?", error))
    }
    pub(crate) fn i64(&self, column: &'static str) -> Result<i64> {
        self.get(column)
    }
    pub(crate) fn opt_i64(&self, column: &'static str) -> Result<Option<i64>> {
        self.get(column)
    }
    pub(crate) fn text(&self, column: &'static str) -> Result<&str> {
        self.get(column)
    }
    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<&str>> {
        self.get(column)
    }
    pub(crate) fn bytes(&self, column: &'static str) -> Result<&[u8]> {
        self.get(column)
    }
    pub(crate) fn opt_bytes(&self, column: &'static str) -> Result<Option<&[u8]>> {
        self.get(column)
    }
}

/// Sorts the driver's errors: what passes by itself is `Unavailable`, the rest is a bug.
#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn explain(error: sqlx::Error) -> StoreError {
    let passing = match &error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        // sqlx's word for a connection that ends in the middle of a message.
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| passing_code(&code)),
        _ => false,
    };
    if passing {
        StoreError::Unavailable(error.to_string())
    } else {
        StoreError::Internal(error.to_string())
    }
}

/// PostgreSQL's classes 08 (connection), 40 (deadlock, serialization), 53 (resources), 57 (shut
/// down) and 55P03 (lock timeout); SQLite's BUSY (5) and LOCKED (6) with their extended codes.
fn passing_code(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
            || code == "55P03";
    }
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}
