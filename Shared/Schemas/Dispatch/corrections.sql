-- What people corrected, which counts against a rule as a reclassification does (history_reclassified).
create index history_corrected on history (occurred_at, matter_id) where type = 'muster.case.corrected.v1';
