-- Of each row its keys and hashes, and its number in the input; then what has changed, whole. The transaction's end removes them.
create temporary table stage_posting (
    row integer not null,
    lineage_id uuid not null,
    posting_id text not null,
    mention_id uuid not null,
    content_hash uuid not null,
    title text
) on commit drop;
create temporary table stage_mention (row integer not null, mention_id uuid not null) on commit drop;
create temporary table stage_match (
    row integer not null,
    mention_id uuid not null,
    outcome text not null,
    company_id text,
    probability double precision not null,
    match_hash uuid not null
) on commit drop;
create temporary table stage_deletion (posting_id text not null, lineage_id uuid not null) on commit drop;
create temporary table stage_leaving (posting_id text not null) on commit drop;
create temporary table changed_posting (like nayose.posting) on commit drop;
create temporary table changed_match (like nayose.match) on commit drop;
