-- Deletes a small batch of a generation's matches, from a mention on, and says how many and which was the last.
with batch as materialized (
    select mention_id from nayose.match
    where generation = @generation and mention_id > @after
    order by mention_id
    limit @most
), gone as (
    delete from nayose.match m using batch b where m.generation = @generation and m.mention_id = b.mention_id
)
select mention_id, count(*) over () from batch order by mention_id desc limit 1
