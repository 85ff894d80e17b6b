-- What is of one kind at one place is found by matter_place, too: of a place's few weeks, the kind is looked at in the rows.
drop index matter_kind_place;
