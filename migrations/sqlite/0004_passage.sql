-- Finished visits of stages and submissions to gates, for figures over many products. A follower of the log
-- fills them in: with the table emptied and the head set to 0, it does so again.
create table passage (
    product    text not null,
    kind       text not null,
    place      text not null,
    number     integer not null,
    workflow   text not null,
    portfolio  text not null,
    entered_at integer not null,
    left_at    integer not null,
    due_at     integer not null,
    ended      text not null,
    ended_by   integer not null,
    -- Seconds, by who was waited for.
    team       integer not null,
    reviewer   integer not null,
    gatekeeper integer not null,
    receiver   integer not null,
    regulator  integer not null,
    hold       integer not null,
    primary key (product, kind, place, number)
) strict, without rowid;
create index passage_left on passage (left_at);
create index passage_portfolio_left on passage (portfolio, left_at);
create index passage_workflow_left on passage (workflow, left_at);
create index passage_place_left on passage (place, left_at);

-- Up to which position of the log the passages are complete.
create table passage_head (
    id       integer primary key check (id = 1),
    position integer not null
) strict;
insert into passage_head (id, position) values (1, 0);
