-- What a company was until now becomes history, unless the file says otherwise of the same event.
insert into nayose.company_history (
    company_id, updated_on, seq, changed_on, process, name, name_kana, kind, prefecture, address, closed_on, closed_for, successor_id, cause)
select
    c.company_id, c.registry_on, 0, c.changed_on, c.process, c.name, case when not c.kana_filled then c.name_kana end, c.kind, c.prefecture,
    c.address, c.closed_on, c.closed_for, c.successor_id, c.cause
from pg_temp.news n
join nayose.company c on c.company_id = n.company_id
where not n.late
    and c.registry_on >= coalesce(n.whole_on, c.registry_on)
    and exists (select from pg_temp.news_row s where s.company_id = n.company_id and s.last and s.updated_on > c.registry_on)
    and not exists (
        select from pg_temp.news_row s
        where s.company_id = n.company_id and s.changed_on = c.changed_on and s.process = c.process
    )
