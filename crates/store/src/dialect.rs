//! All that the two databases say differently, and the macro that puts statements together.
//!
//! ```text
//! sql!("select id from product where id in " [list 1] " order by id" [for_update product])
//! ```
//! Literals and `(macros)` stand in both dialects, `[part]` is looked up here. Rows and lists are given as one
//! JSON text, so that a statement never changes with their number; bytes among them are given as
//! one blob and cut out of it by place and length.

/// One statement in both dialects.
macro_rules! sql {
    ($($part:tt)+) => {
        $crate::db::Sql {
            sqlite: concat!($($crate::dialect::part!(sqlite $part)),+),
            postgres: concat!($($crate::dialect::part!(postgres $part)),+),
        }
    };
}

macro_rules! part {
    ($dialect:ident $text:literal) => { $text };
    ($dialect:ident ($($shared:tt)+)) => { $($shared)+ };
    ($dialect:ident [$($word:tt)+]) => { $crate::dialect::$dialect!($($word)+) };
}

macro_rules! sqlite {
    // begin: take the write lock at once, so that what is read cannot change before the commit
    (begin) => { "begin immediate" };
    (begin_read) => { "begin" };
    (for_update $table:ident) => { "" };
    (for_share $table:ident) => { "" };
    // list N: the texts of a JSON array
    (list $n:literal) => { concat!("(select value from json_each($", $n, "))") };
    // rows N (column type, ...) as r
    (rows $n:literal ($($column:ident $type:ident),+)) => {
        concat!(
            "(select null as n", $(", value ->> '", stringify!($column), "' as ",
            stringify!($column)),+, " from json_each($", $n, ")) as r"
        )
    };
    (unhex $text:literal) => { concat!("unhex(", $text, ")") };
    // indexed_by INDEX: no other way to the rows, whatever is known of the values
    (indexed_by $index:literal) => { concat!(" indexed by ", $index) };
    // position TEXT PART: where the part begins, from 1; 0 when it is not in it
    (position $text:literal $part:literal) => { concat!("instr(", $text, ", ", $part, ")") };
    // cut N place length: a piece of the blob
    (cut $n:literal $place:literal $length:literal) => {
        concat!("substr($", $n, ", ", $place, ", ", $length, ")")
    };
    (digests $n:literal) => { concat!("(select unhex(value) from json_each($", $n, "))") };
    // The write lock covers the keys.
    (lock_keys $n:literal) => { concat!("select 1 from json_each($", $n, ") where false") };
    (lock_migration) => { "select 1" };
    (overwrite $switch:literal) => { concat!("pragma secure_delete = ", $switch) };
    (empty_wal) => { "pragma wal_checkpoint(truncate)" };
    (server_version) => { "sqlite_version()" };
    // now: microseconds, for notes about the database itself only
    (now) => { "cast(unixepoch('subsec') * 1000000 as integer)" };
}

macro_rules! postgres {
    (begin) => { "begin isolation level read committed" };
    (begin_read) => { "begin isolation level repeatable read read only" };
    (for_update $table:ident) => { concat!(" for update of ", stringify!($table)) };
    (for_share $table:ident) => { concat!(" for share of ", stringify!($table)) };
    (list $n:literal) => { concat!("(select value from json_array_elements_text($", $n, "::json))") };
    (rows $n:literal ($($column:ident $type:ident),+)) => {
        concat!(
            "json_to_recordset($", $n, "::json) as r(n int",
            $(", ", stringify!($column), " ", stringify!($type)),+, ")"
        )
    };
    (unhex $text:literal) => { concat!("decode(", $text, ", 'hex')") };
    (indexed_by $index:literal) => { "" };
    (position $text:literal $part:literal) => { concat!("strpos(", $text, ", ", $part, ")") };
    (cut $n:literal $place:literal $length:literal) => {
        concat!("substr($", $n, "::bytea, ", $place, ", ", $length, ")")
    };
    (digests $n:literal) => {
        concat!("(select decode(value, 'hex') from json_array_elements_text($", $n, "::json))")
    };
    (lock_keys $n:literal) => {
        concat!(
            "select pg_advisory_xact_lock(k) from (select value::bigint as k ",
            "from json_array_elements_text($", $n, "::json) order by 1 offset 0) as sorted"
        )
    };
    // Space is given free by autovacuum; the log of writes is the operator's.
    (overwrite $switch:literal) => { "select 1" };
    (empty_wal) => { "select 1" };
    (lock_migration) => { "select pg_advisory_xact_lock(7305438259047)" };
    (server_version) => { "current_setting('server_version_num')" };
    (now) => { "cast(extract(epoch from now()) * 1000000 as bigint)" };
}

/// Statements as constants, and all of them in a list, so that a test can prepare each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = ($($part:tt)+);)+) => {
        $($(#[$doc])* pub(crate) const $name: $crate::db::Sql =
            $crate::dialect::sql!($($part)+);)+
        #[cfg(any(test, feature = "testing"))]
        pub(crate) const ALL: &[(&str, &$crate::db::Sql)] =
            &[$((stringify!($name), &$name)),+];
    };
}

pub(crate) use {part, postgres, sql, sqlite, statements};
