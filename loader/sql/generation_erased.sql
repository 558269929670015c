-- Whether a generation has matches of mentions that were erased meanwhile.
select exists (
    select from nayose.match n
    where n.generation = @generation and not exists (select from nayose.mention e where e.mention_id = n.mention_id)
)
