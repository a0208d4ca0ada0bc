-- The words of products and deliverables, followed from the log; it can be emptied and made again.
-- A document's number grows with each new text, so the newest are found first.
create table search_document (
    seq     bigint primary key,
    kind    text collate "C" not null,
    product text collate "C" not null,
    part    text collate "C" not null,
    mark    bytea not null,
    words   text collate "C" not null,
    unique (product, part)
);
create index search_document_mark on search_document (mark);

create table search_posting (
    word text collate "C" not null,
    seq  bigint not null,
    primary key (word, seq)
);

-- How many documents have the word: the rarest leads a search.
create table search_word (
    word      text collate "C" primary key,
    documents bigint not null
);

create table search_head (
    id       bigint primary key check (id = 1),
    position bigint not null,
    next     bigint not null
);
insert into search_head (id, position, next) values (1, 0, 1);
