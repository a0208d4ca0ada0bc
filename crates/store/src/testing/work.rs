//! How much of a processor something took, as Linux counts it: a busy machine stretches the time on
//! the wall, not this.

use std::{fs, time::Duration};

use sqlx::Row as _;

use crate::{Result, Store, codec::internal, db::Conn};

/// The processes that work for a store: this one, and the servers of its connections.
pub(super) struct Workers(Vec<u32>);

impl Workers {
    pub(super) async fn of(store: &Store) -> Result<Self> {
        let mut workers = vec![std::process::id()];
        let mut connection = store.shared.readers.acquire().await?;
        if let Conn::Postgres(conn) = connection.conn() {
            let sql = "select pid from pg_stat_activity where application_name = 'sluicegate'";
            let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
            let servers = rows.iter().map(|row| row.get::<i32, _>(0).cast_unsigned());
            workers.extend(servers);
        }
        Ok(Self(workers))
    }

    /// What they have worked so far; zero where nobody counts.
    pub(super) fn worked(&self) -> Duration {
        let threads = self.0.iter().flat_map(|process| {
            fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten()
        });
        let counted = threads.filter_map(|thread| {
            let line = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            line.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(counted.sum())
    }
}
