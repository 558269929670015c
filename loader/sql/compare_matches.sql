-- The staged matches that are missing or say something else, and how many of the latter have another outcome or company, without those
-- about whose mention somebody has ever decided: these answers people change.
select
    s.row,
    m.mention_id is null,
    count(*) filter (
        where m.mention_id is not null and (m.outcome <> s.outcome or m.company_id is distinct from s.company_id)
            and not exists (select from nayose.decision d where d.mention_id = s.mention_id)
    ) over () as flipped
from pg_temp.stage_match s
left join nayose.match m on m.generation = @generation and m.mention_id = s.mention_id
where m.match_hash is distinct from s.match_hash
