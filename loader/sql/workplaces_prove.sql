-- What a corporate number proves: the posting names the company's number, its name is the company's (so that it is not an agency's
-- number with a client's name), and the matcher made the match, which alone gives it a company_id. A description that no posting
-- gives any more, since its partner has corrected it, proves nothing; an expired posting does. The workplace's id is nayose.NewID of
-- its content.
insert into pg_temp.stage_workplace
select distinct on (workplace_id)
    left(encode(sha256(key.bytes), 'hex'), 32)::uuid as workplace_id,
    c.company_id, e.workplace_name, e.address, e.phone, e.url, 'posting', 'corporate_number', e.partner, e.mention_id
from nayose.match m
join nayose.mention e on e.mention_id = m.mention_id
join nayose.company c on c.company_id = m.company_id
cross join lateral (
    select string_agg(int8send(octet_length(convert_to(part, 'UTF8'))) || convert_to(part, 'UTF8'), ''::bytea order by i) as bytes
    from unnest(array[
        c.company_id, coalesce(e.workplace_name, ''), e.address, coalesce(e.phone, ''), coalesce(e.url, ''), 'posting'
    ]) with ordinality parts (part, i)
) key
where m.generation = (select l.generation from nayose.live l)
    and m.candidates -> 0 ->> 'company_id' = m.company_id
    and m.candidates -> 0 -> 'evidence' @> '[{"comparison": "number", "level": "same"}]'
    and exists (
        select from jsonb_array_elements(m.candidates -> 0 -> 'evidence') evidence
        where evidence ->> 'comparison' = 'name'
            and evidence ->> 'level' in (
                'same', 'same but for 異体字', 'same but for kana', 'former name', 'alias', 'English name', 'reading')
    )
    and e.address is not null
    and exists (select from nayose.posting p where p.mention_id = m.mention_id)
    and c.closed_on is null
order by workplace_id, e.mention_id
