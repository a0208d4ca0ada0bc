//! Lists are served by their indexes.

use sqlx::Row as _;

use super::{Home, both, tamper};
use crate::{
    Store,
    db::{Conn, Sql},
    sql::{all, intake, lists::LISTS},
    testing,
};

/// 4,000 products in ten stages, four portfolios and 400 owners, each with two tasks.
const FILL: &str = "
insert into product select id, 1, changed, state from raw;
insert into listing select id, 'p' || n, 'p' || n, 'po' || (n % 4), 'wf' || (n % 50), 1,
    'st' || (n % 10), case when n % 40 = 0 then 'g1' end, 'upstream',
    case when n % 40 = 1 then 'held' else 'active' end, 'ow' || (n % 400), n * 7919 % 4001,
    n * 104729 % 4001, n, ' p' || n, case when n % 50 = 2 then 'killed' end,
    case when n % 40 = 3 then n end from raw;
insert into facet select 'word', 'p' || n, id from raw;
insert into facet select 'market', 'M' || (n % 40), id from raw;
insert into task select id, 'a', 'ow' || (n % 400), 'read', n * 7919 % 4001, n from raw;
insert into task select id, 'b', 'ow' || (n % 300), 'read', n * 7919 % 4001, n from raw;
insert into event select n, id, 1, 'k' || (n % 9), n, '{}', state from raw;
insert into content select state, state, '' from raw limit 0;
insert into passage select id, 'gate', 'g' || (n % 50), 1, 'w' || (n % 30), 'po' || (n % 40), n, n, 0, 'go', 9,
    0, 0, n, 0, 0, 0 from raw;
insert into entry select 'fbk_' || n, 1, n, '', 'feedback', 'po' || (n % 40),
    'st' || (n % 10), 'prd_' || (n % 400), 'complaint', 'M' || (n % 40), 'ow' || (n % 400),
    'ow' || (n % 300), case when n % 3 = 0 then 1 else 0 end, null, n * 31 % 4001, n, n from raw;
insert into entry_task select 'fbk_' || n, 'a', 'ow' || (n % 400), 'read', n, n from raw;
insert into sketch select 'po' || (n % 4), n % 400, 'ida_' || n, state from raw;
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

/// Some thousand rows are so few that PostgreSQL would rather read them all, and sort them. What it
/// does with a million is for `cargo xtask explain`; here it shows which indexes there are.
async fn by_index(home: &Home, store: Store) -> Store {
    if home.is_postgres() {
        for way in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
            let set = format!(
                "do $$ begin execute format('alter database %I set {way} = off', \
                 current_database()); end $$"
            );
            let mut connection = store.shared.readers.acquire().await.unwrap();
            let Conn::Postgres(conn) = connection.conn() else { unreachable!() };
            sqlx::query(sqlx::AssertSqlSafe(set)).execute(&mut *conn).await.unwrap();
        }
    }
    home.open().await
}

async fn every_list_has_its_index(home: &Home) {
    let store = home.open().await;
    fill(&store).await;
    let store = by_index(home, store).await;
    let filters = [
        // Nothing, then each that a walk has to sift out, alone.
        (0, ""),
        (5, "'[\"po1\",\"po2\"]'"),
        (6, "'[\"st1\"]'"),
        (7, "'[\"g1\"]'"),
        (8, "'[\"upstream\"]'"),
        (9, "'[\"held\"]'"),
        (10, "'[\"ow1\"]'"),
        (11, "'[\"wf1\"]'"),
        (12, "'p1'"),
        (14, "'[\"1\"]'"),
        (15, "'[\"killed\"]'"),
        (16, "'[\"overdue\"]'"),
        (20, "3000"),
        (21, "'[\"M1\"]'"),
        (22, "'[{\"low\":\"a\",\"high\":\"b\"}]'"),
        (23, "'[{\"beginning\":\" p1\"}]'"),
    ];
    for list in LISTS {
        let (name, up, down) = (&list.name, &list.up, &list.down);
        let lead = match &name[..3] {
            "Any" => "null",
            "Por" => "'po1'",
            "Own" => "'ow1'",
            "Sta" if name.starts_with("Standing") => "'active'",
            _ => "'st1'",
        };
        let (low, high) = if name.ends_with("Name") { ("'p1'", "'p2'") } else { ("100", "4000") };
        for ((sql, from), (at, value)) in
            [(up, low), (down, high)].iter().flat_map(|sql| filters.map(|filter| (*sql, filter)))
        {
            let mut values = ["null"; 25];
            (values[0], values[1], values[2], values[3]) = (lead, from, "''", "20");
            (values[23], values[24]) = (if from == low { high } else { low }, "''");
            (values[11], values[12]) = ("''", "'q'");
            (values[16], values[17], values[18], values[19]) =
                ("2000", "2500", "-9223372036854775807", "9223372036854775807");
            if at > 0 {
                values[at - 1] = value;
            }
            let plan = plan(&store, sql, &values).await;
            let snake = name.chars().fold(String::new(), |text, c| {
                if c.is_uppercase() {
                    text + "_" + &c.to_lowercase().to_string()
                } else {
                    text + &c.to_string()
                }
            });
            let index = match *name {
                _ if name.ends_with("Changed") => "product_changed".to_owned(),
                _ => format!("listing{}", snake.replace("_any", "")),
            };
            // Where nearly everything is active, the whole list in its order is as good.
            let whole = index.replace("standing_", "");
            assert!(
                plan.contains(&index) || plan.contains(&whole),
                "{name} {at} without {index}:\n{plan}"
            );
            let sorts = plan.contains("Sort ") || plan.contains("FOR ORDER BY");
            assert!(!sorts, "{name} {at} sorts:\n{plan}");
            assert!(!scans(&plan), "{name} {at}:\n{plan}");
        }
    }
}

/// Entries of one kind, led by one thing each, with and without each further filter.
async fn every_list_of_entries_has_its_index(home: &Home) {
    let store = home.open().await;
    fill(&store).await;
    let store = by_index(home, store).await;
    let filters = [
        (5, "'feedback'"),
        (6, "'st1'"),
        (7, "'prd_7'"),
        (8, "'complaint'"),
        (9, "'M1'"),
        (10, "'ow1'"),
        (11, "'ow1'"),
        (12, "2000"),
        (13, "1"),
        (14, "1"),
        (15, "'[\"po1\",\"po2\"]'"),
    ];
    for list in intake::LISTS {
        let (name, sql) = (list.name, &list.lines);
        let (lead, index) = match name {
            "Any" => ("null", "entry_opened"),
            "AnyStatus" => ("null", "entry_any_status"),
            "AnyFlagged" => ("null", "entry_any_flagged"),
            "Flagged" => ("'po1'", "entry_flagged"),
            "Portfolio" => ("'po1'", "entry_portfolio"),
            "Status" => ("'po1'", "entry_status"),
            "Product" => ("'prd_7'", "entry_product"),
            "Sender" => ("'ow1'", "entry_sender"),
            _ => ("'ow1'", "entry_owner"),
        };
        for (at, value) in filters {
            let mut values = ["null"; 16];
            (values[0], values[1], values[2], values[3]) = (lead, "4000", "'fbk_7'", "20");
            (values[4], values[5]) =
                ("'feedback'", if name.ends_with("Status") { "'st1'" } else { "null" });
            (values[11], values[12], values[13]) = ("-9223372036854775807", "0", "0");
            values[15] = "''";
            values[at - 1] = value;
            let plan = plan(&store, sql, &values).await;
            // A further filter may be the better lead; kind alone is the list itself.
            let index = if at == 5 { index } else { "entry_" };
            assert!(plan.contains(index), "{name} {at} without {index}:\n{plan}");
            let sorts = plan.contains("Sort ") || plan.contains("FOR ORDER BY");
            assert!(!sorts && !scans(&plan), "{name} {at}:\n{plan}");
        }
    }
}

fn scans(plan: &str) -> bool {
    plan.contains("Seq Scan")
        || plan.lines().any(|line| {
            line.starts_with("SCAN ")
                && !line.contains("json_each")
                && !line.contains("USING")
                && line != "SCAN found"
        })
}

async fn every_look_up_has_its_index(home: &Home) {
    let store = home.open().await;
    fill(&store).await;
    let store = by_index(home, store).await;
    let cases: [(&str, &str, &[&str]); 43] = [
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
        ("PASSAGES_OF_PORTFOLIO", "passage_", &["'po1'", "5", "3000", "20"]),
        ("PASSAGES_OF_WORKFLOW", "passage_", &["'w1'", "5", "3000", "20"]),
        ("PASSAGES_AT_PLACE", "passage_", &["'g1'", "5", "3000", "20"]),
        ("PASSAGES_OF_PRODUCT", "passage", &["'prd_7'"]),
        ("PASSED_STREAMS", "event", &["3000", "3100"]),
        ("FACETS_OF_PRODUCTS", "facet_product", &["'[\"prd_7\"]'"]),
        ("OF_OWNER", "listing_owner_due", &["'ow1'", "1001"]),
        ("OF_STAGE", "listing_stage", &["'st1'", "1001"]),
        ("OF_PORTFOLIO", "listing_portfolio", &["'po1'", "1001"]),
        ("OF_STANDING", "listing_standing", &["'held'", "1001"]),
        ("OF_WORKFLOW", "listing_workflow", &["'wf1'", "1001"]),
        ("OF_GATE", "listing_gate", &["'g1'", "1001"]),
        ("OF_OUTCOME", "listing_outcome", &["'killed'", "1001"]),
        ("LATE_CONDITION", "listing_condition", &["2000", "1001"]),
        ("DUE_BETWEEN", "due", &["10", "200", "1001"]),
        ("NAMED_SO", "name", &["'p10'", "'p11'", "1001"]),
        ("ENTRY", "entry", &["'fbk_7'"]),
        ("ENTRIES_READ", "entry", &["'[\"fbk_7\"]'"]),
        ("ENTRY_BY_SECRET", "entry", &["'\\x00'"]),
        ("ENTRIES_AFTER", "entry", &["'fbk_7'", "20"]),
        ("DUE_ENTRIES", "entry_tick", &["5", "20"]),
        ("TASKS_OF_ENTRY", "entry_task", &["'fbk_7'"]),
        ("ENTRY_INBOX", "entry_task_inbox", &["'ow1'", "0", "''", "''", "20"]),
        ("SKETCHED", "sketch", &["'po1'", "7", "200"]),
        ("SKETCHES", "sketch_content", &["'[\"00\"]'"]),
        ("FOUND", "listing", &["'[{\"seq\":1}]'"]),
        ("MARKED", "search_document_mark", &["'[\"00\"]'"]),
        ("NAMING", "event", &["3000", "3100", "'00'"]),
        ("FINGERPRINT", "command_key", &["'\\x00'", "'system'", "7"]),
        ("COUNTS_OF_PRODUCT", "entry_product", &["'prd_7'", "4000", "20"]),
        ("COUNTS_OF_STATUS", "entry_", &["'po1'", "4000", "20", "'open'"]),
        ("COUNTS_OF_FLAGGED", "entry_", &["'po1'", "4000", "20"]),
        ("OF_FACET", "facet", &["'market'", "'M1'", "'M10'", "1001"]),
    ];
    for (name, table, values) in cases {
        let (_, sql) = all().find(|(found, _)| *found == name).unwrap();
        let plan = plan(&store, sql, values).await;
        assert!(plan.contains(table) && !scans(&plan), "{name}:\n{plan}");
    }
}

/// The short form of `cargo xtask explain`.
async fn many_products_are_listed_by_index(home: &Home) {
    let store = home.open().await;
    testing::fill(&store, 2500).await.unwrap();
    let store = by_index(home, store).await;
    assert_eq!(store.row_counts().await.unwrap().listings, 2500);
    let figures = testing::measure(&store, 2).await.unwrap();
    let found = |name: &str| figures.iter().find(|it| it.name == name).unwrap().found;
    assert_eq!((found("nothing by due"), found("portfolio by -name")), (100, 62));
    assert_eq!((found("rare standing by name"), found("rare workflow by due")), (0, 1));
    for (name, plan) in testing::plans(&store).await.unwrap() {
        assert!(!scans(&plan) && !plan.contains("Sort "), "{name}:\n{plan}");
    }
}

both! {
    many_products_are_listed_by_index
    every_list_has_its_index
    every_list_of_entries_has_its_index
    every_look_up_has_its_index
}
