insert into pg_temp.stage_leaving
select t.posting_id from nayose.posting_state t
where t.partner = @partner and t.expired_at is null
    and not exists (select from pg_temp.stage_posting s where s.posting_id = t.posting_id)
