-- How many postings that would expire come again under an id that is new: of the same employer and title, or where the
-- partner gives no titles, of the same content. Of several alike, each counts once.
select coalesce(sum(least(old.postings, new.postings)), 0)::bigint
from (
    select p.mention_id, p.title, case when p.title is null then p.content_hash end as content_hash, count(*) as postings
    from pg_temp.stage_leaving g
    join nayose.posting p on p.partner = @partner and p.posting_id = g.posting_id
    group by 1, 2, 3
) old
join (
    select s.mention_id, s.title, case when s.title is null then s.content_hash end as content_hash, count(*) as postings
    from pg_temp.stage_posting s
    where not exists (
        select from nayose.posting_state t where t.partner = @partner and t.posting_id = s.posting_id
    )
    group by 1, 2, 3
) new on new.mention_id = old.mention_id
    and new.title is not distinct from old.title and new.content_hash is not distinct from old.content_hash
