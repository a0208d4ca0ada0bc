-- Full subtrees of the log's Merkle tree: of 256 leaves (height 8), of 256 of those (height 16), and so on.
create table tree_node (
    height integer not null,
    place  integer not null,
    hash   blob not null,
    primary key (height, place)
) strict, without rowid;

-- Up to which position of the log they are stored.
create table tree_head (
    id       integer primary key check (id = 1),
    position integer not null
) strict;
insert into tree_head (id, position) values (1, 0);

-- With which keys checkpoints are signed, and from which size of the log on; the last one counts.
create table log_key (
    number integer primary key,
    key    text not null,
    since  integer not null
) strict;

create table checkpoint (
    size integer primary key,
    root blob not null,
    note text not null,
    at   integer not null
) strict;

create table cosignature (
    size    integer not null,
    witness text not null,
    line    text not null,
    at      integer not null,
    primary key (size, witness)
) strict, without rowid;

-- The record is only ever appended to, whoever asks for something else. "insert or replace" deletes without asking
-- the triggers for deletes, so what is there is guarded against that, too.
create trigger event_again before insert on event
when new.position <= (select position from log_head where id = 1)
    or exists (select 1 from event where stream = new.stream and version = new.version)
begin select raise(abort, 'the record is append-only: no event is replaced'); end;
create trigger checkpoint_again before insert on checkpoint
when exists (select 1 from checkpoint where size = new.size)
begin select raise(ignore); end;
create trigger cosignature_again before insert on cosignature
when exists (select 1 from cosignature where size = new.size and witness = new.witness)
begin select raise(ignore); end;
create trigger log_key_again before insert on log_key
when exists (select 1 from log_key where number = new.number)
begin select raise(ignore); end;
create trigger log_head_again before insert on log_head
begin select raise(abort, 'the record is append-only: it has one head'); end;
create trigger event_update before update on event
begin select raise(abort, 'the record is append-only: no event is changed'); end;
create trigger event_delete before delete on event
begin select raise(abort, 'the record is append-only: no event is deleted'); end;
create trigger checkpoint_update before update on checkpoint
begin select raise(abort, 'the record is append-only: no checkpoint is changed'); end;
create trigger checkpoint_delete before delete on checkpoint
begin select raise(abort, 'the record is append-only: no checkpoint is deleted'); end;
create trigger cosignature_update before update on cosignature
begin select raise(abort, 'the record is append-only: no cosignature is changed'); end;
create trigger cosignature_delete before delete on cosignature
begin select raise(abort, 'the record is append-only: no cosignature is deleted'); end;
create trigger log_key_update before update on log_key
begin select raise(abort, 'the record is append-only: no key is changed'); end;
create trigger log_key_delete before delete on log_key
begin select raise(abort, 'the record is append-only: no key is deleted'); end;
create trigger log_head_update before update on log_head
when new.position < old.position or new.at < old.at
begin select raise(abort, 'the record is append-only: its head never goes back'); end;
create trigger log_head_delete before delete on log_head
begin select raise(abort, 'the record is append-only: its head stays'); end;
