-- The columns of company that gather what lies in other tables, for the companies that the import has touched. A | within a name or
-- an address would make two of it.
with ids as materialized (
    select distinct company_id from pg_temp.touched
),
tellings as (
    select company_id, told.kind, told.value
    from ids
    join nayose.company_history h using (company_id)
    cross join lateral (values ('name', h.name), ('address', h.address)) told (kind, value)
    union all
    select company_id, case a.kind when 'former' then 'name' else 'alias' end, a.name
    from ids
    join nayose.alias a using (company_id)
    union all
    select company_id, 'address', f.address
    from ids
    join nayose.former_address f using (company_id)
),
told as (
    select company_id, kind, value, replace(value, '|', '｜') collate "C" as listed
    from tellings
),
derived as (
    select
        company_id,
        string_agg(distinct told.listed, '|' order by told.listed)
            filter (where told.kind = 'name' and not nayose.same_text(told.value, c.name)) as former_names,
        string_agg(distinct told.listed, '|' order by told.listed) filter (where told.kind = 'alias') as aliases,
        string_agg(distinct told.listed, '|' order by told.listed)
            filter (where told.kind = 'address' and not nayose.same_text(told.value, c.address)) as former_addresses
    from ids
    join nayose.company c using (company_id)
    left join told using (company_id)
    group by company_id
)
update nayose.company c set former_names = d.former_names, aliases = d.aliases, former_addresses = d.former_addresses
from derived d
where c.company_id = d.company_id
    and row(c.former_names, c.aliases, c.former_addresses) is distinct from row(d.former_names, d.aliases, d.former_addresses)
