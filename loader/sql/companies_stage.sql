create temporary table stage_company (
    company_id text not null,
    name text,
    name_kana text,
    name_english text,
    former_names text,
    aliases text,
    prefecture text,
    address text,
    former_addresses text,
    postal_code text,
    phone text,
    url text,
    closed_on date,
    successor_id text
) on commit drop
