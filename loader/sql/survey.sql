-- What the books need to know about what the load has just written.
select
    (select count(*) from pg_temp.stage_posting) as staged,
    (select nayose.id_sum(sum(nayose.id_word(lineage_id))) from pg_temp.stage_posting) as staged_sum,
    (select count(*) from pg_temp.stage_deletion) as deleted,
    (select nayose.id_sum(sum(nayose.id_word(lineage_id))) from pg_temp.stage_deletion) as deleted_sum,
    (select count(*) from pg_temp.stage_deletion join pg_temp.stage_posting using (posting_id)) as "both",
    seen.postings as seen,
    seen.sum as seen_sum,
    gone.*,
    (select count(*) from nayose.posting_state where partner = @partner and expired_at is null) as active_after,
    (
        select count(*) from pg_temp.stage_deletion s
        join nayose.posting_state t on t.partner = @partner and t.posting_id = s.posting_id
        where t.expired_at is null
    ) as deleted_active,
    (
        select count(*) from pg_temp.stage_posting s
        where not exists (select from nayose.mention e where e.mention_id = s.mention_id)
            and exists (select from nayose.posting_state t where t.partner = @partner and t.posting_id = s.posting_id)
    ) as without_mention,
    r.rejected,
    r.rejected_sum,
    r.duplicates,
    r.duplicates_sum
from (
    select count(*) as postings, nayose.id_sum(sum(nayose.id_word(t.lineage_id))) as sum
    from nayose.posting_state t
    where t.partner = @partner and t.delivery = @delivery and t.expired_at is null
) seen, (
    select
        coalesce(sum(rows) filter (where delivery = @delivery), 0)::bigint as erased,
        nayose.id_sum(sum(lineage_sum) filter (where delivery = @delivery)) as erased_sum,
        coalesce(sum(rows) filter (where newest = @delivery and kind = 'active'), 0)::bigint as active_erased
    from nayose.erasure
    where partner = @partner and kind in ('active', 'expired')
) gone, (
    select
        count(*) filter (where kind = 'rejected') as rejected,
        nayose.id_sum(sum(nayose.id_word(lineage_id)) filter (where kind = 'rejected')) as rejected_sum,
        count(*) filter (where kind = 'duplicate') as duplicates,
        nayose.id_sum(sum(nayose.id_word(lineage_id)) filter (where kind = 'duplicate')) as duplicates_sum
    from nayose.reject
    where delivery = @delivery
) r
