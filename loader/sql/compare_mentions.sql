select s.row, true
from pg_temp.stage_mention s
where not exists (select from nayose.mention m where m.mention_id = s.mention_id)
