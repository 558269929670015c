insert into nayose.match select * from pg_temp.stage_match s
where not exists (
    select from nayose.match m where m.generation = s.generation and m.mention_id = s.mention_id
)
