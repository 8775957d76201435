-- How far a harvest is known to be all that the server has: complete where the
-- ids were compared, counts where the numbers agree, else incomplete.
ALTER TABLE harvests ADD COLUMN state TEXT NOT NULL DEFAULT 'incomplete';
UPDATE harvests SET state = 'counts' WHERE complete;
-- The oldest comparison of ids among the spans of the harvest, null if there is
-- a span of which they were never compared, and these spans, as JSON.
ALTER TABLE harvests ADD COLUMN compared_at TEXT;
ALTER TABLE harvests ADD COLUMN checked TEXT;
-- The latest change among the records that were ever received.
ALTER TABLE harvests ADD COLUMN newest_at TEXT;

-- The run that found that the server does not list the record although it
-- belongs to the selection; null while it is listed.
ALTER TABLE harvest_records ADD COLUMN unlisted_run_id INTEGER;
