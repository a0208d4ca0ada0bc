-- Finished visits of stages and submissions to gates, for figures over many products. A follower of the log
-- fills them in: with the table emptied and the head set to 0, it does so again.
create table passage (
    product    text collate "C" not null,
    kind       text collate "C" not null,
    place      text collate "C" not null,
    number     bigint not null,
    workflow   text collate "C" not null,
    portfolio  text collate "C" not null,
    entered_at bigint not null,
    left_at    bigint not null,
    due_at     bigint not null,
    ended      text collate "C" not null,
    ended_by   bigint not null,
    -- Seconds, by who was waited for.
    team       bigint not null,
    reviewer   bigint not null,
    gatekeeper bigint not null,
    receiver   bigint not null,
    regulator  bigint not null,
    hold       bigint not null,
    primary key (product, kind, place, number)
);
create index passage_left on passage (left_at);
create index passage_portfolio_left on passage (portfolio, left_at);
create index passage_workflow_left on passage (workflow, left_at);
create index passage_place_left on passage (place, left_at);

-- Up to which position of the log the passages are complete.
create table passage_head (
    id       bigint primary key check (id = 1),
    position bigint not null
);
insert into passage_head (id, position) values (1, 0);
