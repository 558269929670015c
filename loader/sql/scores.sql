-- The staged postings by the outcome of their mention (null: it has no match) and by the band, of twenty, of its best candidate's probability.
select m.outcome, least(floor(m.probability * 20), 19)::integer as band, count(*) as postings
from pg_temp.stage_posting s
left join pg_temp.stage_match m using (mention_id)
group by 1, 2
