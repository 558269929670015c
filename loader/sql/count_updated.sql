-- The companies that an import has changed; those that it is about to insert are not among them.
select count(*) from nayose.company where company_id in (select company_id from pg_temp.touched)
