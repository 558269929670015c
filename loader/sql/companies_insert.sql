insert into nayose.company (
    company_id, name, name_kana, name_english, prefecture, address, postal_code, phone, url, closed_on, successor_id)
select company_id, name, name_kana, name_english, prefecture, address, postal_code, phone, url, closed_on, successor_id
from pg_temp.stage_company s
where not exists (select from nayose.company c where c.company_id = s.company_id)
