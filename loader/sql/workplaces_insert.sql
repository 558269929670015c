insert into nayose.workplace (workplace_id, company_id, name, address, phone, url, source, proof, partner, mention_id)
select distinct on (workplace_id) *
from pg_temp.stage_workplace s
where not exists (select from nayose.workplace w where w.workplace_id = s.workplace_id)
