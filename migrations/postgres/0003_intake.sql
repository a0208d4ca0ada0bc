-- Intake links, ideas, feedback and field days: a stream each, a row each.
create table entry (
    id         text collate "C" primary key,
    version    bigint not null,
    changed_at bigint not null,
    state      text collate "C" not null,
    kind       text collate "C" not null,
    portfolio  text collate "C" not null,
    status     text collate "C" not null,
    product    text collate "C",
    topic      text collate "C",
    market     text collate "C",
    sender     text collate "C",
    owner      text collate "C",
    flagged    bigint not null,
    -- What a visitor shows, hashed.
    secret     bytea unique,
    opened_at  bigint not null,
    due_at     bigint not null,
    next_tick  bigint not null
);
create index entry_portfolio on entry (kind, portfolio, opened_at, id);
create index entry_status on entry (kind, portfolio, status, opened_at, id);
create index entry_product on entry (kind, product, opened_at, id);
create index entry_sender on entry (kind, sender, opened_at, id);
create index entry_owner on entry (kind, owner, opened_at, id);
create index entry_tick on entry (next_tick, id);

-- What waits for whom because of an entry.
create table entry_task (
    entry     text collate "C" not null,
    key       text collate "C" not null,
    addressee text collate "C" not null,
    kind      text collate "C" not null,
    due_at    bigint not null,
    since     bigint not null,
    primary key (entry, key, addressee)
);
create index entry_task_inbox on entry_task (addressee, due_at, entry, key);

-- By which pieces of its text an idea or a product is found; the text itself is the content.
create table sketch (
    portfolio text collate "C" not null,
    piece     bigint not null,
    subject   text collate "C" not null,
    content   bytea not null,
    primary key (portfolio, piece, subject, content)
);
create index sketch_content on sketch (content);
