-- What audits say of the matcher: which mentions were drawn, what it had answered, and what that makes of people's answers.

-- +goose Up
create table nayose.audit_question (
    round text not null,
    mention_id uuid not null,
    week text not null,
    partner text not null,
    outcome text not null check (outcome in ('matched', 'review', 'unmatched')),
    company_id text,
    stratum text not null,
    weight double precision not null check (weight >= 1),
    primary key (round, mention_id)
);
create index audit_question_week on nayose.audit_question (week, partner);

-- Within a stratum mentions are drawn evenly: its share of right answers is that of the sample, and it counts for as many mentions as it
-- has. The interval is Wilson's, for a sample as large as would have this estimate's variance were it drawn evenly from all; a stratum's
-- variance is that of its sample with one answer more, half of each kind, so that a small one in which all are right is not
-- taken for certain, and nothing where all of it was drawn. k below is z² (1.96²) over that size.
create view nayose.audits as
with drawn as (
    select
        q.week, q.partner, q.round, q.stratum, q.outcome, q.weight,
        coalesce(a.choice in ('company', 'none'), false) as answered,
        coalesce(a.choice = 'unsure', false) as unsure,
        coalesce(a.choice = 'company', false) as present,
        coalesce(a.choice = 'company' and q.outcome = 'matched' and a.company_id = q.company_id, false) as agrees
    from nayose.audit_question q
    left join lateral (
        select d.choice, d.company_id from nayose.decision d where d.mention_id = q.mention_id order by d.entry desc, d.line desc limit 1
    ) a on exists (select from nayose.decision o where o.mention_id = q.mention_id and o.round = q.round)
), strata as (
    select
        week, partner, round, stratum, outcome, outcome = 'matched' as is_matched,
        sum(weight) as mentions, count(*) as drawn,
        count(*) filter (where answered) as answered, count(*) filter (where unsure) as unsure,
        count(*) filter (where present) as present, count(*) filter (where agrees) as agreeing
    from drawn group by week, partner, round, stratum, outcome
), sampled as ( -- what the strata with answers tell: f are shares of right matches and of other mentions that have a company, s the same with one answer more
    select
        s.*, s.agreeing::double precision / s.answered as f, s.present::double precision / s.answered as f_present,
        (s.agreeing + 0.5) / (s.answered + 1) as s_precise,
        case when s.is_matched then (s.agreeing + 0.25) / (s.answered + 1) else 0 end as s_right,
        (s.present - s.agreeing + case when s.is_matched then 0.25 else 0.5 end) / (s.answered + 1) as s_missed,
        mentions * mentions * greatest(0, 1 - s.answered / s.mentions) / s.answered as spread
    from strata s where s.answered > 0
), estimates as (
    select
        week, partner, round,
        sum(mentions * f) filter (where is_matched) / sum(mentions) filter (where is_matched) as p,
        sum(mentions * s_precise) filter (where is_matched) / sum(mentions) filter (where is_matched) as p_near,
        sum(spread * s_precise * (1 - s_precise)) filter (where is_matched) / (sum(mentions) filter (where is_matched)) ^ 2 as p_variance,
        sum(mentions * f) / nullif(sum(mentions * f_present), 0) as r,
        sum(mentions * s_right) / sum(mentions * (s_right + s_missed)) as r_near,
        sum(mentions * (s_right + s_missed)) as r_of
    from sampled group by week, partner, round
), variances as ( -- of a quotient, by its linear part
    select
        e.week, e.partner, e.round,
        sum(t.spread * (t.s_right * (1 - e.r_near) ^ 2 + t.s_missed * e.r_near ^ 2
            - (t.s_right * (1 - e.r_near) - t.s_missed * e.r_near) ^ 2)) / min(e.r_of) ^ 2 as r_variance
    from estimates e join sampled t using (week, partner, round)
    group by e.week, e.partner, e.round
), lines as (
    select
        s.week, s.partner, s.round, null as stratum, null as outcome,
        sum(s.mentions) as mentions, sum(s.drawn)::bigint as drawn, sum(s.answered)::bigint as answered, sum(s.unsure)::bigint as unsure,
        sum(s.present)::bigint as present, sum(s.agreeing)::bigint as agreeing,
        min(e.p) as p, 3.841459 * min(e.p_variance / (e.p_near * (1 - e.p_near))) as p_k,
        min(e.r) as r, 3.841459 * min(v.r_variance / (e.r_near * (1 - e.r_near))) as r_k
    from strata s
    left join estimates e using (week, partner, round)
    left join variances v using (week, partner, round)
    group by s.week, s.partner, s.round
    union all
    select
        week, partner, round, stratum, outcome, mentions, drawn, answered, unsure, present, agreeing,
        case when is_matched then agreeing::double precision / nullif(answered, 0) end, 3.841459 / nullif(answered, 0), null, null
    from strata
)
select
    week, partner, round, stratum, outcome, round(mentions)::bigint as mentions, drawn, answered, unsure, present, agreeing,
    p as precision,
    greatest(0, (p + p_k / 2 - sqrt(p_k * p * (1 - p) + p_k * p_k / 4)) / (1 + p_k)) as precision_low,
    least(1, (p + p_k / 2 + sqrt(p_k * p * (1 - p) + p_k * p_k / 4)) / (1 + p_k)) as precision_high,
    r as recall,
    greatest(0, (r + r_k / 2 - sqrt(r_k * r * (1 - r) + r_k * r_k / 4)) / (1 + r_k)) as recall_low,
    least(1, (r + r_k / 2 + sqrt(r_k * r * (1 - r) + r_k * r_k / 4)) / (1 + r_k)) as recall_high
from lines;

comment on view nayose.audits is 'What audits say of the matcher: a row for each stratum of an audit, and one, its stratum null, for all of it. Mentions are counted, not postings.';
comment on column nayose.audits.week is 'Whose deliveries the mentions were drawn from.';
comment on column nayose.audits.partner is 'Whose mentions they are.';
comment on column nayose.audits.round is 'The workbook that asked.';
comment on column nayose.audits.stratum is 'Mentions of one outcome and about one probability, of which as many were drawn as drawn says; null for all together.';
comment on column nayose.audits.outcome is 'What the matcher had answered about the stratum''s mentions.';
comment on column nayose.audits.mentions is 'How many there are of which some were drawn.';
comment on column nayose.audits.drawn is 'How many people were asked about.';
comment on column nayose.audits.answered is 'How many of these people told the employer of, or that it is none of the companies; by the last decision about each.';
comment on column nayose.audits.unsure is 'How many of these people could not tell.';
comment on column nayose.audits.present is 'How many of the answered have an employer in the master.';
comment on column nayose.audits.agreeing is 'How many of the answered were matched with the company that people chose.';
comment on column nayose.audits.precision is 'Estimated share of right answers among the matched; null where none was audited. Strata without answers take no part.';
comment on column nayose.audits.precision_low is 'Lower end of its 95 % interval.';
comment on column nayose.audits.precision_high is 'Upper end of its 95 % interval.';
comment on column nayose.audits.recall is 'Estimated share of mentions matched rightly among those whose employer is in the master; for all together only.';
comment on column nayose.audits.recall_low is 'Lower end of its 95 % interval.';
comment on column nayose.audits.recall_high is 'Upper end of its 95 % interval.';
