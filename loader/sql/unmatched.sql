-- The mentions that active postings share and whose employer the master lacks. By mention, and not by posting: most of a
-- posting's row is its text, which need not be read.
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
    a.postings,
    a.first_seen,
    coalesce(a.prefecture, ''),
    m.candidates -> 0,
    coalesce(m.note, '')
from nayose.match m
join nayose.mention e on e.mention_id = m.mention_id
cross join lateral (
    select count(*) as postings, min(s.first_seen) as first_seen, min(p.prefecture) as prefecture
    from nayose.posting p
    join nayose.posting_state s on s.partner = p.partner and s.posting_id = p.posting_id
    where p.mention_id = m.mention_id and s.expired_at is null
) a
where m.outcome = 'unmatched' and a.postings > 0 and ($1 = '' or e.partner = $1)
    and m.generation = (select l.generation from nayose.live l)
