-- A text with gaps (＿) is taken for the known one that fills them.
update pg_temp.stage_registry s set
    name = coalesce(
        (
            select k.name
            from (
                select name, registry_on as updated_on from nayose.company where company_id = s.company_id
                union all
                select name, updated_on from nayose.company_history where company_id = s.company_id
            ) k
            where nayose.fills(k.name, s.name)
            order by k.updated_on desc nulls last
            limit 1
        ),
        s.name),
    address = coalesce(
        (
            select k.address
            from (
                select address, registry_on as updated_on from nayose.company where company_id = s.company_id
                union all
                select address, updated_on from nayose.company_history where company_id = s.company_id
            ) k
            where nayose.fills(k.address, s.address)
            order by k.updated_on desc nulls last
            limit 1
        ),
        s.address)
where s.name like '%＿%' or s.address like '%＿%'
