-- Intake links, ideas, feedback and field days: a stream each, a row each.
create table entry (
    id         text primary key,
    version    integer not null,
    changed_at integer not null,
    state      text not null,
    kind       text not null,
    portfolio  text not null,
    status     text not null,
    product    text,
    topic      text,
    market     text,
    sender     text,
    owner      text,
    flagged    integer not null,
    -- What a visitor shows, hashed.
    secret     blob unique,
    opened_at  integer not null,
    due_at     integer not null,
    next_tick  integer not null
) strict;
create index entry_portfolio on entry (kind, portfolio, opened_at, id);
create index entry_status on entry (kind, portfolio, status, opened_at, id);
create index entry_product on entry (kind, product, opened_at, id);
create index entry_sender on entry (kind, sender, opened_at, id);
create index entry_owner on entry (kind, owner, opened_at, id);
create index entry_tick on entry (next_tick, id);

-- What waits for whom because of an entry.
create table entry_task (
    entry     text not null,
    key       text not null,
    addressee text not null,
    kind      text not null,
    due_at    integer not null,
    since     integer not null,
    primary key (entry, key, addressee)
) strict, without rowid;
create index entry_task_inbox on entry_task (addressee, due_at, entry, key);

-- By which pieces of its text an idea or a product is found; the text itself is the content.
create table sketch (
    portfolio text not null,
    piece     integer not null,
    subject   text not null,
    content   blob not null,
    primary key (portfolio, piece, subject, content)
) strict, without rowid;
create index sketch_content on sketch (content);
