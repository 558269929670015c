with written as (
    update nayose.company c set
        name = s.name,
        name_kana = n.name_kana,
        kana_filled = n.kana_filled,
        name_english = n.name_english,
        english_filled = n.english_filled,
        kind = s.kind,
        prefecture = s.prefecture,
        city = s.city,
        address = s.address,
        postal_code = s.postal_code,
        closed_on = s.closed_on,
        closed_for = s.closed_for,
        successor_id = s.successor_id,
        cause = s.cause,
        assigned_on = s.assigned_on,
        changed_on = s.changed_on,
        process = s.process,
        unlisted = n.unlisted,
        registry_on = s.updated_on,
        whole_on = n.whole_on
    from pg_temp.news n
    join pg_temp.news_row s on s.company_id = n.company_id and s.last
    where c.company_id = n.company_id and not n.new and not n.late and n.differs
    returning c.company_id
)
insert into pg_temp.touched select company_id from written
