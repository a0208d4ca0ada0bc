//! Lists by keyset: one statement for each way to find and to sort, made from one text.

use crate::{
    db::Sql,
    dialect::{sql, statements},
};

macro_rules! columns {
    () => {
        "select l.product, p.version, p.changed_at, l.name, l.name_key, l.portfolio, l.workflow, \
                l.workflow_version, l.stage, l.gate, l.side, l.standing, l.owner, l.due_at, \
                l.started_at "
    };
}

/// Parameters: 1 what leads (an owner, stage or portfolio; null when nothing does), 2 and 3 sort
/// value and id of the last line, 4 limit, 5 portfolios as a JSON list, 6 to 11 the other filters,
/// each null when not set, 12 and 13 between which names (12 is empty when not set).
macro_rules! list {
    ($from:literal $lead:literal $names:tt $sort:literal $id:literal $after:literal
     $order:literal) => {
        sql!(
            (columns!()) "from " $from " and " $lead
            " and (" $sort ", " $id ") " $after " ($2, $3)"
            " and (cast($5 as text) is null or l.portfolio in " [list 5] ")"
            " and (cast($6 as text) is null or l.stage = $6)"
            " and (cast($7 as text) is null or l.gate = $7)"
            " and (cast($8 as text) is null or l.side = $8)"
            " and (cast($9 as text) is null or l.standing = $9)"
            " and (cast($10 as text) is null or l.owner = $10)"
            " and (cast($11 as text) is null or l.workflow = $11)"
            " and " $names " order by "
            $sort $order ", " $id $order " limit $4"
        )
    };
}

/// The order is that of the names: a range of the index.
macro_rules! range {
    () => {
        "l.name_key >= $12 and l.name_key < $13"
    };
}

/// The order is another one: SQLite must not take the names' index and sort.
macro_rules! sifted {
    () => {
        "(cast($12 as text) = '' or (l.name_key >= $12 and l.name_key < $13))"
    };
}

/// Both directions of each list. A cross join keeps SQLite to the order of the tables.
macro_rules! lists {
    ($($name:ident = $from:literal $lead:literal $names:tt $sort:literal $id:literal;)+) => {
        /// Name, ascending, descending.
        pub(crate) const LISTS: &[(&str, Sql, Sql)] = &[$((
            stringify!($name),
            list!($from $lead $names $sort $id ">" ""),
            list!($from $lead $names $sort $id "<" " desc"),
        )),+];
        /// Places in [`LISTS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum List { $($name),+ }
    };
}

lists! {
    AnyDue = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" (sifted!()) "l.due_at" "l.product";
    AnyName = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" (range!()) "l.name_key" "l.product";
    AnyStarted = "listing l cross join product p where p.id = l.product"
        "cast($1 as text) is null" (sifted!()) "l.started_at" "l.product";
    AnyChanged = "product p cross join listing l where l.product = p.id"
        "cast($1 as text) is null" (sifted!()) "p.changed_at" "p.id";
    PortfolioDue = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" (sifted!()) "l.due_at" "l.product";
    PortfolioName = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" (range!()) "l.name_key" "l.product";
    PortfolioStarted = "listing l cross join product p where p.id = l.product"
        "l.portfolio = $1" (sifted!()) "l.started_at" "l.product";
    PortfolioChanged = "product p cross join listing l where l.product = p.id"
        "l.portfolio = $1" (sifted!()) "p.changed_at" "p.id";
    StageDue = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" (sifted!()) "l.due_at" "l.product";
    StageName = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" (range!()) "l.name_key" "l.product";
    StageStarted = "listing l cross join product p where p.id = l.product"
        "l.stage = $1" (sifted!()) "l.started_at" "l.product";
    StageChanged = "product p cross join listing l where l.product = p.id"
        "l.stage = $1" (sifted!()) "p.changed_at" "p.id";
    // One person's products are few enough to sort.
    OwnerDue = "listing l cross join product p where p.id = l.product"
        "l.owner = $1" (sifted!()) "l.due_at" "l.product";
    OwnerName = "listing l cross join product p where p.id = l.product"
        "l.owner = $1" (range!()) "l.name_key" "l.product";
    OwnerStarted = "listing l cross join product p where p.id = l.product"
        "l.owner = $1" (sifted!()) "l.started_at" "l.product";
    OwnerChanged = "listing l cross join product p where p.id = l.product"
        "l.owner = $1" (sifted!()) "p.changed_at" "l.product";
}

statements! {
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
