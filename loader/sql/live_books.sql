-- How many of these postings readers see an answer for, and the control sum of their lineage ids, counted by the view.
select count(*) as postings, nayose.id_sum(sum(nayose.id_word(lineage_id))) as sum
from nayose.postings
where partner = @partner and outcome is not null and case
    when @monday::date is null then expired_at is null
    else first_seen <= @monday::date and last_seen >= @monday::date
end
