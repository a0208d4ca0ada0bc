//! Every statement of the store, by topic.

pub(crate) mod audit;
pub(crate) mod beside;
pub(crate) mod directory;
pub(crate) mod intake;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod schema;
pub(crate) mod write;

/// All of them, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static crate::db::Sql)> {
    let named = [
        audit::ALL,
        beside::ALL,
        directory::ALL,
        intake::ALL,
        lists::ALL,
        log::ALL,
        schema::ALL,
        write::ALL,
    ];
    let lists = lists::LISTS.iter().flat_map(|(name, up, down)| [(*name, up), (*name, down)]);
    let entries = intake::LISTS.iter().map(|(name, sql)| (*name, sql));
    named.into_iter().flatten().copied().chain(lists).chain(entries)
}
