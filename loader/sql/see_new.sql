insert into nayose.posting_state (partner, posting_id, lineage_id, first_seen, last_seen, delivery)
select @partner, s.posting_id, s.lineage_id, @monday, @monday, @delivery
from pg_temp.stage_posting s
where not exists (
    select from nayose.posting_state t where t.partner = @partner and t.posting_id = s.posting_id
)
