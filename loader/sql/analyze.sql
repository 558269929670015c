-- A table that was never analyzed has no statistics until autovacuum comes by; until then the views' plans may be
-- worse by a factor of a hundred. reltuples is -1 for such a table.
do $$
declare
    t regclass;
begin
    for t in
        select oid from pg_class
        where relnamespace = 'nayose'::regnamespace and relkind = 'r' and reltuples < 0
    loop
        execute 'analyze ' || t;
    end loop;
end $$
