-- A row of the file. Until registry_group has seen the others, each is taken for all that the file says of its company.
-- name_kana, name_english and unlisted are null where the file's layout has no such column.
create temporary table stage_registry (
    n bigint not null, -- the row's number in the file
    company_id text not null,
    updated_on date not null,
    seq smallint not null, -- as in company_history
    latest boolean not null,
    last boolean not null default true, -- of the company's rows
    several boolean not null default false, -- the company has more rows than this
    whole boolean not null, -- the company's rows are its whole history
    changed_on date,
    process text,
    name text,
    name_kana text,
    name_english text,
    kind smallint,
    prefecture text,
    city text,
    address text,
    postal_code text,
    closed_on date,
    closed_for text,
    successor_id text,
    cause text,
    assigned_on date,
    unlisted boolean
) on commit drop
