select
    count(*),
    count(*) filter (where not exists (select from nayose.company c where c.company_id = s.company_id))
from pg_temp.stage_alias s
