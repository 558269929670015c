-- The rows that are compared with what is known: few, where the file is a full one.
create temporary table news_row on commit drop as
select s.*
from pg_temp.news n
join pg_temp.stage_registry s on s.company_id = n.company_id
where not n.new or n.several;

create index on pg_temp.news_row (company_id);
analyze pg_temp.news_row;
analyze pg_temp.news
