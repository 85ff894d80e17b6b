-- What every service keeps beside its own rows. Run with search_path set to the service's schema.

-- Expectations: a statement that decided on what it read proves with them that it still holds when it writes. Each raises
-- an SQLSTATE of our own, which undoes the whole batch.
--   MU001  the partition is not ours any more, or not at this offset
--   MU002  somebody else changed a row that the decision rests on: load and decide again
create function expect_fence(moved bigint) returns void language plpgsql as $$
begin
    if moved <> 1 then
        raise exception using errcode = 'MU001', message = 'the fence did not move: another replica has the partition';
    end if;
end $$;

create function expect_rows(what text, got bigint, wanted bigint) returns void language plpgsql as $$
begin
    if got <> wanted then
        raise exception using errcode = 'MU002',
            message = format('%s: %s of %s rows are as they were when it was decided', what, got, wanted);
    end if;
end $$;

-- Where each partition stands. `next_offset` moves only together with the effects of what lies before it.
create table consumer_offset (
    topic text not null,
    partition int4 not null,
    next_offset int8 not null check (next_offset >= 0),
    epoch int8 not null,
    owner text not null,
    incarnation text not null,
    moved_at timestamptz not null default clock_timestamp(),
    primary key (topic, partition)
) with (fillfactor = 50);

-- Positions that an operator moved by hand: who, why, and over which range.
create table offset_move (
    id int8 generated always as identity primary key,
    topic text not null,
    partition int4 not null,
    from_offset int8,
    to_offset int8 not null,
    moved_by text not null,
    reason text not null,
    moved_at timestamptz not null default clock_timestamp()
);

-- Who looked at a dead letter whole, and why: they may hold personal data. Where it lies is partition and offset on the
-- service's dead topic.
create table dead_look (
    id int8 generated always as identity primary key,
    partition int4 not null,
    "offset" int8 not null,
    looked_by text not null,
    reason text not null,
    looked_at timestamptz not null default clock_timestamp()
);

-- Every input that was ever taken: what makes a second copy of it harmless. `digest` is of its content, so that the same
-- id with other content is found out. `token` names the events that it caused, so that a repeat can be told them too.
create table input (
    source text not null,
    id text not null,
    digest bytea not null,
    result uuid,
    recorded_at timestamptz not null,
    token text,
    primary key (source, id)
);
-- For retention; inputs come in about this order.
create index input_recorded on input using brin (recorded_at);

-- Inputs that were not taken, each once per content.
create table refusal (
    source text not null,
    id text not null,
    digest bytea not null,
    type text not null,
    code text not null,
    detail text not null,
    stage text not null,
    recorded_at timestamptz not null,
    primary key (source, id, digest)
);

-- How many items came in by each way and what became of them. A slot is a partition, or one of a few for HTTP.
create table stage_count (
    stage text not null,
    slot int4 not null,
    taken int8 not null default 0,
    known int8 not null default 0,
    refused int8 not null default 0,
    dead int8 not null default 0,
    primary key (stage, slot)
) with (fillfactor = 50);

-- One row a group of writes over HTTP: whether it was committed can be asked after its reply was lost.
create table commit_marker (
    id uuid primary key,
    committed_at timestamptz not null default clock_timestamp()
);
create index commit_marker_age on commit_marker (committed_at);

-- Events to be published, in their binary form: see OutboxMessage. A row holds messages of one shard, in order.
create table outbox (
    id int8 generated always as identity primary key,
    shard int2 not null,
    message_count int4 not null,
    messages bytea not null,
    created_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table outbox alter column messages set storage external;

-- What the relay has published, for the reconciliation: the messages of deleted outbox rows.
create table published_count (
    topic text primary key,
    messages int8 not null
);

-- Who works on which shard of the outbox and of the timers. A lease decides who works; that nothing happens twice does
-- not rest on it.
create table shard_lease (
    shard int2 primary key,
    owner text,
    epoch int8 not null default 0,
    expires_at timestamptz not null default '-infinity'
) with (fillfactor = 50);
insert into shard_lease (shard) select generate_series(0, 63);

create table replica (
    id text primary key,
    seen_at timestamptz not null,
    -- Where the clock is stepped: how far this replica has come.
    city_time timestamptz
);

-- What is to happen when the city's time reaches `due_at`.
create table timer (
    subject uuid not null,
    kind text not null,
    ordinal int4 not null default 0,
    shard int2 not null,
    version int8 not null,
    due_at timestamptz not null,
    cause jsonb not null,
    primary key (subject, kind, ordinal)
);
create index timer_due on timer (due_at, shard);

-- The directory as this service knows it. `listed_at` orders what may arrive in disorder.
create table directory_unit (
    unit text primary key,
    name text not null,
    retired_at timestamptz,
    listed_at timestamptz not null
);
create table directory_person (
    person text primary key,
    name text not null,
    language text not null,
    listed_at timestamptz not null
);
create table directory_posting (
    person text not null references directory_person on delete cascade,
    ordinal int4 not null,
    role text not null,
    unit text,
    department text,
    valid_from timestamptz not null,
    valid_to timestamptz,
    primary key (person, ordinal)
);
create index directory_posting_unit on directory_posting (unit, role);
create index directory_posting_department on directory_posting (department, role);
create table directory_department (
    department text primary key,
    name text not null,
    communities text[] not null,
    listed_at timestamptz not null
);
create table directory_gateway (
    source text primary key,
    types text[] not null,
    listed_at timestamptz not null
);

-- Answers to POSTs that carried an Idempotency-Key, written with the effects and kept for a day. `request_digest` is of
-- the request, so that another one under the same key is found out.
create table idempotent_answer (
    actor text not null,
    key text not null,
    request_digest bytea not null,
    status int4 not null,
    body bytea not null,
    token text,
    answered_at timestamptz not null default clock_timestamp(),
    primary key (actor, key)
);
create index idempotent_answer_age on idempotent_answer (answered_at);
