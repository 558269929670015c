insert into nayose.posting (
    partner, posting_id, mention_id, content_hash, title, description, occupation, employment_type,
    employment_type_text, salary_unit, salary_min, salary_max, salary_text, prefecture, city, posted_on, closes_on, extra,
    occupation_text
)
select
    partner, posting_id, mention_id, content_hash, title, description, occupation, employment_type,
    employment_type_text, salary_unit, salary_min, salary_max, salary_text, prefecture, city, posted_on, closes_on, extra,
    occupation_text
from pg_temp.stage_posting s
where not exists (
    select from nayose.posting p where p.partner = @partner and p.posting_id = s.posting_id
)
