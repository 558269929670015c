-- What loads have answered anew in the base since it was taken over.
update nayose.match n set
    outcome = m.outcome,
    company_id = m.company_id,
    probability = m.probability,
    none_bits = m.none_bits,
    model = m.model,
    note = m.note,
    candidates = m.candidates,
    match_hash = m.match_hash
from nayose.match m
where n.generation = @generation and n.carried
    and m.generation = @base and m.mention_id = n.mention_id and m.match_hash <> n.match_hash
