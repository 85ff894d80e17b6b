-- What people look cases up by. Each index belongs to one statement beside the code that reads it, and a test holds the
-- statement to it.

-- When a case waits for somebody next: for its owner to accept it, or else to resolve it. RFC 3339 in UTC with a fixed number of
-- digits sorts as text, and text in jsonb can be indexed where a time cannot.
--
-- Lists of a town or the whole city, the next due first.
create index matter_due on matter (resolve_by, id, owner_unit text_pattern_ops) where status <> 'closed';
-- What waits for one person or, where nobody is named, for a unit.
create index matter_waiting on matter (
    coalesce(owner_person, owner_unit),
    (case status when 'assigned' then state ->> 'acceptBy' else state ->> 'resolveBy' end) collate "C", id)
    where status <> 'closed';
-- Open whistles, the first blown first, and by the departments that they call.
create index matter_whistling on matter ((state #>> '{whistle,blownAt}') collate "C", id, unit text_pattern_ops)
    where state ? 'whistle' and state #>> '{whistle,endedAt}' is null;
create index matter_called on matter using gin ((state #> '{whistle,parts}') jsonb_path_ops) with (fastupdate = off)
    where state ? 'whistle' and state #>> '{whistle,endedAt}' is null;
-- Everything in the order in which it was opened: exports, reports, trying out rules.
create index matter_opened on matter (opened_at, id, unit text_pattern_ops);
-- Which rules people set right.
create index history_reclassified on history (occurred_at, matter_id) where type = 'muster.case.reclassified.v1';
create index history_closed on history (occurred_at, matter_id) where type = 'muster.case.closed.v1';

-- The full text. `folded` is what a word is looked for in: without what is personal, in one alphabet's case and width, words
-- apart. `keys` says which pairs of characters and which words are in it, each together with the month and with each unit that
-- the case lies in, so that a search reads the months it needs of its own reach and nothing else. See SearchIndex.
create table matter_search (
    matter_id uuid primary key references matter,
    unit text not null,
    opened_at timestamptz not null,
    folded text not null,
    keys int4[] not null,
    -- The matter turned out to be in another community: its keys are not of the units that it lies in now.
    is_moved bool not null default false
);
-- No list of pending entries: every search would have to read it from its beginning to its end.
create index matter_search_keys on matter_search using gin (keys) with (fastupdate = off);
create index matter_search_moved on matter_search (unit text_pattern_ops, opened_at) where is_moved;
create index matter_search_newest on matter_search (opened_at desc, matter_id desc);

-- The order in which changes became visible, for those who follow them. A number alone is none, since a lower one may be
-- committed after a higher one; a transaction is over once every one that runs is younger.
alter table history add column change int8 not null generated always as identity;
alter table history add column transaction xid8 not null default pg_current_xact_id();
create index history_change on history (transaction, change);

-- What one place had before, for rules that go by repetition.
create index matter_place on matter (unit, opened_at);
