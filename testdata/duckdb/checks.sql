-- Each check finds what is wrong, and must find nothing. `outcomes` is the view of docs/querying.md, `postings` and `deliveries` are what Postgres has.
-- all plans and parts
create view log as select * from read_parquet('STORE/outcomes/*/*/*/*.parquet', hive_partitioning = true, filename = true);

-- the log is as large as the corpus, and has three plans of a week
select count(*), count(distinct plan) from log having count(*) < 2000 or count(distinct plan) <> 3;

-- a posting of Postgres that the log lacks
select lineage_id from postings anti join outcomes using (lineage_id, partner, posting_id, mention_id);

-- a posting of the log that Postgres lacks
select lineage_id from outcomes anti join postings using (partner, posting_id);

-- a posting of the last week whose record Postgres does not know
select lineage_id from outcomes anti join postings using (lineage_id) where week = '2026-W47';

-- an answer that Postgres has otherwise: to the last bit of the probability
select lineage_id, o.outcome, p.outcome, o.company_id, p.company_id, o.probability, p.probability
from outcomes o join postings p using (lineage_id)
where week = '2026-W47' and (o.outcome <> p.outcome or o.probability <> p.probability::double or o.generation <> p.generation::int
    or p.company_id is distinct from case when o.outcome = 'matched' then o.company_id end);

-- an answer of a load that is not by what the ledger says, or not of as many postings with their control sum
select d.week, d.partner, d.plan, l.rows, d.unique_postings from deliveries d left join (
    select week, partner, plan, model, master, generation, count(*) as rows,
        sum(('0x' || left(replace(lineage_id, '-', ''), 16))::ubigint::hugeint) % 18446744073709551616 as lineage_sum
    from log group by all) l on d.week = l.week and d.partner = l.partner and d.plan::int = l.plan
where l.rows is distinct from d.unique_postings::int or l.lineage_sum is distinct from d.unique_sum::hugeint
    or l.model <> d.model or l.master <> d.master or l.generation <> d.generation::int;

-- evidence that does not come to the candidate's probability
select lineage_id, c.company_id, c.probability, total
from (select *, pow(2, none_bits) + if(other_candidates > 0, pow(2, other_bits), 0)
        + coalesce(list_sum(list_transform(candidates, lambda c: pow(2, coalesce(list_sum(list_transform(c.evidence, lambda e: e.bits)), 0)))), 0) as total
    from log), unnest(candidates) as t(c)
where abs(pow(2, coalesce(list_sum(list_transform(c.evidence, lambda e: e.bits)), 0)) / total - c.probability) > 1e-9;

-- a best candidate that is not the row's
select lineage_id from log where candidates[1].company_id is distinct from company_id or coalesce(candidates[1].probability, 0) <> probability;

-- another plan than the highest
select distinct week, partner, plan from outcomes
where plan <> case when week = '2026-W46' then 1 when partner = 'kaigo-navi' then 3 else 2 end;

-- a part whose name is not that of its shard
select filename, shard from log where filename not like format('%/part-{:05d}-of-{:05d}.parquet', split_part(shard, '/', 1)::int, split_part(shard, '/', 2)::int);

-- a plan of which parts are missing, or twice
select week, partner, plan, count(distinct filename) from log group by all
having count(distinct filename) <> max(split_part(shard, '/', 2)::int) or count(distinct shard) <> count(distinct filename);

-- a row of three shards that one piece had otherwise
(select * exclude (plan, shard, decisions, filename) from log where week = '2026-W47' and shard like '%/3'
except select * exclude (plan, shard, decisions, filename) from log where week = '2026-W47' and shard like '%/1')
union all
(select * exclude (plan, shard, decisions, filename) from log where week = '2026-W47' and shard like '%/1' and plan = if(partner = 'kaigo-navi', 2, 1)
except select * exclude (plan, shard, decisions, filename) from log where week = '2026-W47' and shard like '%/3');

-- a plan that names the log of decisions before there was one, or does not after
select distinct week, partner, plan, decisions from log where (decisions is not null) <> (plan > 1);
