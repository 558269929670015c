-- What the live generation answers about a partner's mentions, with as many candidates as a person would be shown: about all that
-- were loaded or, where a week is named, those that a posting of that week shares.
select
    m.mention_id,
    m.outcome,
    m.probability,
    jsonb_path_query_array(m.candidates, '$[0 to 4].company_id'),
    jsonb_path_query_array(m.candidates, '$[0 to 4].probability')
from nayose.mention e
join nayose.match m on m.mention_id = e.mention_id and m.generation = (select l.generation from nayose.live l)
where e.partner = @partner and (@monday::date is null or e.mention_id in (
    select p.mention_id
    from nayose.posting p
    join nayose.posting_state s on s.partner = p.partner and s.posting_id = p.posting_id
    where p.partner = @partner and s.first_seen <= @monday::date and s.last_seen >= @monday::date
))
order by m.mention_id
