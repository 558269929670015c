-- A table that was never analyzed has no statistics until autovacuum comes by; until then the views' plans may be
-- worse by a factor of a hundred. reltuples is -1 for such a table. Long texts, which no plan rests on, are left to autovacuum:
-- they take most of the time.
do $$
declare
    t record;
begin
    for t in
        select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ') as columns
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'nayose'::regnamespace and c.relkind = 'r' and c.reltuples < 0
            and a.attname not in ('description', 'extra', 'candidates', 'raw')
        group by c.oid
    loop
        execute format('analyze %s (%s)', t.name, t.columns);
    end loop;
end $$;
