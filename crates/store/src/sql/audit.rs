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
    ATTACHMENTS_AFTER = ("select digest from attachment where digest > $1 order by digest limit $2");
}
