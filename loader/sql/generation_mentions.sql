-- The mentions of a partner, as a rebuild matches them: whether an active posting shares them or, where a week is named, only
-- those that a posting of that week shares.
with chosen as (
    select distinct p.mention_id
    from nayose.posting p
    join nayose.posting_state s on s.partner = p.partner and s.posting_id = p.posting_id
    where p.partner = @partner and case
        when @monday::date is null then s.expired_at is null
        else s.first_seen <= @monday::date and s.last_seen >= @monday::date
    end
)
select
    e.mention_id,
    e.partner,
    coalesce(e.company_name, ''),
    coalesce(e.company_name_kana, ''),
    coalesce(e.workplace_name, ''),
    coalesce(e.address, ''),
    coalesce(e.phone, ''),
    coalesce(e.url, ''),
    coalesce(e.corporate_number, ''),
    c.mention_id is not null
from nayose.mention e
left join chosen c on c.mention_id = e.mention_id
where e.partner = @partner and (@monday::date is null or c.mention_id is not null)
order by e.mention_id
