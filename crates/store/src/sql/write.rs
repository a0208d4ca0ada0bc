//! What a batch of commands reads with locks, and writes.

use crate::dialect::statements;

statements! {
    /// Keys are locked before they are looked up, in one order for all.
    LOCK_KEYS = ([lock_keys 1]);
    FIND_KEYS = (
        "select k.actor, k.key, k.fingerprint, k.stream, k.version, k.first_position, k.event_count \
         from " [rows 1 (actor text, key text)]
        " join command_key k on k.actor = r.actor and k.key = r.key"
    );
    /// Commands read the directory, so it must not change before they commit.
    DIRECTORY_SHARED = (
        "select d.version, h.at from directory_head d, log_head h where d.id = 1 and h.id = 1"
        [for_share d]
    );
    DIRECTORY_READ = (
        "select d.version, h.at from directory_head d, log_head h where d.id = 1 and h.id = 1"
    );
    DIRECTORY_LOCKED = (
        "select d.version, h.at from directory_head d, log_head h where d.id = 1 and h.id = 1"
        [for_update d]
    );
    /// The state comes along only where the version is not the one that is known already.
    PRODUCTS_LOCKED = (
        "select p.id, p.version, p.changed_at, \
                case when p.version = r.version then null else p.state end as state from "
        [rows 1 (id text, version bigint)]
        " join product p on p.id = r.id order by p.id" [for_update p]
    );
    PRODUCTS_READ = (
        "select p.id, p.version, p.changed_at, \
                case when p.version = r.version then null else p.state end as state from "
        [rows 1 (id text, version bigint)]
        " join product p on p.id = r.id order by p.id"
    );
    TASKS_OF_PRODUCTS = (
        "select product, key, addressee, kind, due_at, since from task where product in " [list 1]
    );
    FACETS_OF_PRODUCTS = ("select product, kind, value from facet where product in " [list 1]);
    /// The last lock of a batch: from here to the commit, writers go one by one.
    HEAD_LOCKED = ("select position, at, frontier from log_head where id = 1" [for_update log_head]);
    ADVANCE_HEAD = ("update log_head set position = $1, at = $2, frontier = $3 where id = 1");
    APPEND_EVENTS = (
        "insert into event (position, stream, version, kind, at, record, leaf) \
         select position, stream, version, kind, at, record, " [unhex "leaf"] " from "
        [rows 1 (position bigint, stream text, version bigint, kind text, at bigint, record text,
                 leaf text)]
    );
    ADD_PRODUCTS = (
        "insert into product (id, version, changed_at, state) \
         select id, version, changed_at, " [cut 2 "place" "length"] " from "
        [rows 1 (id text, version bigint, changed_at bigint, place int, length int)]
    );
    MOVE_PRODUCTS = (
        "update product set version = r.version, changed_at = r.changed_at, state = "
        [cut 2 "r.place" "r.length"] " from "
        [rows 1 (id text, version bigint, changed_at bigint, place int, length int)]
        " where product.id = r.id"
    );
    /// Rows that are as they were stay untouched, and with them all indexes.
    PUT_LISTINGS = (
        "insert into listing (product, name, name_key, words, portfolio, workflow, \
             workflow_version, stage, gate, side, standing, outcome, owner, due_at, \
             condition_due_at, started_at, next_tick) \
         select product, name, name_key, words, portfolio, workflow, \
             workflow_version, stage, gate, side, standing, outcome, owner, due_at, \
             condition_due_at, started_at, next_tick from "
        [rows 1 (product text, name text, name_key text, words text, portfolio text,
                 workflow text, workflow_version bigint, stage text, gate text, side text,
                 standing text, outcome text, owner text, due_at bigint, condition_due_at bigint,
                 started_at bigint, next_tick bigint)]
        " where true on conflict (product) do update set \
             name = excluded.name, name_key = excluded.name_key, words = excluded.words, \
             portfolio = excluded.portfolio, outcome = excluded.outcome, \
             condition_due_at = excluded.condition_due_at, \
             workflow = excluded.workflow, workflow_version = excluded.workflow_version, \
             stage = excluded.stage, gate = excluded.gate, side = excluded.side, \
             standing = excluded.standing, owner = excluded.owner, due_at = excluded.due_at, \
             started_at = excluded.started_at, next_tick = excluded.next_tick \
         where listing.name is distinct from excluded.name \
             or listing.name_key is distinct from excluded.name_key \
             or listing.words is distinct from excluded.words \
             or listing.outcome is distinct from excluded.outcome \
             or listing.condition_due_at is distinct from excluded.condition_due_at \
             or listing.portfolio is distinct from excluded.portfolio \
             or listing.workflow is distinct from excluded.workflow \
             or listing.workflow_version is distinct from excluded.workflow_version \
             or listing.stage is distinct from excluded.stage \
             or listing.gate is distinct from excluded.gate \
             or listing.side is distinct from excluded.side \
             or listing.standing is distinct from excluded.standing \
             or listing.owner is distinct from excluded.owner \
             or listing.due_at is distinct from excluded.due_at \
             or listing.started_at is distinct from excluded.started_at \
             or listing.next_tick is distinct from excluded.next_tick"
    );
    /// Dates move more often than anything else in a line, and most of its indexes have none.
    MOVE_DATES = (
        "update listing set due_at = r.due_at, next_tick = r.next_tick from "
        [rows 1 (product text, due_at bigint, next_tick bigint)]
        " where listing.product = r.product"
    );
    DROP_FACETS = (
        "delete from facet where (kind, value, product) in (select kind, value, product from "
        [rows 1 (product text, kind text, value text)] ")"
    );
    ADD_FACETS = (
        "insert into facet (kind, value, product) select kind, value, product from "
        [rows 1 (product text, kind text, value text)]
        " where true on conflict (kind, value, product) do nothing"
    );
    DROP_TASKS = (
        "delete from task where (product, key, addressee) in (select product, key, addressee from "
        [rows 1 (product text, key text, addressee text)] ")"
    );
    PUT_TASKS = (
        "insert into task (product, key, addressee, kind, due_at, since) \
         select product, key, addressee, kind, due_at, since from "
        [rows 1 (product text, key text, addressee text, kind text, due_at bigint, since bigint)]
        " where true on conflict (product, key, addressee) do update set \
             kind = excluded.kind, due_at = excluded.due_at, since = excluded.since"
    );
    /// In the order of their digests, so that two writers with the same contents cannot deadlock.
    ADD_CONTENTS = (
        "insert into content (digest, salt, body) \
         select " [unhex "digest"] ", " [unhex "salt"] ", body from "
        [rows 1 (digest text, salt text, body text)]
        " where true order by digest on conflict (digest) do nothing"
    );
    REMEMBER_KEYS = (
        "insert into command_key \
             (actor, key, fingerprint, stream, version, first_position, event_count, at) \
         select actor, key, " [unhex "fingerprint"]
        ", stream, version, first_position, event_count, at from "
        [rows 1 (actor text, key text, fingerprint text, stream text, version bigint,
                 first_position bigint, event_count bigint, at bigint)]
    );
    ADVANCE_DIRECTORY = ("update directory_head set version = $1 where id = 1");
    PUT_PEOPLE = (
        "insert into person (id, kind, active, profile) \
         select id, kind, active, " [unhex "profile"] " from "
        [rows 1 (id text, kind text, active bigint, profile text)]
        " where true on conflict (id) do update set \
             kind = excluded.kind, active = excluded.active, profile = excluded.profile"
    );
    ADD_TOKENS = (
        "insert into token (id, hash, person, label, issued_at, expires_at, revoked) \
         select id, " [unhex "hash"] ", person, label, issued_at, expires_at, 0 from "
        [rows 1 (id text, hash text, person text, label text, issued_at bigint, expires_at bigint)]
    );
    REVOKE_TOKENS = ("update token set revoked = 1 where id in " [list 1]);
    ADD_WORKFLOWS = (
        "insert into workflow_version (workflow, version, digest, source, published_at) \
         select workflow, version, " [unhex "digest"] ", source, published_at from "
        [rows 1 (workflow text, version bigint, digest text, source text, published_at bigint)]
    );
}
