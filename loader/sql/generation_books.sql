-- What the books of a generation need to know.
select e.mentions, e.mentions_sum, m.*, (select coalesce(sum(mentions), 0)::bigint from nayose.generation_part where generation = @generation) as parts
from (
    select count(*) as mentions, nayose.id_sum(sum(nayose.id_word(mention_id))) as mentions_sum from nayose.mention
) e, (
    select
        count(*) as matches,
        nayose.id_sum(sum(nayose.id_word(mention_id))) as matches_sum,
        count(*) filter (where outcome = 'matched') as matched,
        count(*) filter (where outcome = 'review') as review,
        count(*) filter (where outcome = 'unmatched') as unmatched
    from nayose.match
    where generation = @generation
) m
