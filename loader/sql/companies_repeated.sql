select company_id from pg_temp.stage_company group by company_id having count(*) > 1 order by company_id limit 1
