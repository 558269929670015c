-- What the delivery has brought again though it was erased on request.
insert into pg_temp.going_posting
select s.posting_id
from pg_temp.stage_posting s
where nayose.posting_key(@partner, s.posting_id) in (select key from nayose.erased_posting)
