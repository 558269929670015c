-- With statistics and an index on what is joined, no statement has a bad plan even while the permanent tables have never
-- been analyzed: a second load of 100,000 postings right after the first took 412 s without and takes 3 s with.
create unique index each_posting_once on pg_temp.stage_posting (posting_id);
create unique index each_mention_once on pg_temp.stage_mention (mention_id);
create unique index each_match_once on pg_temp.stage_match (mention_id);
create unique index each_deletion_once on pg_temp.stage_deletion (posting_id);
analyze pg_temp.stage_posting (posting_id, mention_id);
analyze pg_temp.stage_mention (mention_id);
analyze pg_temp.stage_match (mention_id);
analyze pg_temp.stage_deletion (posting_id);
