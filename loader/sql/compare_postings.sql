select s.row, p.posting_id is null
from pg_temp.stage_posting s
left join nayose.posting p on p.partner = @partner and p.posting_id = s.posting_id
where p.posting_id is null or (p.content_hash, p.mention_id) is distinct from (s.content_hash, s.mention_id)
