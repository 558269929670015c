-- Who holds an advisory lock: ": process 4711 of nayose_job, since 2026-11-20T02:00:27Z, nayose, from 10.0.0.5". Of other roles' sessions a role
-- sees the first two only.
select coalesce(': ' || string_agg(concat_ws(', ',
    concat('process ', l.pid, ' of ' || a.usename),
    'since ' || to_char(coalesce(a.xact_start, a.query_start) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    nullif(a.application_name, ''),
    'from ' || host(a.client_addr)
), '; ' order by l.pid), '')
from hashtextextended('nayose:' || $1::text, 0) key
join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.classid::bigint = (key >> 32) & 4294967295 and l.objid::bigint = key & 4294967295
    and l.database = (select oid from pg_database where datname = current_database())
left join pg_stat_activity a on a.pid = l.pid
