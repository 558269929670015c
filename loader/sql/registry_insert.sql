insert into nayose.company (
    company_id, name, name_kana, name_english, kind, prefecture, city, address, postal_code, closed_on, closed_for, successor_id, cause,
    assigned_on, changed_on, process, unlisted, registry_on, whole_on)
select
    s.company_id, s.name, nullif(s.name_kana, ''), nullif(s.name_english, ''), s.kind, s.prefecture, s.city, s.address, s.postal_code,
    s.closed_on, s.closed_for, s.successor_id, s.cause, s.assigned_on, s.changed_on, s.process, coalesce(s.unlisted, false), s.updated_on,
    case when s.whole then s.updated_on end
from pg_temp.news n
join pg_temp.stage_registry s on s.company_id = n.company_id and s.last
where n.new
