-- Full subtrees of the log's Merkle tree: of 256 leaves (height 8), of 256 of those (height 16), and so on.
create table tree_node (
    height bigint not null,
    place  bigint not null,
    hash   bytea not null,
    primary key (height, place)
);

-- Up to which position of the log they are stored.
create table tree_head (
    id       bigint primary key check (id = 1),
    position bigint not null
);
insert into tree_head (id, position) values (1, 0);

-- With which keys checkpoints are signed, and from which size of the log on; the last one counts.
create table log_key (
    number bigint primary key,
    key    text not null,
    since  bigint not null
);

create table checkpoint (
    size bigint primary key,
    root bytea not null,
    note text not null,
    at   bigint not null
);

create table cosignature (
    size    bigint not null,
    witness text not null,
    line    text not null,
    at      bigint not null,
    primary key (size, witness)
);

-- The record is only ever appended to, whoever asks for something else.
create function record_is_kept() returns trigger language plpgsql as $$
begin raise exception 'the record is append-only: % of % is refused', tg_op, tg_table_name; end
$$;

create trigger event_kept before update or delete on event
    for each row execute function record_is_kept();
create trigger checkpoint_kept before update or delete on checkpoint
    for each row execute function record_is_kept();
create trigger cosignature_kept before update or delete on cosignature
    for each row execute function record_is_kept();
create trigger log_key_kept before update or delete on log_key
    for each row execute function record_is_kept();
create trigger log_head_kept before delete on log_head
    for each row execute function record_is_kept();
create trigger log_head_forward before update on log_head
    for each row when (new.position < old.position or new.at < old.at)
    execute function record_is_kept();

create trigger event_whole before truncate on event
    for each statement execute function record_is_kept();
create trigger checkpoint_whole before truncate on checkpoint
    for each statement execute function record_is_kept();
create trigger cosignature_whole before truncate on cosignature
    for each statement execute function record_is_kept();
create trigger log_key_whole before truncate on log_key
    for each statement execute function record_is_kept();
create trigger log_head_whole before truncate on log_head
    for each statement execute function record_is_kept();
