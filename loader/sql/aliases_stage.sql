create temporary table stage_alias (
    company_id text not null,
    name text not null,
    kind text not null,
    source text not null
) on commit drop
