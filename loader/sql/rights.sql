-- What the role lacks for a load, an import, an erasure or a rebuild.
with needed (what, tables, privileges) as (
    values
        ('load', '{posting,posting_state,mention,match,reject,delivery}'::text[], '{select,insert,update}'::text[]),
        ('load', '{decision,audit_question}', '{select,insert}'),
        ('load', '{live,generation,schema_version,erasure,erased_posting}', '{select}'),
        ('import', '{company,company_history,workplace,alias,former_address,import,import_reject}', '{select,insert}'),
        ('import', '{company,company_history,workplace,master_state}', '{select,update}'),
        ('import', '{company_history,workplace,alias,former_address}', '{delete}'),
        ('import', '{live,match,mention,posting,schema_version}', '{select}'),
        ('erase', '{posting,posting_state,mention,match,reject,workplace}', '{select,delete}'),
        ('erase', '{erasure,erased_posting,generation_part}', '{select,insert}'),
        ('erase', '{generation_part,master_state}', '{update}'),
        ('erase', '{delivery,generation,live,schema_version}', '{select}'),
        ('rebuild', '{match}', '{select,insert,update,delete}'),
        ('rebuild', '{generation,generation_part}', '{select,insert,update}'),
        ('rebuild', '{live}', '{select,update}'),
        ('rebuild', '{delivery,mention,posting,posting_state,schema_version}', '{select}')
)
select relname || ' (' || privilege || ')'
from needed
join pg_class on relnamespace = 'nayose'::regnamespace and relname = any(tables)
cross join unnest(privileges) privilege
where what = $1 and not has_table_privilege(pg_class.oid, privilege)
union
select relname || ' (usage)'
from (values ('load', 'delivery_id_seq'), ('import', 'import_import_id_seq'), ('erase', 'erasure_id_seq')) sequences (what, relname)
where what = $1 and not has_sequence_privilege('nayose.' || relname, 'usage')
union
select 'temporary tables in the database' where not has_database_privilege(current_database(), 'temporary')
order by 1
