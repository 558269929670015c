-- The columns of company that gather what lies in other tables, for the companies that the import has touched.
update nayose.company c set former_names = d.former_names, aliases = d.aliases, former_addresses = d.former_addresses
from (
    select
        c.company_id,
        string_agg(distinct told.value, '|' order by told.value)
            filter (where told.kind = 'name' and not nayose.same_text(told.value, c.name)) as former_names,
        string_agg(distinct told.value, '|' order by told.value) filter (where told.kind = 'alias') as aliases,
        string_agg(distinct told.value, '|' order by told.value)
            filter (where told.kind = 'address' and not nayose.same_text(told.value, c.address)) as former_addresses
    from (select distinct company_id from pg_temp.touched) t
    join nayose.company c on c.company_id = t.company_id
    left join (
        select h.company_id, told.kind, told.value collate "C" as value
        from nayose.company_history h
        cross join lateral (values ('name', h.name), ('address', h.address)) told (kind, value)
        union all
        select company_id, case kind when 'former' then 'name' else 'alias' end, name collate "C"
        from nayose.alias
        union all
        select company_id, 'address', address collate "C"
        from nayose.former_address
    ) told on told.company_id = t.company_id
    group by c.company_id
) d
where c.company_id = d.company_id
    and row(c.former_names, c.aliases, c.former_addresses) is distinct from row(d.former_names, d.aliases, d.former_addresses)
