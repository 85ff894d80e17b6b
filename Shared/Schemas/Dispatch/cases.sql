-- Cases and everything that happened to them.

-- `state` is the whole case as the domain knows it; the columns beside it are what is searched and listed by.
create table matter (
    id uuid primary key,
    version int8 not null,
    number int4 not null,
    year int4 not null,
    unit text not null,
    community text not null,
    owner_unit text not null,
    owner_person text,
    status text not null,
    handling text not null,
    category text not null,
    severity text not null,
    rung text not null,
    resolve_by timestamptz not null,
    opened_at timestamptz not null,
    recorded_at timestamptz not null,
    -- The input that opened it, in words for people; never published.
    text text not null,
    state jsonb not null
) with (fillfactor = 80);
alter table matter alter column state set storage main;
-- Lists: a unit's open cases by deadline; keyset pages go on from (resolve_by, id).
create index matter_open on matter (owner_unit text_pattern_ops, resolve_by, id) where status <> 'closed';
create index matter_person on matter (owner_person, resolve_by, id) where status <> 'closed' and owner_person is not null;
create index matter_community on matter (community, opened_at desc, id desc);
create unique index matter_by_number on matter (community, year, number);

-- Which inputs a case came from: one opened it, others may have been joined. An input belongs to one case at most.
create table matter_input (
    event_id text primary key,
    matter_id uuid not null references matter,
    origin text not null,
    occurred_at timestamptz not null,
    reason text not null
);
create index matter_input_matter on matter_input (matter_id);

-- What happened, in order and without a gap.
create table history (
    matter_id uuid not null references matter,
    sequence int8 not null,
    event_id uuid not null,
    type text not null,
    actor text,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    causation_id text,
    correlation_id text not null,
    data jsonb not null,
    primary key (matter_id, sequence)
);
create index history_correlation on history (correlation_id);

-- The numbers that people call cases by: per community and year.
create table matter_number (
    community text not null,
    year int4 not null,
    last int4 not null,
    primary key (community, year)
) with (fillfactor = 50);

-- Reports of the same kind and place, for those that repeat a known matter.
create index matter_kind_place on matter (unit, category, opened_at);

-- Supervision (督办): what each level was told by a clock or asked by a person, and what was answered. `step` is the sequence
-- number of the event that asked; `ended_at` says since when nobody waits for an answer.
create table supervision (
    matter_id uuid not null references matter,
    step int8 not null,
    rung text not null,
    unit text not null,
    reason text not null,
    department text,
    asked_at timestamptz not null,
    asked_by text,
    ask text,
    answered_at timestamptz,
    answered_by text,
    answer text,
    ended_at timestamptz,
    primary key (matter_id, step)
);
create index supervision_unit on supervision (unit, asked_at desc, matter_id desc, step desc);
create index supervision_open on supervision (unit, asked_at desc, matter_id desc, step desc) where ended_at is null;

-- Each department's part in each whistle, for attendance per department and month.
create table attendance (
    whistle uuid not null,
    department text not null,
    matter_id uuid not null references matter,
    community text not null,
    kind text not null,
    is_lead bool not null,
    called_at timestamptz not null,
    arrive_by timestamptz not null,
    attendance text not null,
    in_time bool,
    -- Whether a no-show was told of, taken back or not.
    was_missed bool not null,
    signed_at timestamptz,
    contacted_at timestamptz,
    arrived_at timestamptz,
    done_at timestamptz,
    ended_at timestamptz,
    on_time bool,
    right_people bool,
    solved bool,
    satisfied bool,
    needed bool,
    ours bool,
    primary key (whistle, department)
);
create index attendance_month on attendance (called_at, department);
