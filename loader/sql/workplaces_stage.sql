create temporary table stage_workplace (
    workplace_id uuid not null,
    company_id text not null,
    name text,
    address text,
    phone text,
    url text,
    source text not null,
    proof text,
    partner text,
    mention_id uuid
) on commit drop
