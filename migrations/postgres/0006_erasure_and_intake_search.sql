-- Up to which version of the directory the traces of erased contents were looked for in the log.
create table erasure_head (
    id      bigint primary key check (id = 1),
    version bigint not null
);
insert into erasure_head (id, version) values (1, 0);

-- Ideas and feedback have words, too. Those that are there already are found by following the log anew;
-- what is indexed stays until then.
alter table search_document rename column product to subject;
update search_head set position = 0 where id = 1;
