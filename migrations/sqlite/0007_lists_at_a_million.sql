-- Entries of all portfolios, where somebody reads more of them than are asked one by one.
create index entry_opened on entry (kind, opened_at, id);
create index entry_any_status on entry (kind, status, opened_at, id);
-- What may be an incident and is not assessed is rare, and must not be looked for among all the rest.
create index entry_flagged on entry (kind, portfolio, opened_at, id) where flagged = 1;
create index entry_any_flagged on entry (kind, opened_at, id) where flagged = 1;
