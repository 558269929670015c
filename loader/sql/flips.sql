-- Of the staged mentions, those that the live generation has an answer about, and those whose answer becomes another; without those that
-- somebody has ever decided about, whose answers people change.
select
    count(*) as known,
    count(*) filter (where m.outcome <> s.outcome or m.company_id is distinct from s.company_id) as flipped
from pg_temp.stage_match s
join nayose.match m on m.generation = @generation and m.mention_id = s.mention_id
where not exists (select from nayose.decision d where d.mention_id = s.mention_id)
