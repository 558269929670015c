-- The rows of one company are a group, published together, in the order of the file. One that begins with process 01 is the
-- company's whole history.
update pg_temp.stage_registry s set seq = g.behind + g.cut, last = g.behind = 0, several = true, whole = g.whole, updated_on = g.updated_on
from (
    select
        ctid,
        row_number() over (partition by company_id order by n desc) - 1 as behind,
        first_value(case when latest then 0 else 1 end) over (partition by company_id order by n desc) as cut, -- its last row was left out
        first_value(updated_on) over (partition by company_id order by n desc) as updated_on,
        first_value(process) over (partition by company_id order by n) = '01' as whole
    from pg_temp.stage_registry
    where company_id in (select company_id from pg_temp.stage_registry group by company_id having count(*) > 1)
) g
where s.ctid = g.ctid
