//! What the databases can do alone, with the same rows and without any of our program.
//!
//! A command here: read the aggregate's row (4 KB of state), insert one event of 600 bytes with a
//! unique (stream, version), update the row, two projection rows and one outbox row.

mod postgres;
mod sqlite;

pub(crate) use postgres::{Pgbench, database};
pub(crate) use sqlite::Sqlite;

/// Aggregates in the table.
pub(crate) const ROWS: u32 = 1024;
/// As many as a large company has, and more than a page cache holds.
pub(crate) const MANY_ROWS: u32 = 100_000;
const STATE: usize = 4096;
const EVENT: usize = 600;

/// JSON such as a state or an event is made of: repeated words around digests that do not repeat.
fn json(length: usize, seed: u64) -> String {
    let mut text = String::from("{");
    let mut chance = seed;
    while text.len() < length {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        let (digest, number) = (chance ^ (chance >> 29), chance >> 56);
        let part = format!(
            "\"deliverable_{number}\":{{\"work\":\"submitted\",\"visit\":1,\
             \"content\":\"{digest:016x}{chance:016x}\"}},"
        );
        text.push_str(&part);
    }
    text.truncate(length - 1);
    text.push('}');
    text
}

fn state() -> String {
    json(STATE, 7)
}

fn event() -> String {
    json(EVENT, 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_size_that_is_claimed() {
        assert_eq!((state().len(), event().len()), (4096, 600));
        assert!(state().is_ascii());
    }
}
