-- How far files of the whole country have brought the master. A full file holds what the change files before it did; of those after it
-- the weekdays before today that have none.
with national as (
    select as_of, whole from nayose.import
    where kind = 'registry' and (not whole or coalesce(prefecture, '全国') = '全国')
)
select
    (select max(as_of) from national),
    full_file.as_of,
    array(
        select d::date
        from generate_series(full_file.as_of + 1, @today::date - 1, interval '1 day') d
        where extract(isodow from d) < 6 and d::date not in (select as_of from national)
        order by d
    )
from (select max(as_of) filter (where whole) as as_of from national) full_file
