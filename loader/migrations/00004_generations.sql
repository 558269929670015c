-- What a rebuild needs: what a generation was made for and from, how far it is, and what was found when it was compared.

-- +goose Up
set local statement_timeout = 0;

alter table nayose.generation
    add column state text not null default 'building' check (state in ('building', 'valid', 'live', 'invalid', 'retired')),
    add column build uuid not null default gen_random_uuid(),
    add column partner text,
    add column week text,
    add column base integer references nayose.generation,
    add column model text not null default '',
    add column master text not null default '',
    add column code_version text not null default '',
    add column mentions bigint not null default 0,
    add column matched bigint not null default 0,
    add column review bigint not null default 0,
    add column unmatched bigint not null default 0,
    add column compared bigint not null default 0,
    add column changed bigint not null default 0,
    add column moved bigint not null default 0,
    add column lost bigint not null default 0,
    add column gained bigint not null default 0,
    add column accepted_by text,
    add column accepted_why text,
    add column valid_at timestamptz,
    add column live_at timestamptz,
    add column retired_at timestamptz,
    add column dropped_at timestamptz;
update nayose.generation g set state = 'live', live_at = created_at
from nayose.live l where l.generation = g.generation;
create unique index generation_live on nayose.generation ((true)) where state = 'live';

-- What a rollback brings back.
alter table nayose.live add column previous integer references nayose.generation;

-- The transactions that a rebuild has committed: what stands here is not done again.
create table nayose.generation_part (
    generation integer not null references nayose.generation,
    part text not null,
    mentions bigint not null default 0,
    finished_at timestamptz not null default clock_timestamp(),
    primary key (generation, part)
);

-- Set where a rebuild has taken the answer over from the generation that was live; null otherwise.
alter table nayose.match add column carried boolean;

create or replace view nayose.generations as
select
    g.generation, g.generation = (select l.generation from nayose.live l) as live, g.created_at, g.note,
    g.state, g.partner, g.week, g.base, g.model, g.master,
    g.mentions, g.matched, g.review, g.unmatched,
    g.compared, g.changed, g.moved, g.lost, g.gained,
    g.changed::double precision / nullif(g.compared, 0) as drift,
    g.accepted_by, g.accepted_why, g.valid_at, g.live_at, g.retired_at, g.dropped_at, g.code_version
from nayose.generation g;

comment on view nayose.generations is 'Sets of matches that readers see together. Exactly one is live, and the views show it and no other: each answer is wholly of one. A rebuild makes another beside it.';
comment on column nayose.generations.state is 'building; valid: complete, and may go live; live: what readers see; invalid: its books did not balance; retired: it was live, or was given up.';
comment on column nayose.generations.partner is 'The partner that was matched again, the others'' matches being taken over; null for all.';
comment on column nayose.generations.week is 'The week whose postings were matched again; null for all.';
comment on column nayose.generations.base is 'The generation that was live when it was begun; null for the first.';
comment on column nayose.generations.model is 'Digest of the model, costs included, that it was matched by; empty for the first.';
comment on column nayose.generations.master is 'Digest of the master snapshot that it was matched with; empty for the first.';
comment on column nayose.generations.mentions is 'Matches in it when it was verified = matched + review + unmatched: one a mention.';
comment on column nayose.generations.matched is 'Mentions whose company is found.';
comment on column nayose.generations.review is 'Mentions for which a person should choose.';
comment on column nayose.generations.unmatched is 'Mentions whose employer is not in the master.';
comment on column nayose.generations.compared is 'Mentions that were matched again and that its base had an answer for.';
comment on column nayose.generations.changed is 'Of these, those whose outcome or company is another one: moved + lost + gained, and those that went between review and unmatched.';
comment on column nayose.generations.moved is 'Matched before and now, with another company.';
comment on column nayose.generations.lost is 'Matched before, and now not.';
comment on column nayose.generations.gained is 'Matched now, and not before.';
comment on column nayose.generations.drift is 'changed / compared: the share of mentions, which never change themselves, whose answer changed.';
comment on column nayose.generations.accepted_by is 'Who let it go live though it drifted beyond the limit.';
comment on column nayose.generations.accepted_why is 'Why, in that person''s words.';
comment on column nayose.generations.valid_at is 'When it was last verified.';
comment on column nayose.generations.live_at is 'When it last went live.';
comment on column nayose.generations.retired_at is 'When another took its place.';
comment on column nayose.generations.dropped_at is 'When its matches were deleted; until then they stand beside the live ones, which nobody sees.';
comment on column nayose.generations.code_version is 'The nayose that made it.';
