//! How the databases read the lists.

use sqlx::Row as _;

use crate::{
    Result, Store,
    codec::internal,
    db::{Conn, Sql},
    sql::{all, lists::LISTS},
};

/// How the database walks each list when nothing else is asked.
pub async fn plans(store: &Store) -> Result<Vec<(String, String)>> {
    let mut plans = Vec::new();
    let mut connection = store.shared.readers.acquire().await?;
    for list in LISTS {
        let name = list.name;
        let ways = [
            (&list.up, "up"),
            (&list.down, "down"),
            (&list.stretch_up, "stretch up"),
            (&list.stretch_down, "stretch down"),
        ];
        for (sql, direction) in ways {
            let mut values = ["null"; 25];
            let lead = if name.starts_with("Standing") { "'active'" } else { "'launch'" };
            let after = if name.ends_with("Name") { "'m'" } else { "1764000000000000" };
            values[0] = if name.starts_with("Any") { "null" } else { lead };
            values[0] = if name.starts_with("Portfolio") { "'p1'" } else { values[0] };
            values[0] = if name.starts_with("Owner") { PERSON } else { values[0] };
            let last = match (name.ends_with("Name"), direction) {
                (true, "up") => "'n'",
                (true, _) => "'l'",
                (false, "up") => "1764100000000000",
                (false, _) => "1763900000000000",
            };
            (values[23], values[24]) = (last, "''");
            (values[1], values[2], values[3], values[11], values[12]) =
                (after, "''", "50", "''", "'\u{10ffff}'");
            (values[16], values[17]) = ("1764000000000000", "1764000000000000");
            (values[18], values[19]) = ("-9223372036854775807", "9223372036854775807");
            let text = match connection.conn() {
                Conn::Sqlite(_) => format!("explain query plan {}", sql.sqlite),
                Conn::Postgres(_) => format!("explain {}", sql.postgres),
            };
            let put = |text: String, (n, value): (usize, &&str)| {
                text.replace(&format!("${}", n + 1), value)
            };
            let text = values.iter().enumerate().rev().fold(text, put);
            let sql = sqlx::AssertSqlSafe(text);
            let lines: Vec<String> = match connection.conn() {
                Conn::Sqlite(conn) => {
                    let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
                    rows.iter().map(|row| row.get("detail")).collect()
                }
                Conn::Postgres(conn) => {
                    let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
                    rows.iter().map(|row| row.get(0)).collect()
                }
            };
            plans.push((format!("{name} {direction}"), lines.join("\n")));
        }
    }
    Ok(plans)
}

const PERSON: &str = "'psn_00000000000000000000000000000007'";

/// Statements that SQLite would answer by reading a whole table or index, or by sorting what it
/// found, with how. It plans without looking at values.
pub async fn scans(store: &Store) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut connection = store.shared.readers.acquire().await?;
    let Conn::Sqlite(conn) = connection.conn() else { return Ok(found) };
    for (name, sql) in all().filter(|(_, sql)| reads(sql.sqlite)) {
        let sql = sqlx::AssertSqlSafe(format!("explain query plan {}", sql.sqlite));
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
        let lines = rows.iter().map(|row| row.get::<String, _>("detail"));
        // Rows of the statement's own text, and what a subquery has found within a bound.
        let bounded = ["json_each", "CONSTANT", "SCAN few", "SCAN found"];
        let whole = |line: &String| {
            (line.starts_with("SCAN ") && !bounded.iter().any(|part| line.contains(part)))
                || line.contains("TEMP B-TREE")
        };
        let lines: Vec<_> = lines.filter(whole).collect();
        if !lines.is_empty() {
            found.push((name.to_owned(), lines.join("; ")));
        }
    }
    Ok(found)
}

fn reads(sql: &str) -> bool {
    sql.starts_with("select") || sql.starts_with("with")
}

/// Tables that PostgreSQL has read from end to end since it was asked to count, how often, and how
/// many rows that was. SQLite does not count.
pub async fn whole_tables(store: &Store) -> Result<Vec<(String, i64, i64)>> {
    let mut connection = store.shared.readers.acquire().await?;
    let Conn::Postgres(conn) = connection.conn() else { return Ok(Vec::new()) };
    // Counts come in when a connection has been idle for a moment.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let sql = "select relname, seq_scan, seq_tup_read from pg_stat_user_tables \
        where seq_tup_read > 0 order by relname";
    let rows = sqlx::query(sql).fetch_all(&mut *conn).await.map_err(internal)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

/// Begins to count anew.
pub async fn count_anew(store: &Store) -> Result<()> {
    let sql = Sql { sqlite: "select 1", postgres: "select pg_stat_reset()" };
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    store.shared.readers.acquire().await?.conn().script(&sql).await
}
