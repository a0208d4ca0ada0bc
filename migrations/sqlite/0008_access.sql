-- How people sign in. All of it stands beside the log: events say that there is a password, and
-- these tables hold what it is compared with.

-- The name to sign in with, as it is compared. An administrator gives it with an invitation.
create table sign_in_name (
    name   text primary key,
    person text not null unique
) strict, without rowid;

create table invitation (
    id         text primary key,
    hash       blob not null unique,
    person     text not null unique,
    expires_at integer not null
) strict;

-- Argon2id (RFC 9106); memory in KiB.
create table password (
    person text primary key,
    memory integer not null,
    passes integer not null,
    lanes  integer not null,
    salt   blob not null,
    hash   blob not null,
    set_at integer not null
) strict, without rowid;

create table session (
    id               text primary key,
    hash             blob not null unique,
    person           text not null,
    methods          text not null,
    authenticated_at integer not null,
    used_at          integer not null,
    expires_at       integer not null,
    address          text not null,
    agent            text not null
) strict;
create index session_person on session (person, authenticated_at);

-- Attempts to sign in, by a few bits of a hash of a name or an address: bounded, and nobody's.
create table throttle (
    key      integer primary key,
    failures integer not null,
    last_at  integer not null,
    open_at  integer not null
) strict;
create index throttle_last on throttle (last_at);

-- The version of the list of what was refused.
create table access_head (
    id      integer primary key check (id = 1),
    version integer not null
) strict;
insert into access_head (id, version) values (1, 0);

-- What was refused lately, and how often again since the event that says so.
create table attempt (
    key     integer primary key,
    event   text not null,
    since   integer not null,
    repeats integer not null
) strict;
create index attempt_since on attempt (since);
