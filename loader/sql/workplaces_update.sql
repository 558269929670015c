-- Another posting proves what one did before.
update nayose.workplace w set partner = s.partner, mention_id = s.mention_id
from pg_temp.stage_workplace s
where w.workplace_id = s.workplace_id and w.proof = s.proof and w.mention_id <> s.mention_id
