-- What a company was until now becomes history. registry_prune removes it again where the file says otherwise.
insert into nayose.company_history (
    company_id, updated_on, seq, changed_on, process, name, name_kana, kind, prefecture, address, closed_on, closed_for, successor_id, cause)
select
    c.company_id, c.registry_on, 0, c.changed_on, c.process, c.name, case when not c.kana_filled then c.name_kana end, c.kind, c.prefecture,
    c.address, c.closed_on, c.closed_for, c.successor_id, c.cause
from pg_temp.news n
join nayose.company c on c.company_id = n.company_id
join pg_temp.news_row s on s.company_id = n.company_id and s.last
where not n.late and s.updated_on > c.registry_on
