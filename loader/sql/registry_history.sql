-- The earlier rows of what was published, and all rows of what comes late; but none from before a whole history, and none in whose
-- place the same was published since.
with written as (
    insert into nayose.company_history as h (
        company_id, updated_on, seq, changed_on, process, name, name_kana, kind, prefecture, address, closed_on, closed_for, successor_id, cause)
    select
        s.company_id, s.updated_on, s.seq, s.changed_on, s.process, s.name, nullif(s.name_kana, ''), s.kind, s.prefecture, s.address,
        s.closed_on, s.closed_for, s.successor_id, s.cause
    from pg_temp.news n
    join pg_temp.news_row s on s.company_id = n.company_id
    where (s.seq > 0 or n.late)
        and s.updated_on >= coalesce(n.whole_on, s.updated_on)
        and not exists (
            select from nayose.company c
            where c.company_id = s.company_id and c.registry_on > s.updated_on and c.changed_on = s.changed_on and c.process = s.process
                and c.name is not distinct from s.name and c.address is not distinct from s.address
        )
        and not exists (
            select from nayose.company_history k
            where k.company_id = s.company_id and k.updated_on > s.updated_on and k.changed_on = s.changed_on and k.process = s.process
                and k.name is not distinct from s.name and k.address is not distinct from s.address
        )
    on conflict (company_id, updated_on, seq) do update set
        changed_on = excluded.changed_on,
        process = excluded.process,
        name = excluded.name,
        name_kana = coalesce(excluded.name_kana, h.name_kana),
        kind = excluded.kind,
        prefecture = excluded.prefecture,
        address = excluded.address,
        closed_on = excluded.closed_on,
        closed_for = excluded.closed_for,
        successor_id = excluded.successor_id,
        cause = excluded.cause
    where row(h.changed_on, h.process, h.name, h.name_kana, h.kind, h.prefecture, h.address, h.closed_on, h.closed_for, h.successor_id, h.cause)
        is distinct from row(
            excluded.changed_on, excluded.process, excluded.name, coalesce(excluded.name_kana, h.name_kana), excluded.kind,
            excluded.prefecture, excluded.address, excluded.closed_on, excluded.closed_for, excluded.successor_id, excluded.cause)
    returning company_id
)
insert into pg_temp.touched select company_id from written
