//! SQLite alone: the library that the product bundles, prepared statements, a flush for each commit.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use xtask::process::{Context, Failure, Outcome};

use super::{event, state};
use crate::stats::float;

const TABLES: &str = "
pragma journal_mode = wal;
pragma synchronous = full;
create table aggregate (id integer primary key, version integer not null, state text not null);
create table event (position integer primary key, stream integer not null,
    version integer not null, payload text not null, unique (stream, version));
create table listing (id integer primary key, version integer not null, stage text not null);
create table task (id integer primary key, version integer not null, kind text not null);
create table outbox (id integer primary key, stream integer not null);
";
const READ: &str = "select version, state from aggregate where id = ?1";
const EVENT: &str = "insert into event (stream, version, payload) values (?1, ?2, ?3)";
const AGGREGATE: &str = "update aggregate set version = ?2, state = ?3 where id = ?1";
const LISTING: &str = "update listing set version = ?2 where id = ?1";
const TASK: &str = "update task set version = ?2 where id = ?1";
const OUTBOX: &str = "insert into outbox (stream) values (?1)";

/// A database of its own, ready to be loaded.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
    state: String,
    event: String,
    rows: u32,
    chance: u64,
}

impl Sqlite {
    pub(crate) fn prepare(folder: &Path, rows: u32) -> Outcome<Self> {
        let file = folder.join(format!("raw-{rows}.sqlite"));
        let connection = Connection::open(file).context("raw SQLite")?;
        let raw = Self { connection, state: state(), event: event(), rows, chance: 1 };
        raw.fill().context("raw SQLite")?;
        let durable = raw.setting("journal_mode")? == "wal" && raw.setting("synchronous")? == "2";
        let trouble = "raw SQLite is not durable";
        if durable { Ok(raw) } else { Err(Failure::new(trouble)) }
    }

    /// The version of the library.
    pub(crate) fn version() -> &'static str {
        rusqlite::version()
    }

    fn fill(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(TABLES)?;
        self.connection.execute_batch("begin immediate")?;
        for id in 1..=self.rows {
            let insert = "insert into aggregate values (?1, 0, ?2)";
            self.connection.prepare_cached(insert)?.execute(params![id, self.state])?;
            let insert = "insert into listing values (?1, 0, 'market_definition')";
            self.connection.prepare_cached(insert)?.execute([id])?;
            let insert = "insert into task values (?1, 0, 'review')";
            self.connection.prepare_cached(insert)?.execute([id])?;
        }
        self.connection.execute_batch("commit")
    }

    fn setting(&self, name: &str) -> Outcome<String> {
        let value = self
            .connection
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        Ok(match value.context(name)? {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            _ => String::new(),
        })
    }

    /// Commands a second with so many in each transaction.
    pub(crate) fn run(&mut self, in_a_commit: u64, length: Duration) -> Outcome<f64> {
        self.load(in_a_commit, length).context("raw SQLite")
    }

    fn load(&mut self, in_a_commit: u64, length: Duration) -> rusqlite::Result<f64> {
        let begin = Instant::now();
        let mut done = 0;
        while begin.elapsed() < length {
            self.connection.prepare_cached("begin immediate")?.execute([])?;
            for _ in 0..in_a_commit {
                self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let id = (self.chance >> 33) % u64::from(self.rows) + 1;
                self.command(i64::try_from(id).unwrap_or(1))?;
            }
            self.connection.prepare_cached("commit")?.execute([])?;
            done += in_a_commit;
        }
        Ok(float(done) / begin.elapsed().as_secs_f64())
    }

    fn command(&self, id: i64) -> rusqlite::Result<()> {
        let prepare = |sql| self.connection.prepare_cached(sql);
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        let (version, _) = prepare(READ)?.query_row([id], read)?;
        let next = version + 1;
        prepare(EVENT)?.execute(params![id, next, self.event])?;
        prepare(AGGREGATE)?.execute(params![id, next, self.state])?;
        prepare(LISTING)?.execute([id, next])?;
        prepare(TASK)?.execute([id, next])?;
        prepare(OUTBOX)?.execute([id])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_leaves_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let mut raw = Sqlite::prepare(folder.path(), 10).unwrap();
        assert!(raw.run(64, Duration::from_millis(20)).unwrap() > 0.0);
        let count = |sql| raw.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let events = count("select count(*) from event");
        assert!(events > 0 && events % 64 == 0);
        assert_eq!(events, count("select sum(version) from aggregate"));
        assert_eq!(events, count("select count(*) from outbox"));
    }
}
