-- What is left to do once a matter is called settled, or its whistle is over.
--
-- For the community: to see whether it is, and to close it; what was to be settled first comes first.
create index matter_settled on matter (community, (state ->> 'resolveBy') collate "C", id)
    where status in ('resolved', 'verified');
-- For the community: its marks for each department that was called.
create index matter_unjudged on matter (community, (state #>> '{whistle,endedAt}') collate "C")
    where state #>> '{whistle,endedAt}' is not null
        and jsonb_path_exists(state, '$.whistle.parts[*] ? (@.attendance != "released" && !exists(@.judgement))');
-- For each of the departments: whether it was needed, and whether it was theirs.
create index matter_unassessed on matter using gin ((state #> '{whistle,parts}') jsonb_path_ops) with (fastupdate = off)
    where state #>> '{whistle,endedAt}' is not null
        and jsonb_path_exists(state, '$.whistle.parts[*] ? (@.attendance != "released" && !exists(@.assessment))');
