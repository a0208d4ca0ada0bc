-- Second factors (RFC 6238), beside the log. The secret is needed to work out the codes, so it is no hash.
create table factor (
    person    text primary key,
    secret    blob not null,
    -- The time step of the newest code that was taken: no code is good twice.
    last_step integer not null,
    since     integer not null
) strict, without rowid;

-- A secret that was shown, and of which no code was shown yet.
create table factor_offer (
    person     text primary key,
    secret     blob not null,
    expires_at integer not null
) strict, without rowid;

-- SHA-256 of each recovery code that was not used yet.
create table recovery_code (
    hash   blob primary key,
    person text not null
) strict, without rowid;
create index recovery_code_person on recovery_code (person);
