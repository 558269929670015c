-- Whether the delivery is the last that was loaded of its partner, and how many rows there are to compare.
select
    not exists (select from nayose.delivery where partner = @partner and state = 'loaded' and id > @delivery),
    (
        select count(*) from pg_temp.stage_posting s
        join nayose.posting_state t on t.partner = @partner and t.posting_id = s.posting_id and t.delivery = @delivery
    ),
    (select count(*) from pg_temp.stage_mention),
    (
        select count(*) from pg_temp.stage_match
        where not exists (select from nayose.delivery where partner = @partner and state = 'loaded' and id > @delivery)
    ),
    (select count(*) from nayose.reject where delivery = @delivery)
