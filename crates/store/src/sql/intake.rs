//! Entries: intake links, ideas, feedback and field days.

use crate::{
    db::Sql,
    dialect::{sql, statements},
};

/// Parameters: 1 what leads, 2 and 3 time and id of the last line, 4 limit, 5 kind, 6 to 11 filters,
/// each null when not set, 12 and 16 time and id of the last line that is looked at, 13 whether to
/// leave out what was not let in (1), 14 whether only what may be an incident (1), 15 portfolios as
/// a JSON list. The newest first.
macro_rules! entries {
    ($index:literal $lead:literal) => {
        sql!(
            "select id, version, changed_at, state from entry e" [indexed_by $index] " where e.kind = $5 and " $lead
            " and (e.opened_at, e.id) < ($2, $3) and (e.opened_at, e.id) >= ($12, $16)"
            " and (cast($6 as text) is null or e.status = $6)"
            " and (cast($7 as text) is null or e.product = $7)"
            " and (cast($8 as text) is null or e.topic = $8)"
            " and (cast($9 as text) is null or e.market = $9)"
            " and (cast($10 as text) is null or e.sender = $10)"
            " and (cast($11 as text) is null or e.owner = $11)"
            " and ($13 = cast(0 as bigint) or e.status not in ('received', 'rejected'))"
            " and ($14 = cast(0 as bigint) or e.flagged = 1)"
            " and (cast($15 as text) is null or e.portfolio in " [list 15] ")"
            " order by e.opened_at desc, e.id desc limit $4"
        )
    };
}

/// Where a stretch of a list ends that has as many entries as $4 and one more, from the index alone.
/// Parameters 1 to 6 as above; not every list has the sixth.
macro_rules! stretch {
    ($index:literal $lead:literal) => {
        sql!(
            "select e.opened_at, e.id from entry e" [indexed_by $index] " where e.kind = $5 and " $lead
            " and (e.opened_at, e.id) < ($2, $3)"
            " and (cast($6 as text) is null or cast($6 as text) is not null)"
            " order by e.opened_at desc, e.id desc limit 1 offset $4"
        )
    };
}

/// One list.
#[derive(Debug)]
pub(crate) struct Walk {
    #[cfg(any(test, feature = "testing"))]
    pub(crate) name: &'static str,
    pub(crate) lines: Sql,
    pub(crate) stretch: Sql,
}

macro_rules! lists {
    ($($name:ident = $index:literal $lead:literal;)+) => {
        pub(crate) const LISTS: &[Walk] = &[$(Walk {
            #[cfg(any(test, feature = "testing"))]
            name: stringify!($name),
            lines: entries!($index $lead),
            stretch: stretch!($index $lead),
        }),+];
        /// Places in [`LISTS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Lead { $($name),+ }
    };
}

lists! {
    Any = "entry_opened" "cast($1 as text) is null";
    AnyStatus = "entry_any_status" "cast($1 as text) is null and e.status = $6";
    AnyFlagged = "entry_any_flagged" "cast($1 as text) is null and e.flagged = 1";
    Portfolio = "entry_portfolio" "e.portfolio = $1";
    Status = "entry_status" "e.portfolio = $1 and e.status = $6";
    Flagged = "entry_flagged" "e.portfolio = $1 and e.flagged = 1";
    Product = "entry_product" "e.product = $1";
    Sender = "entry_sender" "e.sender = $1";
    Owner = "entry_owner" "e.owner = $1";
}

/// The rows are found first, a bounded number of them and the newest: grouping must not choose the
/// index.
macro_rules! counted {
    () => {
        " order by opened_at desc, id desc limit $3) \
         select product, topic, market, status, count(*) as number, min(opened_at) as oldest, \
             cast(avg(opened_at) as bigint) as mean, \
             cast(sum(case when due_at < $2 then 1 else 0 end) as bigint) as late, \
             cast(sum(flagged) as bigint) as flagged from found \
         group by product, topic, market, status order by product, topic, market, status"
    };
}

macro_rules! found {
    () => {
        "with found as materialized (select product, topic, market, status, opened_at, due_at, \
             flagged from entry where kind = 'feedback' and "
    };
}

statements! {
    ENTRIES_LOCKED = (
        "select e.id, e.version, e.changed_at, e.state from entry e where e.id in " [list 1]
        " order by e.id" [for_update e]
    );
    ENTRIES_READ = (
        "select e.id, e.version, e.changed_at, e.state from entry e where e.id in " [list 1]
        " order by e.id"
    );
    PUT_ENTRIES = (
        "insert into entry (id, version, changed_at, state, kind, portfolio, status, product, \
             topic, market, sender, owner, flagged, secret, opened_at, due_at, next_tick) \
         select id, version, changed_at, state, kind, portfolio, status, product, topic, market, \
             sender, owner, flagged, " [unhex "secret"] ", opened_at, due_at, next_tick from "
        [rows 1 (id text, version bigint, changed_at bigint, state text, kind text, portfolio text,
                 status text, product text, topic text, market text, sender text, owner text,
                 flagged bigint, secret text, opened_at bigint, due_at bigint, next_tick bigint)]
        " where true on conflict (id) do update set \
             version = excluded.version, changed_at = excluded.changed_at, \
             state = excluded.state, status = excluded.status, product = excluded.product, \
             owner = excluded.owner, flagged = excluded.flagged, due_at = excluded.due_at, \
             next_tick = excluded.next_tick"
    );
    DROP_ENTRY_TASKS = ("delete from entry_task where entry in " [list 1]);
    ADD_ENTRY_TASKS = (
        "insert into entry_task (entry, key, addressee, kind, due_at, since) \
         select entry, key, addressee, kind, due_at, since from "
        [rows 1 (entry text, key text, addressee text, kind text, due_at bigint, since bigint)]
    );
    /// First drafts of products that a command has started.
    ADD_DRAFTS = (
        "insert into draft (product, deliverable, version, body, updated_by, updated_at) \
         select product, deliverable, 1, body, updated_by, updated_at from "
        [rows 1 (product text, deliverable text, body text, updated_by text, updated_at bigint)]
        " where true on conflict (product, deliverable) do nothing"
    );
    /// In one order, so that two writers cannot deadlock.
    ADD_SKETCHES = (
        "insert into sketch (portfolio, piece, subject, content) \
         select portfolio, piece, subject, " [unhex "content"] " from "
        [rows 1 (portfolio text, piece bigint, subject text, content text)]
        " where true order by portfolio, piece, subject, content \
         on conflict (portfolio, piece, subject, content) do nothing"
    );
    /// The newest of those that have a piece: ids rise with age.
    SKETCHED = (
        "select subject, content from sketch where portfolio = $1 and piece = $2 \
         order by subject desc, content limit $3"
    );

    ENTRY = ("select id, version, changed_at, state from entry where id = $1");
    ENTRY_BY_SECRET = ("select id, version, changed_at, state from entry where secret = $1");
    ENTRY_ROW = (
        "select id, version, kind, portfolio, status, product, topic, market, sender, owner, \
             flagged, secret, opened_at, due_at, next_tick from entry where id = $1"
    );
    ENTRIES_AFTER = (
        "select id, version, changed_at, state from entry where id > $1 order by id limit $2"
    );
    TASKS_OF_ENTRY = (
        "select entry, key, addressee, kind, due_at, since from entry_task where entry = $1 \
         order by key, addressee"
    );
    ENTRY_TASK_COUNT = ("select count(*) as tasks from entry_task");
    DUE_ENTRIES = ("select id from entry where next_tick <= $1 order by next_tick, id limit $2");
    ENTRY_INBOX = (
        "select t.entry, t.key, t.addressee, t.kind, t.due_at, t.since, e.portfolio, e.product, \
             l.name from entry_task t join entry e on e.id = t.entry \
         left join listing l on l.product = e.product \
         where t.addressee = $1 and (t.due_at, t.entry, t.key) > ($2, $3, $4) \
         order by t.due_at, t.entry, t.key limit $5"
    );
    /// Numbers and ages of feedback; the mean age is that of the moments of coming.
    COUNTS_OF_PRODUCT = ((found!()) "product = $1" (counted!()));
    /// In one state; what may be an incident is counted for itself once it is answered.
    COUNTS_OF_STATUS = (
        (found!()) "portfolio = $1 and status = $4 and (flagged = 0 or status = 'open')" (counted!())
    );
    COUNTS_OF_FLAGGED = (
        (found!()) "portfolio = $1 and flagged = 1 and status <> 'open'" (counted!())
    );
}
