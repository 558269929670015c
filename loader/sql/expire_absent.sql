update nayose.posting_state t set expired_at = @monday
where t.partner = @partner and t.expired_at is null
    and not exists (select from pg_temp.stage_posting s where s.posting_id = t.posting_id)
