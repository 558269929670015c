with gone as (
    delete from nayose.former_address f
    using pg_temp.stage_company s
    where f.company_id = s.company_id and f.source = @source and 'former_addresses' = any(@columns)
        and not exists (select from pg_temp.told t where t.company_id = f.company_id and t.kind = 'address' and t.value = f.address)
    returning f.company_id
)
insert into pg_temp.touched select company_id from gone
