insert into nayose.mention select * from pg_temp.stage_mention on conflict do nothing
