-- How people sign in. All of it stands beside the log: events say that there is a password, and
-- these tables hold what it is compared with.

-- The name to sign in with, as it is compared. An administrator gives it with an invitation.
create table sign_in_name (
    name   text collate "C" primary key,
    person text collate "C" not null unique
);

create table invitation (
    id         text collate "C" primary key,
    hash       bytea not null unique,
    person     text collate "C" not null unique,
    expires_at bigint not null
);

-- Argon2id (RFC 9106); memory in KiB.
create table password (
    person text collate "C" primary key,
    memory bigint not null,
    passes bigint not null,
    lanes  bigint not null,
    salt   bytea not null,
    hash   bytea not null,
    set_at bigint not null
);

create table session (
    id               text collate "C" primary key,
    hash             bytea not null unique,
    person           text collate "C" not null,
    methods          text collate "C" not null,
    authenticated_at bigint not null,
    used_at          bigint not null,
    expires_at       bigint not null,
    address          text collate "C" not null,
    agent            text collate "C" not null
);
create index session_person on session (person, authenticated_at);

-- Attempts to sign in, by a few bits of a hash of a name or an address: bounded, and nobody's.
create table throttle (
    key      bigint primary key,
    failures bigint not null,
    last_at  bigint not null,
    open_at  bigint not null
);
create index throttle_last on throttle (last_at);

-- The version of the list of what was refused.
create table access_head (
    id      bigint primary key check (id = 1),
    version bigint not null
);
insert into access_head (id, version) values (1, 0);

-- What was refused lately, and how often again since the event that says so.
create table attempt (
    key     bigint primary key,
    event   text collate "C" not null,
    since   bigint not null,
    repeats bigint not null
);
create index attempt_since on attempt (since);
