-- People who are about to sign, and are asked again who they are. Beside the log: a row is good for minutes,
-- and what comes of it stands in the log with the vote or the decision.
create table signing (
    id         text primary key,
    -- Whose hands, and in whose name.
    actor      text not null,
    product    text not null,
    gate       text not null,
    submission integer not null,
    packet     blob not null,
    act        text not null,
    -- What was read, and the salt of its digest.
    statement  text not null,
    salt       blob not null,
    -- When password and code were shown.
    shown_at   integer,
    expires_at integer not null
) strict, without rowid;

-- Wrong proofs of a person, one after the other.
create table signing_wrong (
    person text primary key,
    times  integer not null
) strict, without rowid;
