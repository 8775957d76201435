-- What a run has stored for one span is read when the run is gone on with.
-- Without this that read all records of the harvest, once for each span.
CREATE INDEX harvest_records_by_span ON harvest_records (harvest_id, run_id, span);
