-- Deletes the matches of the mentions of going_mention in every generation, and takes them out of the books of one that is being made.
with gone as (
    delete from nayose.match m using nayose.generation n, pg_temp.going_mention g
    where m.generation = n.generation and m.mention_id = g.mention_id
    returning m.generation, n.state
), noted as (
    insert into nayose.generation_part as p (generation, part, mentions)
    select generation, 'erased', -count(*)
    from gone
    where state in ('building', 'valid')
    group by generation
    order by generation
    on conflict (generation, part) do update set mentions = p.mentions + excluded.mentions, finished_at = clock_timestamp()
)
select count(*) from gone
