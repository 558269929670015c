-- A file is all that its sources have to say; so are the postings of what they prove.
delete from nayose.workplace w
where case
        when @proven then w.proof is not null
        else w.proof is null and w.source in (select source from pg_temp.stage_workplace)
    end
    and not exists (select from pg_temp.stage_workplace s where s.workplace_id = w.workplace_id)
