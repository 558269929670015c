-- A whole history takes the place of what was published before it, and a row that of the
-- same one published before.
with pruned as (
    delete from nayose.company_history h
    using pg_temp.news n
    where h.company_id = n.company_id
        and (
            h.updated_on < n.whole_on
            or exists (
                select from pg_temp.news_row s
                where s.company_id = h.company_id and s.updated_on > h.updated_on and s.changed_on = h.changed_on and s.process = h.process
                    and s.name is not distinct from h.name and s.address is not distinct from h.address
            )
        )
    returning h.company_id
)
insert into pg_temp.touched select company_id from pruned
