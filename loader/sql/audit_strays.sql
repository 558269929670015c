-- Rows that say they came with a delivery of the week of which the ledger has no row, and whether its rows stand under the Monday of their week.
select 'posting_state', delivery, count(*)
from nayose.posting_state t
where partner = @partner and last_seen = @monday and not exists (
    select from nayose.delivery d where d.id = t.delivery and d.partner = t.partner and d.week = @week and d.state = 'loaded'
)
group by delivery
union all
select 'delivery', id, 1
from nayose.delivery
where partner = @partner and (week = @week) <> (monday = @monday)
order by 1, 2
