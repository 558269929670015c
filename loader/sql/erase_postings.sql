-- Deletes the postings of going_posting, notes it, and leaves in going_mention what they mentioned. It says how many there were.
with states as (
    delete from nayose.posting_state t using pg_temp.going_posting g
    where t.partner = @partner and t.posting_id = g.posting_id
    returning t.delivery, t.lineage_id, case when t.expired_at is null then 'active' else 'expired' end as kind
), wide as (
    delete from nayose.posting p using pg_temp.going_posting g
    where p.partner = @partner and p.posting_id = g.posting_id
    returning p.mention_id
), mentioned as (
    insert into pg_temp.going_mention select distinct mention_id from wide
), noted as (
    insert into nayose.erasure (rule, by, why, partner, delivery, newest, kind, rows, lineage_sum)
    select @rule::text, @by::text, @why::text, @partner, delivery, @newest::bigint, kind, count(*), nayose.id_sum(sum(nayose.id_word(lineage_id)))
    from states
    group by delivery, kind
    order by delivery, kind
    returning rows
)
select coalesce(sum(rows), 0)::bigint from noted
