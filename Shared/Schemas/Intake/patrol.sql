-- What patrols saw. Ids are derived from the input's, and sort by the time that it happened.

create table visit (
    id uuid primary key,
    grid text not null,
    unit text not null,
    -- Which door it was and what was said at it, sealed (AES-256-GCM) like every value of `fact`.
    label bytea,
    outcome text not null,
    minutes int4 not null,
    note bytea,
    chief text not null,
    visited_at timestamptz not null,
    recorded_at timestamptz not null
);
-- A chief's day.
create index visit_chief on visit (chief, visited_at);

create table finding (
    id uuid primary key,
    grid text not null,
    unit text not null,
    label text,
    category text not null,
    severity text not null,
    text text not null,
    visit_id text,
    evidence text[] not null,
    reporter text not null,
    found_at timestamptz not null,
    recorded_at timestamptz not null
);
-- Findings by grid, day and category, newest first.
create index finding_grid on finding (grid, found_at desc, id desc);

-- The five registers with their history: a fact is never changed, a later one supersedes it.
create table fact (
    register text not null,
    subject text not null,
    attribute text not null,
    since timestamptz not null,
    visit_id uuid not null,
    -- Sealed, and bound to the row by its key.
    value bytea not null,
    grid text not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    primary key (register, subject, attribute, since, visit_id)
);
create index fact_grid on fact (grid, register, subject);

-- Who looked at a household's facts or wanted to, when and why: for the city's auditors. `shown` is whole, masked or
-- refused.
create table look (
    id int8 generated always as identity primary key,
    person text not null,
    register text not null,
    subject text not null,
    purpose text not null,
    shown text not null,
    looked_at timestamptz not null
);
create index look_subject on look (register, subject, id desc);
create index look_person on look (person, id desc);
