-- The postings and mentions that are to go.
create temporary table going_posting (posting_id text not null) on commit drop;
create temporary table going_mention (mention_id uuid not null) on commit drop;
