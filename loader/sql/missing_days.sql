-- The weekdays between the newest file before a day that told of the whole country and that day. The registry publishes nothing on
-- holidays, which are not known here.
select d::date
from (
    select max(as_of) as newest from nayose.import
    where kind = 'registry' and as_of < @day::date and (not whole or coalesce(prefecture, '全国') = '全国')
) known
cross join lateral generate_series(known.newest + 1, @day::date - 1, interval '1 day') d
where extract(isodow from d) < 6
order by d
