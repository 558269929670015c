-- A partner's postings by their mentions: the active ones or, where a week is named, those that stood in that week.
select s.lineage_id, p.mention_id
from nayose.posting p
join nayose.posting_state s on s.partner = p.partner and s.posting_id = p.posting_id
where p.partner = @partner and case
    when @monday::date is null then s.expired_at is null
    else s.first_seen <= @monday::date and s.last_seen >= @monday::date
end
order by p.mention_id, s.lineage_id
