-- The postings that are new, or another; and how many of them were loaded before, though their rows are gone: somebody has deleted these.
select
    s.row,
    p.posting_id is null,
    count(*) filter (where p.posting_id is null and exists (
        select from nayose.posting_state t where t.partner = @partner and t.posting_id = s.posting_id
    )) over ()
from pg_temp.stage_posting s
left join nayose.posting p on p.partner = @partner and p.posting_id = s.posting_id
where p.posting_id is null or (p.content_hash, p.mention_id) is distinct from (s.content_hash, s.mention_id)
