update nayose.posting_state t set
    lineage_id = s.lineage_id,
    last_seen = @monday,
    delivery = @delivery
from pg_temp.stage_posting s
where t.partner = @partner and t.posting_id = s.posting_id
