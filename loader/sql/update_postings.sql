update nayose.posting p set
    mention_id = s.mention_id,
    content_hash = s.content_hash,
    title = s.title,
    description = s.description,
    occupation = s.occupation,
    employment_type = s.employment_type,
    employment_type_text = s.employment_type_text,
    salary_unit = s.salary_unit,
    salary_min = s.salary_min,
    salary_max = s.salary_max,
    salary_text = s.salary_text,
    prefecture = s.prefecture,
    city = s.city,
    posted_on = s.posted_on,
    closes_on = s.closes_on,
    extra = s.extra,
    occupation_text = s.occupation_text
from pg_temp.changed_posting s
where p.partner = @partner and p.posting_id = s.posting_id
