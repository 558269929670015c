select s.row, m.mention_id is null
from pg_temp.stage_match s
left join nayose.match m on m.generation = @generation and m.mention_id = s.mention_id
where m.match_hash is distinct from s.match_hash
