-- Deletes rejects of the partner, notes it, and says how many there were: those of deliveries before a Monday, or those that are named.
with gone as (
    delete from nayose.reject where ctid = any(array(
        select r.ctid
        from nayose.reject r
        join nayose.delivery d on d.id = r.delivery
        where d.partner = @partner and (d.monday < @before::date or r.lineage_id = any(@lineages::uuid[]))
        limit @most
    ))
    returning delivery, kind, lineage_id
), noted as (
    insert into nayose.erasure (rule, by, why, partner, delivery, newest, kind, rows, lineage_sum)
    select @rule::text, @by::text, @why::text, @partner, delivery, @newest::bigint, kind, count(*), nayose.id_sum(sum(nayose.id_word(lineage_id)))
    from gone
    group by delivery, kind
    order by delivery, kind
    returning rows
)
select coalesce(sum(rows), 0)::bigint from noted
