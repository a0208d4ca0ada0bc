//! Rows in bulk: indexes are made once, after the rows, and not one row at a time.

use sqlx::Row as _;

use crate::{
    Result, Store,
    codec::internal,
    db::{Conn, Owned, Sql},
};

/// Neither database is asked to outlive the machine, and both may use its memory.
const HURRY: Sql = Sql {
    sqlite: "pragma synchronous = off; pragma cache_size = -800000; \
             pragma wal_autocheckpoint = 50000; pragma temp_store = memory",
    postgres: "set maintenance_work_mem = '1GB'; set synchronous_commit = off",
};

/// The indexes that somebody has created by name; not those that hold a key.
const INDEXES: Sql = Sql {
    sqlite: "select name, sql from sqlite_master where type = 'index' and sql is not null",
    postgres: "select c.relname::text as name, pg_get_indexdef(c.oid) as sql from pg_index i \
               join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace \
               where n.nspname = 'public' \
               and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)",
};

/// A store that is being filled.
pub(super) struct Bulk {
    pub(super) connection: Owned,
    made_by: Vec<String>,
}

impl Bulk {
    /// Drops the indexes.
    pub(super) async fn begin(store: &Store) -> Result<Self> {
        store.shared.followers.acquire().await?.conn().script(&HURRY).await?;
        let mut connection = store.shared.writers.acquire().await?;
        connection.conn().script(&HURRY).await?;
        let mut made_by = Vec::new();
        for (name, sql) in indexes(&mut connection.conn()).await? {
            run(&mut connection.conn(), format!("drop index {name}")).await?;
            made_by.push(sql);
        }
        Ok(Self { connection, made_by })
    }

    /// Makes them again, as the migrations say, and lets PostgreSQL look at what it has.
    pub(super) async fn end(mut self) -> Result<()> {
        for sql in self.made_by {
            run(&mut self.connection.conn(), sql).await?;
        }
        // What autovacuum does sooner or later; nobody asks SQLite to look at its values.
        let look = Sql { sqlite: "select 1", postgres: "vacuum analyze" };
        self.connection.conn().script(&look).await?;
        // Its settings are not those of a writer.
        self.connection.discard().await;
        Ok(())
    }
}

async fn indexes(conn: &mut Conn<'_>) -> Result<Vec<(String, String)>> {
    Ok(match conn {
        Conn::Sqlite(conn) => {
            let rows = sqlx::query(INDEXES.sqlite).fetch_all(&mut **conn).await;
            rows.map_err(internal)?.iter().map(|row| (row.get(0), row.get(1))).collect()
        }
        Conn::Postgres(conn) => {
            let rows = sqlx::query(INDEXES.postgres).fetch_all(&mut **conn).await;
            rows.map_err(internal)?.iter().map(|row| (row.get(0), row.get(1))).collect()
        }
    })
}

async fn run(conn: &mut Conn<'_>, sql: String) -> Result<()> {
    let sql = sqlx::AssertSqlSafe(sql);
    let done = match conn {
        Conn::Sqlite(conn) => sqlx::query(sql).execute(&mut **conn).await.map(drop),
        Conn::Postgres(conn) => sqlx::query(sql).execute(&mut **conn).await.map(drop),
    };
    done.map_err(internal)
}
