select
    (select count(*) from pg_temp.stage_registry where last) as read,
    (select count(*) from pg_temp.news where new) as inserted,
    (
        select count(*) from (select distinct company_id from pg_temp.touched) t
        where not exists (select from pg_temp.news n where n.company_id = t.company_id and (n.new or n.late))
    ) as updated,
    (select count(*) from pg_temp.news where late) as late,
    (select count(*) from pg_temp.touched) > 0 as touched,
    (select max(updated_on) from pg_temp.stage_registry) as newest
