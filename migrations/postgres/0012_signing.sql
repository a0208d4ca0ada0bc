-- People who are about to sign, and are asked again who they are. Beside the log: a row is good for minutes,
-- and what comes of it stands in the log with the vote or the decision.
create table signing (
    id         text collate "C" primary key,
    -- Whose hands, and in whose name.
    actor      text not null,
    product    text not null,
    gate       text not null,
    submission bigint not null,
    packet     bytea not null,
    act        text not null,
    -- What was read, and the salt of its digest.
    statement  text not null,
    salt       bytea not null,
    -- When password and code were shown.
    shown_at   bigint,
    expires_at bigint not null
);

-- Wrong proofs of a person, one after the other.
create table signing_wrong (
    person text collate "C" primary key,
    times  bigint not null
);
