update nayose.posting_state t set first_seen = @monday
from pg_temp.stage_posting s
where t.partner = @partner and t.posting_id = s.posting_id and t.first_seen > @monday
