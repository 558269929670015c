-- Takes over what the base has and the generation lacks: of the partners and weeks that are not matched again.
insert into nayose.match (
    generation, mention_id, outcome, company_id, probability, none_bits, model, note, candidates, match_hash, carried
)
select
    @generation, m.mention_id, m.outcome, m.company_id, m.probability, m.none_bits, m.model, m.note, m.candidates, m.match_hash, true
from nayose.match m
join nayose.mention e on e.mention_id = m.mention_id
where m.generation = @base and m.mention_id between @low and @high and e.mention_id between @low and @high and e.partner is distinct from @rebuilt::text
    and not exists (select from nayose.match n where n.generation = @generation and n.mention_id = m.mention_id)
