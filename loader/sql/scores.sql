-- The staged postings by the outcome of their mention and by the band, of twenty, of its best candidate's probability; and of these, the
-- postings of mentions about which somebody decided since.
select m.outcome, least(floor(m.probability * 20), 19)::integer as band, count(*) as postings, count(d.mention_id) as decided
from pg_temp.stage_posting s
join pg_temp.stage_match m using (mention_id)
left join (select distinct mention_id from nayose.decision where decided_at >= @since) d using (mention_id)
group by 1, 2
