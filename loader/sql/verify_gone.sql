-- Of what the load read, the rows that are there no more, and those that were erased by the ledger of erasures, with the sums of their ids.
select
    gone.kind,
    gone.rows,
    gone.sum,
    coalesce(e.rows, 0)::bigint as erased,
    coalesce(e.sum, 0) as erased_sum
from (
    select 'postings' as kind, count(*) as rows, nayose.id_sum(sum(nayose.id_word(s.lineage_id))) as sum
    from pg_temp.stage_posting s
    where not exists (select from nayose.posting_state t where t.partner = @partner and t.posting_id = s.posting_id)
    union all
    select kinds.kind, count(s.kind), nayose.id_sum(sum(nayose.id_word(s.lineage_id)))
    from (values ('rejected'), ('duplicate')) kinds (kind)
    left join pg_temp.stage_reject s on s.kind = kinds.kind
        and not exists (select from nayose.reject r where r.delivery = @delivery and r.lineage_id = s.lineage_id)
    group by kinds.kind
) gone
left join (
    select
        case when kind in ('active', 'expired') then 'postings' else kind end as kind,
        sum(rows) as rows,
        nayose.id_sum(sum(lineage_sum)) as sum
    from nayose.erasure
    where partner = @partner and delivery = @delivery
    group by 1
) e on e.kind = gone.kind
order by 1
