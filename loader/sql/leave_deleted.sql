insert into pg_temp.stage_leaving
select t.posting_id from nayose.posting_state t
join pg_temp.stage_deletion s on s.posting_id = t.posting_id
where t.partner = @partner and t.expired_at is null
