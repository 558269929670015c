-- A file is all that its sources have to say.
with gone as (
    delete from nayose.alias a
    where a.source in (select source from pg_temp.stage_alias)
        and not exists (
            select from pg_temp.stage_alias s
            where s.company_id = a.company_id and s.name = a.name and s.kind = a.kind and s.source = a.source
        )
    returning a.company_id
)
insert into pg_temp.touched select company_id from gone
