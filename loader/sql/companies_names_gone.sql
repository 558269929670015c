-- Names that this file told before and tells no longer.
with gone as (
    delete from nayose.alias a
    using pg_temp.stage_company s
    where a.company_id = s.company_id and a.source = @source
        and (a.kind = 'former' and 'former_names' = any(@columns) or a.kind = 'other' and 'aliases' = any(@columns))
        and not exists (select from pg_temp.told t where t.company_id = a.company_id and t.kind = a.kind and t.value = a.name)
    returning a.company_id
)
insert into pg_temp.touched select company_id from gone
