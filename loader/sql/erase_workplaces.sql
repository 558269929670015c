-- Deletes the workplaces that the mentions of going_mention prove. Where another mention proves one, too, the next import of proven workplaces
-- has it again.
delete from nayose.workplace w using pg_temp.going_mention g
where w.proof is not null and w.mention_id = g.mention_id
