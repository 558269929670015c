with filled as (
    update nayose.company_history h set
        name = case when nayose.fills(s.name, h.name) then s.name else h.name end,
        address = case when nayose.fills(s.address, h.address) then s.address else h.address end
    from pg_temp.stage_registry s
    where h.company_id = s.company_id
        and (h.name like '%＿%' or h.address like '%＿%')
        and (nayose.fills(s.name, h.name) or nayose.fills(s.address, h.address))
    returning h.company_id
)
insert into pg_temp.touched select company_id from filled
