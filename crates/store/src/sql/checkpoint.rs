//! Signed heads of the log, who signs them, and who has seen them.

use crate::dialect::statements;

macro_rules! columns {
    () => {
        "size, root, note, at"
    };
}

statements! {
    LOG_KEY = ("select number, key, since from log_key order by number desc limit 1");
    LOG_KEYS = ("select number, key, since from log_key order by number");
    ADD_LOG_KEY = (
        "insert into log_key (number, key, since) values ($1, $2, $3) \
         on conflict (number) do nothing"
    );
    /// One that is as large, or of a time after the given one.
    CHECKPOINT_SINCE = ("select size from checkpoint where size >= $1 or at > $2 limit 1");
    ADD_CHECKPOINT = (
        "insert into checkpoint (" (columns!()) ") values ($1, $2, $3, $4) \
         on conflict (size) do nothing"
    );
    LAST_CHECKPOINT = ("select " (columns!()) " from checkpoint order by size desc limit 1");
    CHECKPOINT = ("select " (columns!()) " from checkpoint where size = $1");
    /// The smallest that is at least so large.
    CHECKPOINT_FROM = (
        "select " (columns!()) " from checkpoint where size >= $1 order by size limit 1"
    );
    CHECKPOINTS_BEFORE = (
        "select " (columns!()) " from checkpoint where size < $1 order by size desc limit $2"
    );
    CHECKPOINTS_AFTER = (
        "select " (columns!()) " from checkpoint where size > $1 order by size limit $2"
    );
    COSIGNATURES = (
        "select size, witness, line, at from cosignature where size >= $1 and size <= $2 \
         order by size, witness"
    );
    LAST_COSIGNED = (
        "select size from cosignature where witness = $1 order by size desc limit 1"
    );
    ADD_COSIGNATURE = (
        "insert into cosignature (size, witness, line, at) values ($1, $2, $3, $4) \
         on conflict (size, witness) do nothing"
    );
}
