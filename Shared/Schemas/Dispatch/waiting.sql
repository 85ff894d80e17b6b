-- What waits for a person is found by matter_waiting; the former index of the same was read by nothing, and written by each step
-- of each open case.
drop index matter_person;
