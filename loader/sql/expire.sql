update nayose.posting_state t set expired_at = @monday
from pg_temp.stage_leaving s
where t.partner = @partner and t.posting_id = s.posting_id
