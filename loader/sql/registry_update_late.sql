-- A whole history that comes late tells what is void, though not what the company is.
with written as (
    update nayose.company c set whole_on = n.whole_on
    from pg_temp.news n
    where c.company_id = n.company_id and n.late and c.whole_on is distinct from n.whole_on
    returning c.company_id
)
insert into pg_temp.touched select company_id from written
