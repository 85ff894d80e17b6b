-- Who hears of what, on which channel, and how it went.

-- What is remembered of a case, and the last of its events that people were told of: later events say only what
-- changed, and a late copy of an earlier one is told to nobody. There is a row for a case of which events wait as well,
-- since `version` rises with every change to either: who parks an event and who fills the gap before it at the same
-- moment meet here.
create table case_matter (
    id uuid primary key,
    version int8 not null,
    sequence int8 not null,
    unit text,
    matter jsonb
) with (fillfactor = 80);
alter table case_matter alter column matter set storage main;

-- Events of a case that came before their time. They wait here until the gap in front of them fills.
create table parked_event (
    case_id uuid not null,
    sequence int8 not null,
    source text not null,
    event text not null,
    type text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz,
    correlation text not null,
    causation text,
    actor text,
    data jsonb not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (case_id, sequence)
);

-- That a rule was applied to an event. It is applied once: a replay after a change of postings tells nobody else.
create table expansion (
    source text not null,
    event text not null,
    rule text not null,
    notices int4 not null,
    expanded_at timestamptz not null,
    primary key (source, event, rule)
);

-- One person told of one event on one channel. The id follows from these three.
--
-- `state` is underway, and in the end delivered, failed, unknown or dropped.
create table notice (
    id uuid primary key,
    rule text not null,
    source text not null,
    event text not null,
    event_type text not null,
    occurred_at timestamptz not null,
    correlation text not null,
    case_id uuid,
    recipient text not null,
    role text not null,
    unit text,
    department text,
    language text not null,
    channel text not null,
    title text not null,
    body text not null,
    -- What is left to try when this channel fails, each with its text.
    fallback jsonb not null,
    state text not null,
    reason text,
    attempts int4 not null,
    recorded_at timestamptz not null,
    settled_at timestamptz
) with (fillfactor = 90);
-- Whatever rule it was made by.
create unique index notice_natural on notice (event, recipient, channel, source);
create index notice_case on notice (case_id) where case_id is not null;
create index notice_correlation on notice (correlation);
-- For retention; notices come in about this order.
create index notice_recorded on notice using brin (recorded_at);

-- Notices that are still to be sent, and only these: a row goes when its notice is settled.
create table delivery (
    notice uuid primary key references notice,
    rule text not null,
    case_id uuid,
    -- What goes the same way and shares its limits: see the table lane.
    lane text not null,
    state text not null check (state in ('pending', 'sending')),
    -- City time.
    due_at timestamptz not null,
    expires_at timestamptz not null,
    is_urgent bool not null,
    after_unknown text not null,
    attempt int4 not null,
    failures int4 not null,
    may_have_arrived bool not null,
    -- Who is sending it, and until when they may: machine time, by this server's clock. `claimed_run` tells one life of a
    -- replica from the next.
    claimed_by text,
    claimed_run uuid,
    lease_until timestamptz
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index delivery_due on delivery (lane, due_at, notice) where state = 'pending';
create index delivery_sending on delivery (lease_until) where state = 'sending';
create index delivery_case on delivery (case_id) where case_id is not null;

-- One robot, one endpoint or one gateway: what went this way, and when more may.
create table lane (
    lane text primary key,
    channel text not null,
    record jsonb not null,
    -- City time; until then nothing more goes this way.
    free_at timestamptz not null default '-infinity'
) with (fillfactor = 50);

-- When each open delivery can go on, for whoever waits for the city to come to rest.
create view delivery_due_at as
    select notice, case delivery.state
        when 'pending' then greatest(due_at, coalesce(free_at, '-infinity'))
        else '-infinity' end as due_at
    from delivery left join lane using (lane);

-- What a person sees: the newest has the highest number. Numbers of one person have no gaps, and a lower one is never
-- committed after a higher one, so that a reader who goes on from the last number misses nothing.
create table inbox_head (
    recipient text primary key,
    last int8 not null,
    read_up_to int8 not null default 0
) with (fillfactor = 50);
create table inbox (
    recipient text not null,
    number int8 not null,
    notice uuid not null references notice,
    -- The order in which all of them became visible, for the one reader who follows them for everybody: see Feed.
    change int8 not null generated always as identity,
    transaction xid8 not null default pg_current_xact_id(),
    primary key (recipient, number)
);
create index inbox_change on inbox (transaction, change);
create index inbox_notice on inbox (notice);

-- How people are reached outside. The phone number is sealed (AES-256-GCM) and opened only to send.
create table contact (
    person text primary key,
    phone bytea,
    wecom text,
    listed_at timestamptz not null
);
