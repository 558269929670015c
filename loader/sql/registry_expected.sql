-- Companies that aliases and former addresses have waited for.
insert into pg_temp.touched
select n.company_id from pg_temp.news n join nayose.alias a on a.company_id = n.company_id where n.new
union
select n.company_id from pg_temp.news n join nayose.former_address f on f.company_id = n.company_id where n.new
