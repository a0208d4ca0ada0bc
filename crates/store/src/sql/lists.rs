//! Lists by keyset: one statement for each way to find and to sort, made from one text.
//!
//! A list is read in one of two ways. Either an index in the order of the list is walked, and what
//! does not fit is sifted out; or, when few products have some value that the filter names, these
//! are gathered and sorted by the reader. Neither reads a whole table, and no database sorts.
//!
//! What sifts is written so that no database can take it for a reason to leave the walk's index,
//! and none expects it to keep back nearly everything: a null test beside it, or a case. Facets are
//! counted, because PostgreSQL would read those of all products at once to see whether one is there.

use crate::{
    db::Sql,
    dialect::{sql, statements},
};

macro_rules! columns {
    () => {
        "select l.product, p.version, p.changed_at, l.name, l.name_key, l.portfolio, l.workflow, \
                l.workflow_version, l.stage, l.gate, l.side, l.standing, l.outcome, l.owner, \
                l.due_at, l.condition_due_at, l.started_at "
    };
}

/// As in [`Health`](crate::Health), at the time $17; $18 is when soon ends.
macro_rules! health {
    () => {
        "case when l.standing = 'closed' then 'ended' \
              when l.standing = 'held' or l.condition_due_at < $17 then 'blocked' \
              when l.due_at < $17 then 'overdue' when l.due_at < $18 then 'due_soon' \
              else 'on_track' end"
    };
}

/// The ranges: names from $12 until $13 ($12 is empty when not set), due from $19 to $20
/// (from the least to the greatest number when not set).
macro_rules! ranges {
    () => {
        " and (cast($12 as text) = '' \
               or case when l.name_key < $12 or l.name_key >= $13 then false else true end) \
          and (($19 = -9223372036854775807 and $20 = 9223372036854775807) \
               or case when l.due_at < $19 or l.due_at > $20 then false else true end)"
    };
}

/// Parameters: 1 what leads (a stage, a standing, a portfolio; null when nothing does), 2 and 3
/// sort value and id of the last line, 4 limit, 12, 13 and 17 to 20 as above; the others are JSON
/// lists, null when not set: 5 portfolios, 6 stages, 7 gates, 8 sides, 9 standings, 10 owners,
/// 11 workflows, 14 their versions, 15 outcomes, 16 healths, 21 markets, 22 ranges of holders,
/// 23 beginnings of words, each after a space.
macro_rules! sifting {
    (($($head:tt)+) ($($tail:tt)*)) => {
        sql!(
            $($head)+
            " and (cast($5 as text) is null or l.portfolio in " [list 5] ")"
            " and (cast($6 as text) is null or l.stage in " [list 6] ")"
            " and (cast($7 as text) is null or l.gate in " [list 7] ")"
            " and (cast($8 as text) is null or l.side in " [list 8] ")"
            " and (cast($9 as text) is null or l.standing in " [list 9] ")"
            " and (cast($10 as text) is null or l.owner in " [list 10] ")"
            " and (cast($11 as text) is null or l.workflow in " [list 11] ")"
            (ranges!())
            " and (cast($14 as text) is null \
                   or cast(l.workflow_version as text) in " [list 14] ")"
            " and (cast($15 as text) is null or l.outcome in " [list 15] ")"
            " and (cast($16 as text) is null or " (health!()) " in " [list 16] ")"
            " and (cast($21 as text) is null or 0 < (select count(*) from facet f \
                  where f.product = l.product and f.kind = 'market' and f.value in " [list 21] "))"
            " and (cast($22 as text) is null or 0 < (select count(*) from facet f cross join "
            [rows 22 (low text, high text)]
            " where f.product = l.product and f.kind = 'holder' \
                  and f.value >= r.low and f.value < r.high))"
            " and (cast($23 as text) is null or not exists (select 1 from "
            [rows 23 (beginning text)] " where " [position "l.words" "r.beginning"] " = 0))"
            $($tail)*
        )
    };
}

macro_rules! list {
    ($from:literal $lead:literal $sort:literal $id:literal $after:literal
     $order:literal $stop:literal) => {
        sifting!(
            ((columns!()) "from " $from " and " $lead " and " $stop
             " and (" $sort ", " $id ") " $after " ($2, $3)")
            (" order by " $sort $order ", " $id $order " limit $4")
        )
    };
}

/// Both directions of each list, with where each may stop. A cross join keeps SQLite to the order
/// of the tables.
macro_rules! lists {
    ($($name:ident = $from:literal $lead:literal $sort:literal $id:literal
       $up:literal $down:literal;)+) => {
        /// Name, ascending, descending.
        pub(crate) const LISTS: &[(&str, Sql, Sql)] = &[$((
            stringify!($name),
            list!($from $lead $sort $id ">" "" $up),
            list!($from $lead $sort $id "<" " desc" $down),
        )),+];
        /// Places in [`LISTS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum List { $($name),+ }
    };
}

lists! {
    AnyDue = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" "l.due_at" "l.product" "l.due_at <= $20" "l.due_at >= $19";
    AnyName = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" "l.name_key" "l.product" "l.name_key < $13" "l.name_key >= $12";
    AnyStarted = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" "l.started_at" "l.product" "true" "true";
    AnyChanged = "product p cross join listing l where l.product = p.id"
        "cast($1 as text) is null" "p.changed_at" "p.id" "true" "true";
    PortfolioDue = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" "l.due_at" "l.product" "l.due_at <= $20" "l.due_at >= $19";
    PortfolioName = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" "l.name_key" "l.product" "l.name_key < $13" "l.name_key >= $12";
    PortfolioStarted = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" "l.started_at" "l.product" "true" "true";
    StageDue = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" "l.due_at" "l.product" "l.due_at <= $20" "l.due_at >= $19";
    StageName = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" "l.name_key" "l.product" "l.name_key < $13" "l.name_key >= $12";
    StageStarted = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" "l.started_at" "l.product" "true" "true";
    StandingDue = "listing l cross join product p where p.id = l.product"
        "l.standing = $1" "l.due_at" "l.product" "l.due_at <= $20" "l.due_at >= $19";
    StandingStarted = "listing l cross join product p where p.id = l.product"
        "l.standing = $1" "l.started_at" "l.product" "true" "true";
}

/// These products, as far as they fit the filter, in no order.
pub(crate) const AMONG: Sql = sifting!(
    ((columns!()) "from listing l join product p on p.id = l.product \
         where l.product in " [list 1]
     " and coalesce(cast($2 as text), cast($3 as text), cast($4 as text)) is null")
    ()
);

statements! {
    /// The products of one value, up to a bound; each is asked for what the filter names.
    OF_OWNER = ("select product from listing where owner = $1 limit $2");
    OF_STAGE = ("select product from listing where stage = $1 limit $2");
    OF_PORTFOLIO = ("select product from listing where portfolio = $1 limit $2");
    OF_STANDING = ("select product from listing where standing = $1 limit $2");
    OF_WORKFLOW = ("select product from listing where workflow = $1 limit $2");
    OF_GATE = ("select product from listing where gate = $1 limit $2");
    OF_OUTCOME = ("select product from listing where outcome = $1 limit $2");
    LATE_CONDITION = ("select product from listing where condition_due_at < $1 limit $2");
    DUE_BETWEEN = ("select product from listing where due_at >= $1 and due_at <= $2 limit $3");
    NAMED_SO = ("select product from listing where name_key >= $1 and name_key < $2 limit $3");
    OF_FACET = (
        "select product from facet where kind = $1 and value >= $2 and value < $3 limit $4"
    );
    LISTED = ((columns!()) "from listing l join product p on p.id = l.product where l.product = $1");
    DUE_PRODUCTS = (
        "select product from listing where next_tick <= $1 order by next_tick, product limit $2"
    );
    /// One inbox, after the last task that was seen.
    INBOX = (
        "select t.product, t.key, t.addressee, t.kind, t.due_at, t.since, l.name, l.portfolio, \
             l.workflow, l.workflow_version \
         from task t join listing l on l.product = t.product \
         where t.addressee = $1 and (t.due_at, t.product, t.key) > ($2, $3, $4) \
         order by t.due_at, t.product, t.key limit $5"
    );
}
