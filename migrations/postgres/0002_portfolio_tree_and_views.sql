-- What lists are found by, besides what they are sorted by.
alter table listing add column words text collate "C" not null default '';
alter table listing add column outcome text collate "C";
-- The earliest due date of an open condition.
alter table listing add column condition_due_at bigint;
create index listing_standing_due on listing (standing, due_at, product);
create index listing_standing_started on listing (standing, started_at, product);
create index listing_workflow on listing (workflow, workflow_version, product);
create index listing_gate on listing (gate, product) where gate is not null;
create index listing_outcome on listing (outcome, product) where outcome is not null;
create index listing_condition on listing (condition_due_at, product)
    where condition_due_at is not null;

-- What a product has several of: markets, holders of roles, words of its name.
create table facet (
    kind    text collate "C" not null,
    value   text collate "C" not null,
    product text collate "C" not null,
    primary key (kind, value, product)
);
create index facet_product on facet (product);

-- While there is a row, the lists of products up to `after` are made anew, the others are not yet.
-- The program does it when it starts, because their columns come from the states.
create table rebuild (
    id    bigint primary key check (id = 1),
    after text collate "C" not null
);
insert into rebuild (id, after) values (1, '');

create table saved_view (
    id         text collate "C" primary key,
    owner      text collate "C" not null,
    name       text collate "C" not null,
    name_key   text collate "C" not null,
    portfolio  text collate "C",
    body       text collate "C" not null,
    version    bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index saved_view_owner on saved_view (owner, name_key, id);
create index saved_view_portfolio on saved_view (portfolio, name_key, id)
    where portfolio is not null;

-- What was answered to requests that had a name.
create table saved_view_key (
    actor       text collate "C" not null,
    key         text collate "C" not null,
    fingerprint bytea not null,
    answer      text collate "C" not null,
    at          bigint not null,
    primary key (actor, key)
);
