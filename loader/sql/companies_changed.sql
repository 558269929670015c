-- The known companies of which the file says something new, as they are then. What the file has no column for stays; so does what the
-- registry says, but for readings that it lacks.
create temporary table changed on commit drop as
select
    company_id, name, name_kana, kana_filled, name_english, english_filled, prefecture, address, postal_code, phone, url, closed_on, successor_id
from (
    select
        c.company_id,
        case when c.registry_on is null then s.name else c.name end as name,
        case when k.kana then s.name_kana else c.name_kana end as name_kana,
        case when k.kana and c.registry_on is not null then s.name_kana is not null else c.kana_filled end as kana_filled,
        case when k.english then s.name_english else c.name_english end as name_english,
        case when k.english and c.registry_on is not null then s.name_english is not null else c.english_filled end as english_filled,
        case when c.registry_on is null and 'prefecture' = any(@columns) then s.prefecture else c.prefecture end as prefecture,
        case when c.registry_on is null and 'address' = any(@columns) then s.address else c.address end as address,
        case when c.registry_on is null and 'postal_code' = any(@columns) then s.postal_code else c.postal_code end as postal_code,
        case when 'phone' = any(@columns) then s.phone else c.phone end as phone,
        case when 'url' = any(@columns) then s.url else c.url end as url,
        case when c.registry_on is null and 'closed_on' = any(@columns) then s.closed_on else c.closed_on end as closed_on,
        case when c.registry_on is null and 'successor_id' = any(@columns) then s.successor_id else c.successor_id end as successor_id,
        row(
            c.name, c.name_kana, c.kana_filled, c.name_english, c.english_filled, c.prefecture, c.address, c.postal_code, c.phone, c.url,
            c.closed_on, c.successor_id
        ) as known
    from pg_temp.stage_company s
    join nayose.company c on c.company_id = s.company_id
    cross join lateral (
        select
            'name_kana' = any(@columns) and (c.registry_on is null
                or (c.name_kana is null or c.kana_filled) and nayose.same_text(s.name, c.name)) as kana,
            'name_english' = any(@columns) and (c.registry_on is null
                or (c.name_english is null or c.english_filled) and nayose.same_text(s.name, c.name)) as english
    ) k
) n
where known is distinct from row(
    name, name_kana, kana_filled, name_english, english_filled, prefecture, address, postal_code, phone, url, closed_on, successor_id)
