-- Up to which version of the directory the traces of erased contents were looked for in the log.
create table erasure_head (
    id      integer primary key check (id = 1),
    version integer not null
) strict;
insert into erasure_head (id, version) values (1, 0);
