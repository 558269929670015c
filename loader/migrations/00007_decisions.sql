-- What people settled about mentions: a copy of the log in the object store, for analysts.

-- +goose Up
create table nayose.decision (
    entry integer not null,
    line integer not null,
    digest text not null,
    mention_id uuid not null,
    partner text not null,
    company_name text,
    company_name_kana text,
    workplace_name text,
    address text,
    phone text,
    url text,
    corporate_number text,
    choice text not null check (choice in ('company', 'none', 'unsure', 'taken_back')),
    company_id text check ((company_id is not null) = (choice = 'company')),
    shown jsonb not null,
    decided_by text not null,
    decided_at timestamptz not null,
    note text,
    round text,
    source text,
    audit boolean not null,
    primary key (entry, line)
);
create index decision_mention on nayose.decision (mention_id);
create index decision_company on nayose.decision (company_id);

create view nayose.decisions as
select
    d.mention_id, d.partner, d.company_name, d.company_name_kana, d.workplace_name, d.address, d.phone, d.url, d.corporate_number,
    d.choice, d.company_id,
    d.choice <> 'taken_back' and not exists (
        select from nayose.decision later where later.mention_id = d.mention_id and (later.entry, later.line) > (d.entry, d.line)
    ) as in_force,
    d.decided_by, d.decided_at, d.note, d.audit, d.round, d.source, d.shown, d.entry, d.line
from nayose.decision d;

comment on view nayose.decisions is 'What people settled about mentions, one row a decision: a copy of the log in the object store, as loads find it. Match answers by those that are in force, from a partner''s next run on.';
comment on column nayose.decisions.mention_id is 'What it is about.';
comment on column nayose.decisions.partner is 'Who describes the employer so.';
comment on column nayose.decisions.company_name is 'The employer''s name as written.';
comment on column nayose.decisions.company_name_kana is 'Its reading as written.';
comment on column nayose.decisions.workplace_name is 'The workplace''s name as written.';
comment on column nayose.decisions.address is 'The address as written.';
comment on column nayose.decisions.phone is 'The phone number as written.';
comment on column nayose.decisions.url is 'The URL as written.';
comment on column nayose.decisions.corporate_number is 'The corporate number as written.';
comment on column nayose.decisions.choice is 'company: company_id is the employer; none: none of those shown; unsure: it stays in review; taken_back: what was settled before counts no longer.';
comment on column nayose.decisions.company_id is 'The employer; null where no company was chosen.';
comment on column nayose.decisions.in_force is 'Whether it is what counts: the last about its mention, and not one that takes back.';
comment on column nayose.decisions.decided_by is 'Who settled it.';
comment on column nayose.decisions.decided_at is 'When the answer came back.';
comment on column nayose.decisions.note is 'In the person''s words.';
comment on column nayose.decisions.audit is 'Whether it was drawn at random and answered without seeing the matcher''s answer.';
comment on column nayose.decisions.round is 'The workbook that asked: 2026-W47/ and its id.';
comment on column nayose.decisions.source is 'The file that brought it.';
comment on column nayose.decisions.shown is 'The companies as the person saw them, best first: company_id, name, address, closed_on, probability.';
comment on column nayose.decisions.entry is 'Which entry of the log has it, from 1: those of one file.';
comment on column nayose.decisions.line is 'Which decision of the entry it is, from 1.';

alter table nayose.generation
    add column decision_entries integer not null default 0,
    add column decisions text not null default '';

create or replace view nayose.generations as
select
    g.generation, g.generation = (select l.generation from nayose.live l) as live, g.created_at, g.note,
    g.state, g.partner, g.week, g.base, g.model, g.master,
    g.mentions, g.matched, g.review, g.unmatched,
    g.compared, g.changed, g.moved, g.lost, g.gained,
    g.changed::double precision / nullif(g.compared, 0) as drift,
    g.accepted_by, g.accepted_why, g.valid_at, g.live_at, g.retired_at, g.dropped_at, g.code_version,
    g.decision_entries
from nayose.generation g;

comment on column nayose.generations.decision_entries is 'How many entries of the log of decisions it was matched by.';
