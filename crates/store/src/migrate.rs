//! The schema: applied migrations never change, and a newer schema is left alone.

use sluicegate_core::digest::Digest;

use crate::{
    db::{Arg, Conn, Sql},
    error::{Result, StoreError},
    sql::schema,
};

struct Migration {
    name: &'static str,
    script: Sql,
}

macro_rules! migrations {
    ($($name:literal),+) => {
        /// In their order; the first is number 1. Add at the end only.
        const MIGRATIONS: &[Migration] = &[$(Migration {
            name: $name,
            script: Sql {
                sqlite: include_str!(concat!("../../../migrations/sqlite/", $name, ".sql")),
                postgres: include_str!(concat!("../../../migrations/postgres/", $name, ".sql")),
            },
        }),+];
    };
}

migrations!(
    "0001_init",
    "0002_portfolio_tree_and_views",
    "0003_intake",
    "0004_passage",
    "0005_search",
    "0006_erasure_and_intake_search",
    "0007_lists_at_a_million",
    "0008_access",
    "0009_tasks_anew",
    "0010_record",
    "0011_second_factor",
    "0012_signing"
);

const CREATE: Sql = Sql {
    sqlite: "create table if not exists migration (number integer primary key, name text not null, \
             digest text not null, applied_at integer not null) strict",
    postgres: "create table if not exists migration (number bigint primary key, name text not null, \
               digest text not null, applied_at bigint not null)",
};

/// A role that only serves may make no table, not even one that is there.
const EXISTS: Sql = Sql {
    sqlite: "select count(*) as tables from sqlite_master where name = 'migration'",
    postgres: "select count(*) as tables from pg_catalog.pg_tables \
               where tablename = 'migration' and schemaname = any(current_schemas(false))",
};

/// Brings the tables to this program's schema, in one transaction.
pub(crate) async fn migrate(conn: &mut Conn<'_>) -> Result<()> {
    conn.execute(&schema::BEGIN, &[]).await?;
    conn.execute(&schema::LOCK_MIGRATION, &[]).await?;
    if conn.fetch_one(&EXISTS, &[], "migration").await?.i64("migration.tables")? == 0 {
        conn.script(&CREATE).await?;
    }
    let applied = conn.fetch_all(&schema::APPLIED, &[]).await?;
    let mut next = 0;
    for row in &applied {
        check(
            row.i64("migration.number")?,
            row.text("migration.name")?,
            row.text("migration.digest")?,
            conn,
        )?;
        next += 1;
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(next) {
        tracing::info!(migration = migration.name, "migrating the database");
        conn.script(&migration.script).await?;
        let number = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        let digest = digest(migration, conn);
        let args = [Arg::I64(number), Arg::Text(migration.name), Arg::Text(&digest)];
        conn.execute(&schema::RECORD_MIGRATION, &args).await?;
    }
    conn.execute(&schema::COMMIT, &[]).await?;
    Ok(())
}

fn check(number: i64, name: &str, stored: &str, conn: &Conn<'_>) -> Result<()> {
    let index = usize::try_from(number - 1).ok();
    let Some(migration) = index.and_then(|index| MIGRATIONS.get(index)) else {
        return Err(StoreError::Unusable(format!(
            "its migration {number} ({name}) is unknown here: it was made by a newer program"
        )));
    };
    if migration.name != name || digest(migration, conn) != stored {
        return Err(StoreError::Unusable(format!(
            "its migration {number} ({name}) is not the one of this program: applied migrations \
             must never change"
        )));
    }
    Ok(())
}

fn digest(migration: &Migration, conn: &Conn<'_>) -> String {
    let script = match conn {
        Conn::Sqlite(_) => migration.script.sqlite,
        Conn::Postgres(_) => migration.script.postgres,
    };
    Digest::of(script.as_bytes()).to_string()
}
