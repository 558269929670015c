-- The companies of which an import has changed something; each may stand there several times.
create temporary table touched (company_id text not null) on commit drop
