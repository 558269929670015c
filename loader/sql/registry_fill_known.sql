-- And a known text with gaps for that of the file which fills them, whichever of the two is the newer.
with filled as (
    update nayose.company c set
        name = case when nayose.fills(s.name, c.name) then s.name else c.name end,
        address = case when nayose.fills(s.address, c.address) then s.address else c.address end
    from pg_temp.stage_registry s
    where c.company_id = s.company_id
        and (c.name like '%＿%' or c.address like '%＿%')
        and (nayose.fills(s.name, c.name) or nayose.fills(s.address, c.address))
    returning c.company_id
)
insert into pg_temp.touched select company_id from filled
