-- What lists are found by, besides what they are sorted by.
alter table listing add column words text not null default '';
alter table listing add column outcome text;
-- The earliest due date of an open condition.
alter table listing add column condition_due_at integer;
create index listing_standing_due on listing (standing, due_at, product);
create index listing_standing_started on listing (standing, started_at, product);
create index listing_workflow on listing (workflow, workflow_version, product);
create index listing_gate on listing (gate, product) where gate is not null;
create index listing_outcome on listing (outcome, product) where outcome is not null;
create index listing_condition on listing (condition_due_at, product)
    where condition_due_at is not null;

-- What a product has several of: markets, holders of roles, words of its name.
create table facet (
    kind    text not null,
    value   text not null,
    product text not null,
    primary key (kind, value, product)
) strict, without rowid;
create index facet_product on facet (product);

-- While there is a row, the lists of products up to `after` are made anew, the others are not yet.
-- The program does it when it starts, because their columns come from the states.
create table rebuild (
    id    integer primary key check (id = 1),
    after text not null
) strict;
insert into rebuild (id, after) values (1, '');

create table saved_view (
    id         text primary key,
    owner      text not null,
    name       text not null,
    name_key   text not null,
    portfolio  text,
    body       text not null,
    version    integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create index saved_view_owner on saved_view (owner, name_key, id);
create index saved_view_portfolio on saved_view (portfolio, name_key, id)
    where portfolio is not null;

-- What was answered to requests that had a name.
create table saved_view_key (
    actor       text not null,
    key         text not null,
    fingerprint blob not null,
    answer      text not null,
    at          integer not null,
    primary key (actor, key)
) strict, without rowid;
