insert into nayose.company select * from pg_temp.stage_company s
where not exists (select from nayose.company c where c.company_id = s.company_id)
