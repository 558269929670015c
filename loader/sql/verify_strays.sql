-- Postings that are known and have no content any more. Rows that say they came with a delivery of the week of which the ledger has no row, whether its rows stand under the Monday of their week,
-- and where the partner has another number of postings than its loads inserted and nobody erased: that number, and how many there are.
select 'posting_state', delivery, count(*)
from nayose.posting_state t
where partner = @partner and last_seen = @monday and not exists (
    select from nayose.delivery d where d.id = t.delivery and d.partner = t.partner and d.week = @week and d.state = 'loaded'
)
group by delivery
union all
select 'posting', 0, count(*)
from nayose.posting_state t
where partner = @partner and not exists (select from nayose.posting p where p.partner = @partner and p.posting_id = t.posting_id)
having count(*) > 0
union all
select 'delivery', id, 1
from nayose.delivery
where partner = @partner and (week = @week) <> (monday = @monday)
union all
select 'postings', should.be, are.there
from (
    select
        (select coalesce(sum(inserted), 0) from nayose.delivery where partner = @partner)::bigint
        - (select coalesce(sum(rows), 0) from nayose.erasure where partner = @partner and kind in ('active', 'expired'))::bigint as be
) should, (
    select count(*) as there from nayose.posting_state where partner = @partner
) are
where should.be <> are.there
order by 1, 2
