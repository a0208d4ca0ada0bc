//! What signed heads and proofs are made of, and tables that only grow.

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::merkle::{
    Frontier, Hash, leaf_hash,
    proof::{self, Leaves},
};

use super::{
    Home, attempt, both,
    fake::{accept, rename, start, writer},
    same, tamper,
};
use crate::{Cosigned, Database, NewCheckpoint, Store};

both! {
    proofs_come_from_stored_subtrees
    there_is_one_checkpoint_for_a_size
    the_record_cannot_be_changed
    the_documented_role_works_and_cannot_alter
}

/// As a log of so many events, of which nothing but the leaves matters here.
async fn leaves(store: &crate::Store, size: u64) -> Vec<Hash> {
    let all: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
    let hex = |hash: &Hash| crate::codec::hex(hash);
    let mut frontier = Frontier::default();
    for hash in &all {
        frontier.push(*hash);
    }
    for (number, part) in all.chunks(2000).enumerate() {
        let row = |(at, hash): (usize, &Hash)| {
            let n = number * 2000 + at + 1;
            (format!("({n}, 's', {n}, 'k', 0, '{{}}', x'{}')", hex(hash)), n, hex(hash))
        };
        let rows: Vec<_> = part.iter().enumerate().map(row).collect();
        let sqlite: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        let postgres: Vec<String> = rows
            .iter()
            .map(|(_, n, hash)| format!("({n}, 's', {n}, 'k', 0, '{{}}', '\\x{hash}')"))
            .collect();
        let sql = crate::db::Sql {
            sqlite: format!("insert into event values {}", sqlite.join(",")).leak(),
            postgres: format!("insert into event values {}", postgres.join(",")).leak(),
        };
        tamper(store, sql).await;
    }
    let bytes = hex_of(&frontier.to_bytes());
    let sql = crate::db::Sql {
        sqlite: format!("update log_head set position = {size}, frontier = x'{bytes}'").leak(),
        postgres: format!("update log_head set position = {size}, frontier = '\\x{bytes}'").leak(),
    };
    tamper(store, sql).await;
    all
}

fn hex_of(bytes: &[u8]) -> String {
    crate::codec::hex(bytes)
}

fn over(all: &[Hash], part: &Leaves) -> Hash {
    let mut frontier = Frontier::default();
    let place = |n: u64| usize::try_from(n).unwrap();
    all[place(part.start)..place(part.end)].iter().for_each(|hash| frontier.push(*hash));
    frontier.root()
}

async fn proofs_come_from_stored_subtrees(home: &Home) {
    let store = home.open().await;
    store.grow_tree().await.unwrap();
    // More than 256 rows of 256, so that there is a node above the nodes.
    let size = 66_700;
    let all = leaves(&store, size).await;
    for round in 0..2 {
        store.grow_tree().await.unwrap();
        for size in [0, 1, 255, 256, 257, 65_536, 65_537, size] {
            let mut tree = store.tree(size);
            assert_eq!(tree.root().await.unwrap(), over(&all, &(0..size)), "size {size}");
            for leaf in [0, 255, 256, 300, 65_535, 65_536, 66_699] {
                let Some(parts) = proof::inclusion(leaf, size) else { continue };
                let proof = tree.proof(&parts).await.unwrap();
                let root = tree.root().await.unwrap();
                let hash = &all[usize::try_from(leaf).unwrap()];
                assert!(proof::includes(leaf, size, hash, &proof, &root), "{leaf} of {size}");
            }
            for from in [1, 256, 65_536, 65_537].into_iter().filter(|from| *from <= size) {
                let parts = proof::consistency(from, size).unwrap();
                let proof = tree.proof(&parts).await.unwrap();
                let (old, new) = (over(&all, &(0..from)), over(&all, &(0..size)));
                assert!(proof::extends((from, &old), (size, &new), &proof), "{from} to {size}");
            }
        }
        if round == 0 {
            store.forget_tree().await.unwrap();
        }
    }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

async fn there_is_one_checkpoint_for_a_size(home: &Home) {
    let (store, other) = (home.open().await, home.open().await);
    let new = |size, minute| NewCheckpoint {
        size,
        root: leaf_hash(b"root"),
        note: format!("note {size}\n"),
        at: at(minute),
    };
    assert_eq!(store.last_checkpoint().await.unwrap(), None);
    let first = new(5, 1);
    let (a, b) =
        tokio::join!(store.add_checkpoint(&first, at(0)), other.add_checkpoint(&first, at(0)));
    assert_eq!(u8::from(a.unwrap()) + u8::from(b.unwrap()), 1);
    assert!(!store.add_checkpoint(&new(4, 9), at(8)).await.unwrap(), "a smaller one");
    assert!(!store.add_checkpoint(&new(6, 2), at(0)).await.unwrap(), "too early");
    assert!(store.add_checkpoint(&new(7, 2), at(1)).await.unwrap());
    let cosigned = Cosigned { witness: "w+1".into(), line: "— w x\n".into(), at: at(3) };
    for _ in 0..2 {
        store.add_cosignature(7, &cosigned).await.unwrap();
    }
    let last = store.last_checkpoint().await.unwrap().unwrap();
    assert_eq!((last.size, last.full_note().as_str()), (7, "note 7\n— w x\n"));
    assert_eq!(store.checkpoint_over(6).await.unwrap(), Some(last));
    let sizes = |found: Vec<crate::StoredCheckpoint>| -> Vec<u64> {
        found.iter().map(|one| one.size).collect()
    };
    assert_eq!(sizes(store.checkpoints_before(None, 9).await.unwrap()), [7, 5]);
    assert_eq!(sizes(store.checkpoints_after(5, 9).await.unwrap()), [7]);

    assert_eq!(store.log_key().await.unwrap(), None);
    let (a, b) = tokio::join!(store.add_log_key("a"), other.add_log_key("b"));
    a.and(b).unwrap();
    let key = store.log_key().await.unwrap().unwrap();
    store.add_log_key("c").await.unwrap();
    assert_eq!(store.log_keys().await.unwrap().last().unwrap().1, "c");
    assert!(["a", "b"].contains(&key.as_str()));
}

async fn the_record_cannot_be_changed(home: &Home) {
    let store = home.open().await;
    let event = crate::db::Sql {
        sqlite: "insert into event values (1, 's', 1, 'k', 0, '{}', x'00')",
        postgres: "insert into event values (1, 's', 1, 'k', 0, '{}', '\\x00')",
    };
    store.shared.readers.acquire().await.unwrap().conn().script(&event).await.unwrap();
    store.add_log_key("a").await.unwrap();
    attempt(&store, "update log_head set position = 1, at = 7").await.unwrap();
    store
        .add_checkpoint(
            &NewCheckpoint { size: 1, root: [0; 32], note: "n".into(), at: at(1) },
            at(0),
        )
        .await
        .unwrap();
    let cosigned = Cosigned { witness: "w".into(), line: "l".into(), at: at(1) };
    store.add_cosignature(1, &cosigned).await.unwrap();
    for sql in [
        "update event set record = '{\"a\":1}'",
        "update event set at = 1 where position = 1",
        "delete from event",
        "update checkpoint set note = 'other'",
        "delete from checkpoint",
        "update cosignature set line = 'other'",
        "delete from cosignature",
        "update log_key set key = 'b'",
        "delete from log_key",
        "update log_head set position = 0",
        "update log_head set at = 6",
        "delete from log_head",
    ] {
        let refused = attempt(&store, sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    // Without a trigger of its own, "or replace" deletes what stands in its way, and asks nobody.
    let replaced = [
        "insert or replace into event values (1, 's', 2, 'k', 0, '{}', x'01')",
        "insert or replace into event values (2, 's', 1, 'k', 0, '{}', x'01')",
        "replace into log_head values (1, 0, 0, x'0000000000000000')",
    ];
    let ignored = [
        "replace into checkpoint values (1, x'00', 'other', 0)",
        "replace into cosignature values (1, 'w', 'other', 0)",
        "replace into log_key values (1, 'b', 0)",
    ];
    if !home.is_postgres() {
        for sql in replaced {
            let refused = attempt(&store, sql).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        for sql in ignored {
            attempt(&store, sql).await.unwrap();
        }
    }
    let kept = store.checkpoint(1).await.unwrap().unwrap();
    assert_eq!((kept.note.as_str(), kept.cosignatures[0].line.as_str()), ("n", "l"));
    assert_eq!(store.log_key().await.unwrap().as_deref(), Some("a"));
    assert_eq!(store.missing_guards().await.unwrap(), Vec::<String>::new());
    if home.is_postgres() {
        for table in ["event", "checkpoint", "cosignature", "log_key", "log_head"] {
            let sql = format!("truncate {table}").leak();
            let refused = attempt(&store, sql).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
    }
    tamper(&store, same("update event set record = 'an owner can'")).await;
    let missing = store.missing_guards().await.unwrap();
    let first = if home.is_postgres() { "checkpoint_kept" } else { "checkpoint_delete" };
    assert_eq!(missing.first().map(String::as_str), Some(first), "{missing:?}");
}

/// The grants of the page, as somebody would copy them.
async fn the_documented_role_works_and_cannot_alter(home: &Home) {
    let Database::Postgres(address) = home.options().database else { return };
    let owner = home.open().await;
    let page = include_str!("../../../../docs/howto/postgresql-roles.md");
    let grants = page.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let (server, database) = address.rsplit_once('/').unwrap();
    let role = format!("app_{database}");
    let grants = grants.replace("sluicegate_app", &role).leak();
    attempt(&owner, grants).await.unwrap();
    let host = server
        .rsplit_once('@')
        .map_or_else(|| server.split_once("://").unwrap().1, |(_, host)| host);
    let mut options = home.options();
    options.database = Database::Postgres(format!("postgres://{role}@{host}/{database}"));
    let store = Store::open(options).await.unwrap();
    let write = writer(&store);
    accept(&write, start(1, "", 1)).await;
    accept(&write, rename(1, "p1 a")).await;
    store.grow_tree().await.unwrap();
    store.add_log_key("a").await.unwrap();
    let new = NewCheckpoint { size: 2, root: [0; 32], note: "n".into(), at: at(1) };
    assert!(store.add_checkpoint(&new, at(0)).await.unwrap());
    for sql in [
        "update event set record = '{}'",
        "delete from event",
        "truncate event",
        "delete from checkpoint",
        "alter table event disable trigger all",
        "drop trigger event_kept on event",
        "set session_replication_role = replica",
        "delete from migration",
    ] {
        let refused = attempt(&store, sql).await.unwrap_err().to_string();
        let denied = refused.contains("denied") || refused.contains("must be owner");
        assert!(denied, "{sql}: {refused}");
    }
    write.shutdown().await;
    store.close().await;
    attempt(&owner, format!("drop owned by {role}; drop role {role}").leak()).await.unwrap();
}
