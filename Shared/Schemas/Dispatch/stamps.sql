-- The number of the policy (policy_in_force) that a case's deadlines were computed by, or a lower one where that is not known: what
-- is open and lower than the one in force is to be computed anew.
alter table matter add column policy int4 not null default 0;
create index matter_policy on matter (policy, id) where status in ('assigned', 'accepted', 'in-hand');
