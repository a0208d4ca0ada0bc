//! Transactions, and what `open` asks before it trusts a database.

use crate::dialect::statements;

statements! {
    /// Starts a transaction that writes.
    BEGIN = ([begin]);
    /// Starts one that sees a single state and writes nothing.
    BEGIN_READ = ([begin_read]);
    COMMIT = ("commit");
    ROLLBACK = ("rollback");
    SERVER_VERSION = ("select " [server_version] " as version");
    /// Two processes that start together migrate one after the other.
    LOCK_MIGRATION = ([lock_migration]);
    APPLIED = ("select number, name, digest from migration order by number");
    RECORD_MIGRATION = (
        "insert into migration (number, name, digest, applied_at) values ($1, $2, $3, " [now] ")"
    );
}
