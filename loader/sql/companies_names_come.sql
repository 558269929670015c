with come as (
    insert into nayose.alias (company_id, name, kind, source)
    select t.company_id, t.value, t.kind, @source
    from pg_temp.told t
    where t.kind <> 'address' and not exists (
        select from nayose.alias a
        where a.company_id = t.company_id and a.name = t.value and a.kind = t.kind and a.source = @source
    )
    returning company_id
)
insert into pg_temp.touched select company_id from come
