with written as (
    update nayose.company c set
        name = n.name,
        name_kana = n.name_kana,
        kana_filled = n.kana_filled,
        name_english = n.name_english,
        english_filled = n.english_filled,
        prefecture = n.prefecture,
        address = n.address,
        postal_code = n.postal_code,
        phone = n.phone,
        url = n.url,
        closed_on = n.closed_on,
        successor_id = n.successor_id
    from pg_temp.changed n
    where c.company_id = n.company_id
    returning c.company_id
)
insert into pg_temp.touched select company_id from written
