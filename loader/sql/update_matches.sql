update nayose.match m set
    outcome = s.outcome,
    company_id = s.company_id,
    probability = s.probability,
    none_bits = s.none_bits,
    model = s.model,
    note = s.note,
    candidates = s.candidates,
    match_hash = s.match_hash
from pg_temp.changed_match s
where m.generation = @generation and m.mention_id = s.mention_id
