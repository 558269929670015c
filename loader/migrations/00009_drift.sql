-- What a load measured of a delivery beside those before it, so that the next ones are compared with it and people see what drifts.

-- +goose Up
alter table nayose.delivery
    add column figures jsonb,
    add column warned_for text not null default '',
    add column scores jsonb,
    add column known bigint not null default 0,
    add column flipped bigint not null default 0;
alter table nayose.delivery
    alter column warned_for drop default,
    alter column known drop default,
    alter column flipped drop default;

create or replace view nayose.deliveries as
select
    partner, week, plan, state, superseded_by,
    records, rejected, duplicates, unique_postings, mentions,
    inserted, updated, unchanged, reactivated, expired,
    matched, review, unmatched, active_before, active_after,
    started_at, finished_at,
    generation, model, master, digest, code_version, snapshot,
    records_sum, rejected_sum, duplicates_sum, unique_sum, xid,
    deletions, deletions_sum, files,
    approval_number, approval_delivery, approved_by, approved_why, approved_at, held_for,
    erased,
    figures, warned_for, scores, known, flipped
from nayose.delivery;

comment on column nayose.deliveries.figures is 'What the guards measured, a list of {"guard", "value", "warn", "limit"}: from warn on it is warned of, from limit on held, 0 being never. Null where there was nothing to compare with.';
comment on column nayose.deliveries.warned_for is 'How it differs from the weeks before by more than a guard''s warn limit; empty where it does not.';
comment on column nayose.deliveries.scores is 'Postings by outcome and by the probability of the best candidate: {"matched": [twenty numbers], …}, for the bands from 0 to 0.05, to 0.1 and so on; those without a candidate are in the first. Null where nothing was loaded, and where a version of nayose loaded that did not count them.';
comment on column nayose.deliveries.known is 'Mentions of the delivery that the live generation had an answer about, without those that people decided about. 0 also where a version of nayose loaded that did not count them.';
comment on column nayose.deliveries.flipped is 'Of the known ones, those whose outcome or company became another.';
