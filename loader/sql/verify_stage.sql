-- What the load read, whole: in place of the keys that stage.sql stages.
create temporary table stage_posting (like nayose.posting, lineage_id uuid not null) on commit drop;
create temporary table stage_mention (like nayose.mention) on commit drop;
create temporary table stage_match (like nayose.match) on commit drop;
create temporary table stage_deletion (posting_id text not null, lineage_id uuid not null) on commit drop;
create temporary table stage_reject (like nayose.reject) on commit drop;
