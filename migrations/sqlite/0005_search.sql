-- The words of products and deliverables, followed from the log; it can be emptied and made again.
-- A document's number grows with each new text, so the newest are found first.
create table search_document (
    seq     integer primary key,
    kind    text not null,
    product text not null,
    part    text not null,
    mark    blob not null,
    words   text not null,
    unique (product, part)
) strict;
create index search_document_mark on search_document (mark);

create table search_posting (
    word text not null,
    seq  integer not null,
    primary key (word, seq)
) strict, without rowid;

-- How many documents have the word: the rarest leads a search.
create table search_word (
    word      text primary key,
    documents integer not null
) strict, without rowid;

create table search_head (
    id       integer primary key check (id = 1),
    position integer not null,
    next     integer not null
) strict;
insert into search_head (id, position, next) values (1, 0, 1);
