with come as (
    insert into nayose.former_address (company_id, address, source)
    select t.company_id, t.value, @source
    from pg_temp.told t
    where t.kind = 'address' and not exists (
        select from nayose.former_address f
        where f.company_id = t.company_id and f.address = t.value and f.source = @source
    )
    returning company_id
)
insert into pg_temp.touched select company_id from come
