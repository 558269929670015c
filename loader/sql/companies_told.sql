-- What the file tells of other names and former addresses: in words, where they are columns of company.
create temporary table told on commit drop as
select distinct company_id, kind, btrim(value, ' 　') as value
from pg_temp.stage_company
cross join lateral (
    select 'former' as kind, unnest(string_to_array(former_names, '|')) as value
    union all
    select 'other', unnest(string_to_array(aliases, '|'))
    union all
    select 'address', unnest(string_to_array(former_addresses, '|'))
) told
where coalesce(former_names, aliases, former_addresses) is not null and btrim(value, ' 　') <> '';

create index on pg_temp.told (company_id);
analyze pg_temp.told
