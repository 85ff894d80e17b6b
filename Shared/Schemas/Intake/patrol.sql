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
-- Visits whose door is still kept.
create index visit_door on visit (visited_at) where label is not null or note is not null;

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
    recorded_at timestamptz not null,
    -- The input that reported it, and the one that the matter began with.
    source text not null,
    input_id text not null,
    correlation text not null
);
-- What was found in one matter.
create index finding_correlation on finding (correlation);
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
-- Which key sealed it, for a change of keys.
create index fact_key_id on fact (substring(value from 1 for 3));

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

-- The directory's entries as they are loaded; times as events have them.
create view directory_entry as
    select 'unit' as kind, unit as key, jsonb_strip_nulls(jsonb_build_object(
            'unit', unit, 'name', name,
            'retired', to_char(retired_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as entry
    from directory_unit
    union all
    select 'person', person, jsonb_build_object(
            'person', person, 'name', name, 'language', language, 'postings', coalesce((
                select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                        'role', role, 'unit', unit, 'department', department,
                        'from', to_char(valid_from at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                        'to', to_char(valid_to at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) order by ordinal)
                from directory_posting where directory_posting.person = directory_person.person), '[]'))
    from directory_person
    union all
    select 'department', department, jsonb_build_object(
            'department', department, 'name', name, 'communities', to_jsonb(communities))
    from directory_department
    union all
    select 'gateway', source, jsonb_build_object('source', source, 'types', to_jsonb(types)) from directory_gateway;

-- What each load of the directory has changed, as it was before; null where it was not there. So a load can be undone.
create table directory_history (
    load text not null,
    kind text not null,
    key text not null,
    before jsonb,
    listed_at timestamptz not null,
    primary key (load, kind, key)
);
create index directory_history_time on directory_history (listed_at);
