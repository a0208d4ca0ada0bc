-- Second factors (RFC 6238), beside the log. The secret is needed to work out the codes, so it is no hash.
create table factor (
    person    text collate "C" primary key,
    secret    bytea not null,
    -- The time step of the newest code that was taken: no code is good twice.
    last_step bigint not null,
    since     bigint not null
);

-- A secret that was shown, and of which no code was shown yet.
create table factor_offer (
    person     text collate "C" primary key,
    secret     bytea not null,
    expires_at bigint not null
);

-- SHA-256 of each recovery code that was not used yet.
create table recovery_code (
    hash   bytea primary key,
    person text collate "C" not null
);
create index recovery_code_person on recovery_code (person);
