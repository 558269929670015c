-- What the registry says outranks a company file; a name and an address that it does not confirm were the company's once.
with names as (
    insert into nayose.alias (company_id, name, kind, source)
    select c.company_id, c.name, 'former', 'import'
    from pg_temp.news n
    join nayose.company c on c.company_id = n.company_id
    join pg_temp.news_row s on s.company_id = n.company_id and s.last
    where n.takeover and not n.late and c.name is not null and not nayose.same_text(c.name, s.name)
    on conflict do nothing
)
insert into nayose.former_address (company_id, address, source)
select c.company_id, c.address, 'import'
from pg_temp.news n
join nayose.company c on c.company_id = n.company_id
join pg_temp.news_row s on s.company_id = n.company_id and s.last
where n.takeover and not n.late and c.address is not null and not nayose.same_text(c.address, s.address)
on conflict do nothing
