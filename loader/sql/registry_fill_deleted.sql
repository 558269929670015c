-- The row of a deletion (process 99) need not say what it deletes.
update pg_temp.stage_registry s set
    name = c.name,
    prefecture = c.prefecture,
    city = c.city,
    address = c.address,
    postal_code = c.postal_code
from nayose.company c
where c.company_id = s.company_id and s.process = '99' and s.name is null
