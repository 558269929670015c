with come as (
    insert into nayose.alias (company_id, name, kind, source)
    select distinct company_id, name, kind, source
    from pg_temp.stage_alias s
    where not exists (
        select from nayose.alias a
        where a.company_id = s.company_id and a.name = s.name and a.kind = s.kind and a.source = s.source
    )
    returning company_id
)
insert into pg_temp.touched select company_id from come
