-- What feeds bring: deletions, the same files again, approvals, occupations in a vocabulary, codes of rejects.

-- +goose Up
set local statement_timeout = 0;

-- Until now occupation held the partner's words. They go to occupation_text, since a column that holds a vocabulary in one row and
-- a partner's words in the next answers no question. Renamed, not rewritten: an update of every wide row would take the time
-- and the room of loading them all. Each posting's occupation comes with the next delivery that holds it, since its content
-- hash covers both columns; a posting that has expired keeps its words only.
alter table nayose.posting rename column occupation to occupation_text;
alter table nayose.posting add column occupation text;
drop index nayose.posting_occupation;
create index posting_occupation on nayose.posting (occupation);

alter table nayose.reject add column code text;

alter table nayose.delivery
    drop constraint delivery_state_check,
    add constraint delivery_state_check check (state in ('loaded', 'superseded', 'stale')),
    add column deletions bigint not null default 0,
    add column deletions_sum numeric(20) not null default 0,
    add column files text not null default '',
    add column approval_number integer,
    add column approval_delivery text,
    add column approved_by text,
    add column approved_why text,
    add column approved_at timestamptz,
    add column held_for text not null default '';
alter table nayose.delivery
    alter column deletions drop default,
    alter column deletions_sum drop default,
    alter column files drop default,
    alter column held_for drop default;

create or replace view nayose.postings as
select
    p.partner,
    p.posting_id,
    p.title,
    p.description,
    p.occupation,
    p.employment_type,
    p.employment_type_text,
    p.salary_unit,
    p.salary_min,
    p.salary_max,
    p.salary_text,
    p.prefecture,
    p.city,
    p.posted_on,
    p.closes_on,
    p.extra,
    e.company_name,
    e.workplace_name,
    e.address,
    e.phone,
    e.url,
    m.company_id,
    m.outcome,
    m.probability,
    s.first_seen,
    s.last_seen,
    s.expired_at,
    m.generation,
    s.lineage_id,
    p.mention_id,
    p.occupation_text
from nayose.posting p
join nayose.posting_state s on s.partner = p.partner and s.posting_id = p.posting_id
left join nayose.mention e on e.mention_id = p.mention_id
left join nayose.match m
    on m.mention_id = p.mention_id and m.generation = (select l.generation from nayose.live l);

create or replace view nayose.active_postings as
select * from nayose.postings where outcome = 'matched' and expired_at is null;

create or replace view nayose.rejects as
select
    d.partner, d.week, d.plan,
    r.kind, r.file, r.line, r.byte_offset, r.column_name, r.reason, r.raw, r.lineage_id, r.code
from nayose.reject r
join nayose.delivery d on d.id = r.delivery
where not exists (
    select from nayose.delivery later
    where later.partner = d.partner and later.monday = d.monday and later.state = 'loaded' and later.id > d.id
);

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
    approval_number, approval_delivery, approved_by, approved_why, approved_at, held_for
from nayose.delivery;

comment on view nayose.active_postings is 'What a product publishes: the postings whose company is found and which have not expired. Columns as in postings.';
comment on view nayose.deliveries is 'The ledger: one row a delivery that was loaded, or recorded as superseded by a newer one or as stale.';

comment on column nayose.postings.occupation is 'The kind of work: management, engineering, professional, medical, education, clerical, sales, care, service, security, agriculture, manufacturing, transport, construction, handling or other; null where the partner says nothing, and for postings last delivered before this column had a vocabulary.';
comment on column nayose.postings.occupation_text is 'The kind of work as the partner writes it.';
comment on column nayose.postings.last_seen is 'Monday of the last loaded week whose delivery held the posting; of a delta feed, the last that named it.';
comment on column nayose.postings.expired_at is 'Monday of the week whose delivery held the posting no longer, or only as a rejected record, or, of a delta feed, deleted it; null while it is active.';

comment on column nayose.rejects.code is 'The kind of reason, for programs; null where the nayose that read the record gave none.';

comment on column nayose.deliveries.state is 'loaded; superseded: a newer delivery stood already, so only first_seen was filled in; stale: the files are those of an earlier week, so nothing was written.';
comment on column nayose.deliveries.superseded_by is 'What was newer, or whose files these are; empty where loaded.';
comment on column nayose.deliveries.records is 'Records in the files = rejected + duplicates + deletions + unique_postings.';
comment on column nayose.deliveries.unique_postings is 'Postings delivered = matched + review + unmatched = inserted + updated + unchanged, where loaded.';
comment on column nayose.deliveries.expired is 'Active postings that the delivery held no longer, or only as a rejected record; of a delta feed, those that it deleted.';
comment on column nayose.deliveries.snapshot is 'Whether the delivery was the partner''s whole truth, so that what it lacked expired; if not, what it deleted did.';
comment on column nayose.deliveries.deletions is 'Records of a delta feed that take a posting back, one each; those of postings that were not active expired nothing.';
comment on column nayose.deliveries.deletions_sum is 'Control sum over the deletions, as records_sum.';
comment on column nayose.deliveries.files is 'Digest of the files'' contents, by which the same files are known again; empty where a version of nayose loaded that did not take it.';
comment on column nayose.deliveries.approval_number is 'Which of the delivery''s approvals let it through; null where it had none.';
comment on column nayose.deliveries.approval_delivery is 'Digest of the files and the mapping that were approved.';
comment on column nayose.deliveries.approved_by is 'Who let the delivery through.';
comment on column nayose.deliveries.approved_why is 'Why, in that person''s words.';
comment on column nayose.deliveries.approved_at is 'When.';
comment on column nayose.deliveries.held_for is 'What load would have held the delivery for without its approval: an empty snapshot expires everything. Empty where nothing was, and where only extract had a reason.';

-- +goose StatementBegin
do $$
declare
    c record;
begin
    for c in select attname, col_description(attrelid, attnum) as words
        from pg_attribute where attrelid = 'nayose.postings'::regclass and attnum > 0
    loop
        execute format('comment on column nayose.active_postings.%I is %L', c.attname, c.words);
    end loop;
end $$;
-- +goose StatementEnd
