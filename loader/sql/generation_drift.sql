-- What has changed against the base, among the mentions that were matched again.
select
    count(*) as compared,
    count(*) filter (where o.outcome <> n.outcome or o.company_id is distinct from n.company_id) as changed,
    count(*) filter (where o.company_id <> n.company_id) as moved,
    count(*) filter (where o.outcome = 'matched' and n.outcome <> 'matched') as lost,
    count(*) filter (where o.outcome <> 'matched' and n.outcome = 'matched') as gained
from nayose.match o
join nayose.match n on n.generation = @generation and n.mention_id = o.mention_id
where o.generation = @base and n.carried is not true
