-- Times are microseconds since 1970 (UTC); 9223372036854775807 stands for "never" in sorted columns.

-- The log: the record is the exact text that was hashed into the leaf.
create table event (
    position integer primary key,
    stream   text not null,
    version  integer not null,
    kind     text not null,
    at       integer not null,
    record   text not null,
    leaf     blob not null,
    unique (stream, version)
) strict;

create table log_head (
    id       integer primary key check (id = 1),
    position integer not null,
    at       integer not null,
    frontier blob not null
) strict;
insert into log_head (id, position, at, frontier) values (1, 0, 0, x'0000000000000000');

-- What every command writes is apart from what lists are sorted by, which changes seldom.
create table product (
    id         text primary key,
    version    integer not null,
    changed_at integer not null,
    state      blob not null
) strict;
create index product_changed on product (changed_at, id);

create table listing (
    product          text primary key,
    name             text not null,
    name_key         text not null,
    portfolio        text not null,
    workflow         text not null,
    workflow_version integer not null,
    stage            text not null,
    gate             text,
    side             text not null,
    standing         text not null,
    owner            text not null,
    due_at           integer not null,
    started_at       integer not null,
    next_tick        integer not null
) strict;
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
    product   text not null,
    key       text not null,
    addressee text not null,
    kind      text not null,
    due_at    integer not null,
    since     integer not null,
    primary key (product, key, addressee)
) strict, without rowid;
create index task_inbox on task (addressee, due_at, product, key);

create table command_key (
    actor          text not null,
    key            text not null,
    fingerprint    blob not null,
    stream         text not null,
    version        integer not null,
    first_position integer not null,
    event_count    integer not null,
    at             integer not null,
    primary key (actor, key)
) strict, without rowid;

-- Form data, comments, profiles: the log knows them by digest only, so they can be erased.
create table content (
    digest blob primary key,
    salt   blob not null,
    body   text not null
) strict;

create table draft (
    product     text not null,
    deliverable text not null,
    version     integer not null,
    body        text not null,
    updated_by  text not null,
    updated_at  integer not null,
    primary key (product, deliverable)
) strict;

create table attachment (
    digest      blob primary key,
    size        integer not null,
    media_type  text not null,
    name        text not null,
    uploaded_by text not null,
    uploaded_at integer not null
) strict;

create table directory_head (
    id      integer primary key check (id = 1),
    version integer not null
) strict;
insert into directory_head (id, version) values (1, 0);

create table person (
    id      text primary key,
    kind    text not null,
    active  integer not null,
    profile blob not null
) strict;

create table token (
    id           text primary key,
    hash         blob not null unique,
    person       text not null,
    label        text not null,
    issued_at    integer not null,
    expires_at   integer not null,
    revoked      integer not null,
    last_used_at integer
) strict;
create index token_person on token (person, issued_at);

create table workflow_version (
    workflow     text not null,
    version      integer not null,
    digest       blob not null,
    source       text not null,
    published_at integer not null,
    primary key (workflow, version)
) strict;
create index workflow_version_digest on workflow_version (digest);
