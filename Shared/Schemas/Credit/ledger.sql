-- Credit: what happened that rules may reward, what it earned, and for whom. A `subject` is an account, such as
-- `person:p-1204` or `department:D017`; points are hundredths.

-- Every event that an item of the rules concerns, whether or not it earned anything. The key's order is the order in which
-- caps and curves are filled, and its prefix a group that is settled together.
create table credited (
    subject text not null,
    item text not null,
    occurred_at timestamptz not null,
    id uuid not null,
    kind text not null,
    quantity int8 not null,
    unit text not null,
    source text not null,
    cause text not null,
    correlation text not null,
    recorded_at timestamptz not null,
    primary key (subject, item, occurred_at, id)
);
create index credited_correlation on credited (correlation);

-- When consent was given and taken back. Added to, never changed.
create table consent (
    subject text not null,
    changed_at timestamptz not null,
    id uuid not null,
    given bool not null,
    recorded_at timestamptz not null,
    primary key (subject, changed_at, id)
);

-- What is to be settled: the group of an item from an instant on, or with an empty item all that happened since. Whoever adds
-- here sets the account's timer in the same transaction, and whoever settles consumes it: so nothing is settled on less than
-- what there is.
create table unsettled (
    account uuid not null,
    pace text not null,
    subject text not null,
    item text not null,
    since timestamptz not null,
    primary key (account, pace, item, since)
);

-- The ledger. Lines are only added: an odd revision takes back the even one before it.
create table entry (
    subject text not null,
    rule text not null,
    occurred_at timestamptz not null,
    event uuid not null,
    revision int4 not null,
    id uuid not null,
    kind text not null,
    rule_version int4 not null,
    points int8 not null,
    expires_at timestamptz not null,
    unit text not null,
    quantity int8 not null,
    source text not null,
    cause text not null,
    correlation text not null,
    recorded_at timestamptz not null,
    primary key (subject, rule, occurred_at, event, revision)
);
create index entry_unit on entry (unit text_pattern_ops, occurred_at);
create index entry_correlation on entry (correlation);

-- The sums of the ledger by the instant at which they stop counting: can be made again from it at any time.
create table balance (
    subject text not null,
    expires_at timestamptz not null,
    points int8 not null,
    primary key (subject, expires_at)
) with (fillfactor = 70);

-- The rules that have been in use, by their content: a version is never changed once it has paid anybody.
create table rule_version (
    number int4 primary key,
    digest bytea not null,
    effective_from timestamptz not null,
    recorded_at timestamptz not null
);

-- Who looked at whose ledger, and why.
create table access (
    subject text not null,
    read_at timestamptz not null,
    id uuid not null,
    reader text not null,
    what text not null,
    purpose text not null,
    primary key (subject, read_at, id)
);
