//! Every statement is understood by both databases, and strange databases are refused.

use sqlx::{Executor as _, SqlSafeStr as _};

use super::{Home, both, same, tamper};
use crate::{Store, StoreError, db::Conn, sql};

async fn every_statement_prepares(home: &Home) {
    let store = home.open().await;
    let mut connection = store.shared.readers.acquire().await.unwrap();
    let mut prepared = 0;
    for (name, sql) in sql::all() {
        let error = match connection.conn() {
            Conn::Sqlite(conn) => conn.prepare(sql.sqlite.into_sql_str()).await.err(),
            Conn::Postgres(conn) => conn.prepare(sql.postgres.into_sql_str()).await.err(),
        };
        assert!(error.is_none(), "{name}: {error:?}");
        prepared += 1;
    }
    assert!(prepared > 80);
}

async fn a_strange_database_is_refused(home: &Home) {
    let store = home.open().await;
    // Opening again changes nothing.
    home.open().await;
    let refused = async |sql: &'static str, why: &str| {
        tamper(&store, same(sql)).await;
        let error = Store::open(home.options()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unusable(_)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    };
    refused("insert into migration values (9000, '9000_later', '', 0)", "made by a newer program")
        .await;
    refused(
        "delete from migration where number = 9000; update migration set digest = 'x'",
        "applied migrations must never change",
    )
    .await;
}

both! {
    every_statement_prepares
    a_strange_database_is_refused
}
