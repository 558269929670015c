-- The registry's files are sorted by number, and so is company then: joined by their indexes, neither is sorted or hashed to disk.
create index on pg_temp.stage_registry (company_id);
analyze pg_temp.stage_registry
