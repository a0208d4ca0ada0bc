//! Lists by keyset: one statement for each way to find and to sort, made from one text.
//!
//! A list is read in one of two ways. Either an index in the order of the list is walked, and what
//! does not fit is sifted out; or, when few products have some value that the filter names, these
//! are gathered and sorted by the reader. Neither reads a whole table, and no database sorts. Values
//! that are frequent, but seldom together, are looked for in a bounded stretch of the list at a time.
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
/// 23 beginnings of words, each after a space; 24 and 25 sort value and id of the last line that is
/// looked at.
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
    ($table:literal $index:literal $beside:literal $lead:literal $sort:literal $id:literal
     $after:literal $until:literal $order:literal) => {
        sifting!(
            ((columns!()) "from " $table [indexed_by $index] " cross join " $beside " and " $lead
             " and (" $sort ", " $id ") " $after " ($2, $3)"
             " and (" $sort ", " $id ") " $until " ($24, $25)")
            (" order by " $sort $order ", " $id $order " limit $4")
        )
    };
}

/// Where a stretch of a list ends that has as many lines as $4 and one more: from the index alone,
/// as nothing is sifted. Parameters 1 to 3 as above.
macro_rules! stretch {
    ($table:literal $index:literal $lead:literal $sort:literal $id:literal $after:literal
     $order:literal) => {
        sql!(
            "select " $sort ", " $id " as product from " $table [indexed_by $index] " where " $lead
            " and (" $sort ", " $id ") " $after " ($2, $3)"
            " order by " $sort $order ", " $id $order " limit 1 offset $4"
        )
    };
}

/// One list.
#[derive(Debug)]
pub(crate) struct Walk {
    #[cfg(any(test, feature = "testing"))]
    pub(crate) name: &'static str,
    pub(crate) up: Sql,
    pub(crate) down: Sql,
    pub(crate) stretch_up: Sql,
    pub(crate) stretch_down: Sql,
}

/// Both directions of each list. A cross join keeps SQLite to the order of the tables. The index is
/// named, too: with statistics SQLite would rather read a whole table to sort it than walk a range
/// that holds everything, however few lines are wanted.
macro_rules! lists {
    ($($name:ident = $table:literal $index:literal $beside:literal
       $lead:literal $sort:literal $id:literal;)+) => {
        pub(crate) const LISTS: &[Walk] = &[$(Walk {
            #[cfg(any(test, feature = "testing"))]
            name: stringify!($name),
            up: list!($table $index $beside $lead $sort $id ">" "<=" ""),
            down: list!($table $index $beside $lead $sort $id "<" ">=" " desc"),
            stretch_up: stretch!($table $index $lead $sort $id ">" ""),
            stretch_down: stretch!($table $index $lead $sort $id "<" " desc"),
        }),+];
        /// Places in [`LISTS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum List { $($name),+ }
    };
}

lists! {
    AnyDue = "listing l" "listing_due" "product p where p.id = l.product"
        "cast($1 as text) is null" "l.due_at" "l.product";
    AnyName = "listing l" "listing_name" "product p where p.id = l.product"
        "cast($1 as text) is null" "l.name_key" "l.product";
    AnyStarted = "listing l" "listing_started" "product p where p.id = l.product"
        "cast($1 as text) is null" "l.started_at" "l.product";
    AnyChanged = "product p" "product_changed" "listing l where l.product = p.id"
        "cast($1 as text) is null" "p.changed_at" "p.id";
    PortfolioDue = "listing l" "listing_portfolio_due" "product p where p.id = l.product"
        "l.portfolio = $1" "l.due_at" "l.product";
    PortfolioName = "listing l" "listing_portfolio_name" "product p where p.id = l.product"
        "l.portfolio = $1" "l.name_key" "l.product";
    PortfolioStarted = "listing l" "listing_portfolio_started" "product p where p.id = l.product"
        "l.portfolio = $1" "l.started_at" "l.product";
    OwnerDue = "listing l" "listing_owner_due" "product p where p.id = l.product"
        "l.owner = $1" "l.due_at" "l.product";
    StageDue = "listing l" "listing_stage_due" "product p where p.id = l.product"
        "l.stage = $1" "l.due_at" "l.product";
    StageName = "listing l" "listing_stage_name" "product p where p.id = l.product"
        "l.stage = $1" "l.name_key" "l.product";
    StageStarted = "listing l" "listing_stage_started" "product p where p.id = l.product"
        "l.stage = $1" "l.started_at" "l.product";
    StandingDue = "listing l" "listing_standing_due" "product p where p.id = l.product"
        "l.standing = $1" "l.due_at" "l.product";
    StandingStarted = "listing l" "listing_standing_started" "product p where p.id = l.product"
        "l.standing = $1" "l.started_at" "l.product";
}

/// These products, as far as they fit the filter, in no order: what they are sorted by, and no more.
pub(crate) const AMONG: Sql = sifting!(
    ("select l.product, l.due_at, l.name_key, l.started_at, p.changed_at \
         from listing l join product p on p.id = l.product where l.product in " [list 1]
     " and coalesce(cast($2 as text), cast($3 as text), cast($4 as text)) is null")
    ()
);

/// The products of one value, up to a bound, each of which is asked for what the filter names; and
/// how many they are.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) products: Sql,
    pub(crate) number: Sql,
}

macro_rules! looks {
    ($($name:ident = $from:literal;)+) => {
        $(pub(crate) const $name: Look = Look {
            products: sql!("select product from " $from),
            number: sql!("select count(*) as found from (select product from " $from ") as few"),
        };)+
        #[cfg(any(test, feature = "testing"))]
        pub(crate) const LOOKS: &[(&str, &Look)] = &[$((stringify!($name), &$name)),+];
    };
}

looks! {
    OF_OWNER = "listing where owner = $1 limit $2";
    OF_STAGE = "listing where stage = $1 limit $2";
    OF_PORTFOLIO = "listing where portfolio = $1 limit $2";
    OF_STANDING = "listing where standing = $1 limit $2";
    OF_WORKFLOW = "listing where workflow = $1 limit $2";
    OF_GATE = "listing where gate = $1 limit $2";
    OF_OUTCOME = "listing where outcome = $1 limit $2";
    LATE_CONDITION = "listing where condition_due_at < $1 limit $2";
    DUE_BETWEEN = "listing where due_at >= $1 and due_at <= $2 limit $3";
    NAMED_SO = "listing where name_key >= $1 and name_key < $2 limit $3";
    OF_FACET = "facet where kind = $1 and value >= $2 and value < $3 limit $4";
}

statements! {
    /// The lines of a page.
    LINES = ((columns!()) "from listing l join product p on p.id = l.product \
         where l.product in " [list 1]);
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
