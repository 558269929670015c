insert into pg_temp.going_posting
select posting_id from nayose.posting_state
where partner = @partner and expired_at < @before
limit @most
