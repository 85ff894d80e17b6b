-- By which calendar and rules deadlines were computed, and since when; the last one holds. Of two replicas that find another one
-- at once, the number lets one be second.
create table policy_in_force (
    number int4 primary key,
    fingerprint text not null,
    since timestamptz not null
);
