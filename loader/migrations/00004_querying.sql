-- What docs/querying.md asks of the master.

-- +goose Up
set local statement_timeout = 0;

-- What happened to companies since a day: renamed, moved, closed, merged. A company file tells no such day, so its rows are not in it.
create index company_changed_on on nayose.company (changed_on) where changed_on is not null;
