-- Mentions that no posting has any more, since these are gone or say something else by now.
insert into pg_temp.going_mention
select e.mention_id from nayose.mention e
where e.partner = @partner and not exists (select from nayose.posting p where p.mention_id = e.mention_id)
limit @most
