//! What verification walks over besides the log.

use crate::dialect::statements;

statements! {
    BEHIND_LISTING = ("select next_tick, name_key, words from listing where product = $1");
    FACETS_OF = ("select product, kind, value from facet where product = $1");
    TASKS_OF = (
        "select product, key, addressee, kind, due_at, since from task where product = $1 \
         order by key, addressee"
    );
    ROWS = (
        "select (select count(*) from product) as products, \
         (select count(*) from listing) as listings, \
         (select count(*) from task) as tasks"
    );
    CONTENTS_AFTER = (
        "select digest, salt, body from content where digest > $1 order by digest limit $2"
    );
    CONTENTS_NAMED = ("select digest, salt, body from content where digest in " [digests 1]);
    LEAVES_OF_STREAM = (
        "select position, kind, at, record, leaf from event where stream = $1 and position > $2 \
         order by version limit $3"
    );
    LEAVES_AT = (
        "select e.position, e.kind, e.at, e.record, e.leaf from "
        [rows 1 (position bigint)] " join event e on e.position = r.position order by e.position"
    );
    /// The first and the last event of a range of times; without an index, so for exports only.
    POSITIONS_BETWEEN = (
        "select coalesce(min(position), 0) as first, coalesce(max(position), 0) as last \
         from event where at >= $1 and at < $2"
    );
    ATTACHMENTS_AFTER = ("select digest from attachment where digest > $1 order by digest limit $2");
}
