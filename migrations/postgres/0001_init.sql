-- Text sorts by its bytes, as in Rust and in SQLite.
-- Times are microseconds since 1970 (UTC); 9223372036854775807 stands for "never" in sorted columns.

-- The log: the record is the exact text that was hashed into the leaf.
create table event (
    position bigint primary key,
    stream   text collate "C" not null,
    version  bigint not null,
    kind     text collate "C" not null,
    at       bigint not null,
    record   text collate "C" not null,
    leaf     bytea not null,
    unique (stream, version)
);

create table log_head (
    id       bigint primary key check (id = 1),
    position bigint not null,
    at       bigint not null,
    frontier bytea not null
);
insert into log_head (id, position, at, frontier) values (1, 0, 0, '\x0000000000000000');

-- What every command writes is apart from what lists are sorted by, which changes seldom.
create table product (
    id         text collate "C" primary key,
    version    bigint not null,
    changed_at bigint not null,
    state      bytea not null
);
create index product_changed on product (changed_at, id);

create table listing (
    product          text collate "C" primary key,
    name             text collate "C" not null,
    name_key         text collate "C" not null,
    portfolio        text collate "C" not null,
    workflow         text collate "C" not null,
    workflow_version bigint not null,
    stage            text collate "C" not null,
    gate             text collate "C",
    side             text collate "C" not null,
    standing         text collate "C" not null,
    owner            text collate "C" not null,
    due_at           bigint not null,
    started_at       bigint not null,
    next_tick        bigint not null
);
create index listing_due on listing (due_at, product);
create index listing_name on listing (name_key, product);
create index listing_started on listing (started_at, product);
create index listing_portfolio_due on listing (portfolio, due_at, product);
create index listing_portfolio_name on listing (portfolio, name_key, product);
create index listing_portfolio_started on listing (portfolio, started_at, product);
create index listing_stage_due on listing (stage, due_at, product);
create index listing_stage_name on listing (stage, name_key, product);
create index listing_stage_started on listing (stage, started_at, product);
create index listing_owner_due on listing (owner, due_at, product);
create index listing_tick on listing (next_tick, product);

-- The inbox.
create table task (
    product   text collate "C" not null,
    key       text collate "C" not null,
    addressee text collate "C" not null,
    kind      text collate "C" not null,
    due_at    bigint not null,
    since     bigint not null,
    primary key (product, key, addressee)
);
create index task_inbox on task (addressee, due_at, product, key);

create table command_key (
    actor          text collate "C" not null,
    key            text collate "C" not null,
    fingerprint    bytea not null,
    stream         text collate "C" not null,
    version        bigint not null,
    first_position bigint not null,
    event_count    bigint not null,
    at             bigint not null,
    primary key (actor, key)
);

-- Form data, comments, profiles: the log knows them by digest only, so they can be erased.
create table content (
    digest bytea primary key,
    salt   bytea not null,
    body   text collate "C" not null
);

create table draft (
    product     text collate "C" not null,
    deliverable text collate "C" not null,
    version     bigint not null,
    body        text collate "C" not null,
    updated_by  text collate "C" not null,
    updated_at  bigint not null,
    primary key (product, deliverable)
);

create table attachment (
    digest      bytea primary key,
    size        bigint not null,
    media_type  text collate "C" not null,
    name        text collate "C" not null,
    uploaded_by text collate "C" not null,
    uploaded_at bigint not null
);

create table directory_head (
    id      bigint primary key check (id = 1),
    version bigint not null
);
insert into directory_head (id, version) values (1, 0);

create table person (
    id      text collate "C" primary key,
    kind    text collate "C" not null,
    active  bigint not null,
    profile bytea not null
);

create table token (
    id           text collate "C" primary key,
    hash         bytea not null unique,
    person       text collate "C" not null,
    label        text collate "C" not null,
    issued_at    bigint not null,
    expires_at   bigint not null,
    revoked      bigint not null,
    last_used_at bigint
);
create index token_person on token (person, issued_at);

create table workflow_version (
    workflow     text collate "C" not null,
    version      bigint not null,
    digest       bytea not null,
    source       text collate "C" not null,
    published_at bigint not null,
    primary key (workflow, version)
);
create index workflow_version_digest on workflow_version (digest);

-- States come compressed: a second attempt would only cost time.
alter table product alter column state set storage external;
