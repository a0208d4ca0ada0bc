//! Every statement of the store, by topic.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod beside;
pub(crate) mod checkpoint;
pub(crate) mod directory;
pub(crate) mod erase;
pub(crate) mod intake;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod passage;
pub(crate) mod rebuild;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod tree;
pub(crate) mod write;

/// All of them, for the test that prepares each on both databases.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static crate::db::Sql)> {
    let named = [
        access::ALL,
        audit::ALL,
        beside::ALL,
        checkpoint::ALL,
        directory::ALL,
        erase::ALL,
        intake::ALL,
        lists::ALL,
        log::ALL,
        passage::ALL,
        rebuild::ALL,
        schema::ALL,
        search::ALL,
        tree::ALL,
        write::ALL,
    ];
    let walks = lists::LISTS.iter().flat_map(|list| {
        let statements = [&list.up, &list.down, &list.stretch_up, &list.stretch_down];
        statements.map(|sql| (list.name, sql))
    });
    let entries = intake::LISTS
        .iter()
        .flat_map(|list| [(list.name, &list.lines), (list.name, &list.stretch)]);
    let looks = lists::LOOKS
        .iter()
        .flat_map(|(name, look)| [(*name, &look.products), (*name, &look.number)]);
    let lists = walks.chain(looks).chain([("AMONG", &lists::AMONG)]).chain(entries);
    named.into_iter().flatten().copied().chain(lists)
}
