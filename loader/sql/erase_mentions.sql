-- Deletes the mentions of going_mention, notes it, and says how many there were.
with gone as (
    delete from nayose.mention e using pg_temp.going_mention g
    where e.mention_id = g.mention_id
    returning e.mention_id
), noted as (
    insert into nayose.erasure (rule, by, why, partner, newest, kind, rows, lineage_sum)
    select @rule::text, @by::text, @why::text, @partner, @newest::bigint, 'mention', count(*), nayose.id_sum(sum(nayose.id_word(mention_id)))
    from gone
    having count(*) > 0
)
select count(*) from gone
