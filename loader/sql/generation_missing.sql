-- The mentions that a generation has no match for.
select
    e.mention_id,
    e.partner,
    coalesce(e.company_name, ''),
    coalesce(e.company_name_kana, ''),
    coalesce(e.workplace_name, ''),
    coalesce(e.address, ''),
    coalesce(e.phone, ''),
    coalesce(e.url, ''),
    coalesce(e.corporate_number, '')
from nayose.mention e
where not exists (select from nayose.match n where n.generation = @generation and n.mention_id = e.mention_id)
order by e.partner, e.mention_id
limit @most
