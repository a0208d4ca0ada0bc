//! Lists are served by their indexes.

use sqlx::Row as _;

use super::{Home, both, tamper};
use crate::{
    Store,
    db::{Conn, Sql},
    sql::{all, lists::LISTS},
};

/// 4,000 products in ten stages, four portfolios and 400 owners, each with two tasks.
const FILL: &str = "
insert into product select id, 1, changed, state from raw;
insert into listing select id, 'p' || n, 'p' || n, 'po' || (n % 4), 'toy', 1, 'st' || (n % 10), null,
    'upstream', 'active', 'ow' || (n % 400), n * 7919 % 4001, n * 104729 % 4001, n from raw;
insert into task select id, 'a', 'ow' || (n % 400), 'read', n * 7919 % 4001, n from raw;
insert into task select id, 'b', 'ow' || (n % 300), 'read', n * 7919 % 4001, n from raw;
insert into event select n, id, 1, 'k' || (n % 9), n, '{}', state from raw;
insert into content select state, state, '' from raw limit 0;
insert into passage select id, 'gate', 'g' || (n % 50), 1, 'w' || (n % 30), 'po' || (n % 40), n, n, 0, 'go', 9,
    0, 0, n, 0, 0, 0 from raw;
drop table raw;
";

async fn fill(store: &Store) {
    tamper(
        store,
        Sql {
            sqlite: "create table raw as with recursive s(n) as \
            (select 1 union all select n + 1 from s where n < 4000) \
            select n, 'prd_' || n as id, n * 31 % 4001 as changed, x'00' as state from s;",
            postgres: "create table raw as select n, 'prd_' || n as id, n * 31 % 4001 as changed, \
            '\\x00'::bytea as state from generate_series(1, 4000) as s(n);",
        },
    )
    .await;
    tamper(store, super::same(FILL)).await;
    tamper(store, super::same("analyze")).await;
}

/// How the database would run it, with these values for `$1` and so on.
async fn plan(store: &Store, sql: &Sql, values: &[&str]) -> String {
    let mut connection = store.shared.readers.acquire().await.unwrap();
    let text = match connection.conn() {
        Conn::Sqlite(_) => format!("explain query plan {}", sql.sqlite),
        Conn::Postgres(_) => format!("explain {}", sql.postgres),
    };
    let numbered = values.iter().enumerate().rev();
    let text = numbered.fold(text, |text, (n, value)| text.replace(&format!("${}", n + 1), value));
    let sql = sqlx::AssertSqlSafe(text);
    let lines: Vec<String> = match connection.conn() {
        Conn::Sqlite(conn) => {
            let rows = sqlx::query(sql).fetch_all(&mut *conn).await.unwrap();
            rows.iter().map(|row| row.get("detail")).collect()
        }
        Conn::Postgres(conn) => {
            let rows = sqlx::query(sql).fetch_all(&mut *conn).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    };
    lines.join("\n")
}

async fn every_list_has_its_index(home: &Home) {
    let store = home.open().await;
    fill(&store).await;
    for (name, up, down) in LISTS {
        let lead = match &name[..3] {
            "Any" => "null",
            "Por" => "'po1'",
            "Sta" => "'st1'",
            _ => "'ow1'",
        };
        let (low, high) = if name.ends_with("Name") { ("'p1'", "'p2'") } else { ("100", "4000") };
        for (sql, from) in [(up, low), (down, high)] {
            let none = "null";
            let values =
                [lead, from, "''", "20", none, none, none, none, none, none, none, "''", "'q'"];
            let plan = plan(&store, sql, &values).await;
            let snake = name.chars().fold(String::new(), |text, c| {
                if c.is_uppercase() {
                    text + "_" + &c.to_lowercase().to_string()
                } else {
                    text + &c.to_string()
                }
            });
            let index = match *name {
                _ if name.starts_with("Owner") => "listing_owner_due".to_owned(),
                _ if name.ends_with("Changed") => "product_changed".to_owned(),
                _ => format!("listing{}", snake.replace("_any", "")),
            };
            assert!(plan.contains(&index), "{name} without {index}:\n{plan}");
            let sorts = plan.contains("Sort ") || plan.contains("TEMP B-TREE");
            assert!(!sorts || name.starts_with("Owner"), "{name} sorts:\n{plan}");
            assert!(!scans(&plan), "{name}:\n{plan}");
        }
    }
}

fn scans(plan: &str) -> bool {
    plan.contains("Seq Scan")
        || plan.lines().any(|line| {
            line.starts_with("SCAN ") && !line.contains("json_each") && !line.contains("USING")
        })
}

async fn every_look_up_has_its_index(home: &Home) {
    let store = home.open().await;
    fill(&store).await;
    if home.is_postgres() {
        // 4,000 rows are so few that it would rather read them all.
        let set = "do $$ begin execute format('alter database %I set enable_seqscan = off', \
            current_database()); end $$";
        tamper(&store, super::same(set)).await;
    }
    let store = home.open().await;
    let cases: [(&str, &str, &[&str]); 15] = [
        ("INBOX", "task_inbox", &["'ow1'", "0", "''", "''", "20"]),
        ("DUE_PRODUCTS", "listing_tick", &["5", "20"]),
        ("STREAM_AFTER", "event", &["'prd_7'", "0", "20"]),
        ("STREAM_AFTER_POSITION", "event", &["'prd_7'", "0", "null", "20"]),
        ("EVENTS_AFTER", "event", &["3900", "20"]),
        ("EVENTS_OF_KIND", "event", &["3000", "3100", "'k1'", "20"]),
        ("STATES_AFTER", "product", &["'prd_7'", "20"]),
        ("TASKS_OF_PRODUCTS", "task", &["'[\"prd_7\"]'"]),
        ("LISTED", "listing", &["'prd_7'"]),
        ("PASSAGES", "passage_left", &["null", "5", "3000", "20"]),
        ("PASSAGES_OF_PORTFOLIO", "passage_portfolio_left", &["'po1'", "5", "3000", "20"]),
        ("PASSAGES_OF_WORKFLOW", "passage_workflow_left", &["'w1'", "5", "3000", "20"]),
        ("PASSAGES_AT_PLACE", "passage_place_left", &["'g1'", "5", "3000", "20"]),
        ("PASSAGES_OF_PRODUCT", "passage", &["'prd_7'"]),
        ("PASSED_STREAMS", "event", &["3000", "3100"]),
    ];
    for (name, table, values) in cases {
        let (_, sql) = all().find(|(found, _)| *found == name).unwrap();
        let plan = plan(&store, sql, values).await;
        assert!(plan.contains(table) && !scans(&plan), "{name}:\n{plan}");
    }
}

both! {
    every_list_has_its_index
    every_look_up_has_its_index
}
