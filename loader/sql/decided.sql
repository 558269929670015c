-- Of the staged mentions that the live generation knows, those that somebody has ever decided about; and the staged postings of mentions
-- that were decided about since.
select
    (
        select count(*) from pg_temp.stage_match s
        join nayose.match m on m.generation = @generation and m.mention_id = s.mention_id
        where s.mention_id in (select d.mention_id from nayose.decision d)
    ) as known,
    (
        select count(*) from pg_temp.stage_posting s
        where s.mention_id in (select d.mention_id from nayose.decision d where d.decided_at >= @since)
    ) as postings
