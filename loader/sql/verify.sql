-- Where the tables say something else than what the load read, which the stage_… tables hold again. A row that a later delivery
-- has written is that one's. newest: no later delivery of the partner was loaded, so every row must be there, but for what was erased. Where
-- rows of a kind were, those that are gone are not told one by one: their number and sum are compared with the ledger of erasures.
-- corrected: another plan of the week was loaded later, which may have expired what this one brought, on the same Monday.
-- to_jsonb and a text of jsonb: any column, whatever its name, and every byte of it.
with whole as (
    select
        @newest::boolean as newest,
        exists (select from nayose.delivery where partner = @partner and monday = @monday and state = 'loaded' and id > @delivery) as corrected,
        exists (select from nayose.erasure where partner = @partner and delivery = @delivery and kind in ('active', 'expired')) as erased,
        exists (select from nayose.erasure where partner = @partner and kind = 'mention') as mentions_erased
), found (what, id, other) as (
    select 'posting', s.lineage_id,
        case when p.partner is null then 'no row' else 'another value in: ' || array_to_string(array(
            select key from jsonb_each_text(to_jsonb(s) - 'lineage_id') e (key, value)
            where to_jsonb(p) ->> key is distinct from value
        ), ', ') end
    from pg_temp.stage_posting s
    join nayose.posting_state t on t.partner = @partner and t.posting_id = s.posting_id and t.delivery = @delivery
    left join nayose.posting p on p.partner = @partner and p.posting_id = s.posting_id
    where to_jsonb(p)::text is distinct from (to_jsonb(s) - 'lineage_id')::text
    union all
    select 'posting_state', s.lineage_id, case when t.partner is null then 'no row' else 'another value in: ' || array_to_string(array[
        case when t.delivery <> @delivery then 'delivery' end,
        case when t.lineage_id <> s.lineage_id then 'lineage_id' end,
        case when t.last_seen <> @monday then 'last_seen' end,
        case when t.first_seen > @monday then 'first_seen' end,
        case when w.newest and t.expired_at is not null or t.expired_at < t.last_seen + case when w.corrected then 0 else 1 end then 'expired_at' end
    ], ', ') end
    from whole w
    cross join pg_temp.stage_posting s
    left join nayose.posting_state t on t.partner = @partner and t.posting_id = s.posting_id
    where (w.newest or t.delivery = @delivery) and not (t.partner is null and w.erased) and (
        t.partner is null or t.delivery <> @delivery or t.lineage_id <> s.lineage_id or t.last_seen <> @monday
        or t.first_seen > @monday or w.newest and t.expired_at is not null
        or t.expired_at < t.last_seen + case when w.corrected then 0 else 1 end
    )
    union all
    select 'posting_state', t.lineage_id, 'a row of a posting that the delivery does not have'
    from nayose.posting_state t
    where t.partner = @partner and t.delivery = @delivery
        and not exists (select from pg_temp.stage_posting s where s.posting_id = t.posting_id)
    union all
    select 'posting', s.lineage_id, 'a row of a posting that the delivery does not have'
    from whole w
    cross join nayose.posting_state s
    where w.newest and @snapshot and s.partner = @partner and s.expired_at is null and s.delivery <> @delivery
    union all
    select 'mention', s.mention_id,
        case when e.mention_id is null then 'no row' else 'another value in: ' || array_to_string(array(
            select key from jsonb_each_text(to_jsonb(s)) c (key, value) where to_jsonb(e) ->> key is distinct from value
        ), ', ') end
    from whole w
    cross join pg_temp.stage_mention s
    left join nayose.mention e using (mention_id)
    where to_jsonb(e) is distinct from to_jsonb(s) and not (
        e.mention_id is null and w.mentions_erased and not exists (select from nayose.posting p where p.mention_id = s.mention_id)
    )
    union all
    select 'match', s.mention_id,
        case when m.mention_id is null then 'no row' else 'another value in: ' || array_to_string(array(
            select key from jsonb_each_text(to_jsonb(s)) c (key, value) where to_jsonb(m) ->> key is distinct from value
        ), ', ') end
    from whole w
    cross join pg_temp.stage_match s
    left join nayose.match m using (generation, mention_id)
    where w.newest and to_jsonb(m)::text is distinct from to_jsonb(s)::text and not (
        m.mention_id is null and not exists (select from nayose.mention e where e.mention_id = s.mention_id)
    )
    union all
    select 'reject', lineage_id, 'a row of a reject that the delivery does not have'
    from (select * from nayose.reject where delivery = @delivery except all select * from pg_temp.stage_reject) r
    union all
    select 'reject', lineage_id, 'no row, or one that says something else'
    from (select * from pg_temp.stage_reject except all select * from nayose.reject where delivery = @delivery) r
    where exists (select from nayose.reject t where t.delivery = @delivery and t.lineage_id = r.lineage_id)
        or not exists (select from nayose.erasure e where e.partner = @partner and e.delivery = @delivery and e.kind = r.kind)
)
select what, id::text, other, count(*) over () as all
from found
order by what, id
limit 100
