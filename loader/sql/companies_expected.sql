-- New companies that aliases and former addresses have waited for.
insert into pg_temp.touched
select s.company_id
from (select company_id from nayose.alias union select company_id from nayose.former_address) a
join pg_temp.stage_company s on s.company_id = a.company_id
where not exists (select from nayose.company c where c.company_id = a.company_id)
