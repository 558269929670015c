update nayose.company c set
    name = s.name,
    name_kana = s.name_kana,
    name_english = s.name_english,
    former_names = s.former_names,
    aliases = s.aliases,
    prefecture = s.prefecture,
    address = s.address,
    former_addresses = s.former_addresses,
    postal_code = s.postal_code,
    phone = s.phone,
    url = s.url,
    closed_on = s.closed_on,
    successor_id = s.successor_id
from pg_temp.stage_company s
where c.company_id = s.company_id and row(c.*) is distinct from row(s.*)
