-- When the last complete run began, by the server's clock: what changed since
-- is what the next one fetches. Null where the next one fetches everything.
ALTER TABLE harvests ADD COLUMN watermark TEXT;
-- The root of the API that the last run used.
ALTER TABLE harvests ADD COLUMN api TEXT;

ALTER TABLE runs ADD COLUMN mode TEXT NOT NULL DEFAULT 'full'; -- or incremental
ALTER TABLE runs ADD COLUMN changed_since TEXT;                -- the watermark that it goes from

-- The run in which a harvest first held a record; null for those of before this
-- column was there.
ALTER TABLE harvest_records ADD COLUMN added_run_id INTEGER;

-- What runs have found changed, a row a field. That a record was added stands
-- here only where it had been gone or has left: else harvest_records tells.
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  run_id    INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  noted_at  TEXT NOT NULL,
  change    TEXT NOT NULL, -- added, changed, gone, left
  field     TEXT,          -- of those that changed
  old       TEXT,          -- null where there was nothing
  new       TEXT,
  reason    TEXT           -- why it is gone
) STRICT;
CREATE INDEX changes_by_run ON changes (run_id);
CREATE INDEX changes_by_record ON changes (record_id);

-- For people: all that was added, changed and removed.
CREATE VIEW change_list AS
SELECT c.noted_at AS at, h.name AS harvest, c.change, r.id, r.doi, r.title, c.field, c.old, c.new, c.reason, c.run_id, c.record_id
FROM changes c JOIN runs USING (run_id) JOIN harvests h USING (harvest_id) JOIN records r ON r.record_id = c.record_id
UNION ALL
SELECT runs.started_at, h.name, 'added', r.id, r.doi, r.title, NULL, NULL, NULL, NULL, m.added_run_id, m.record_id
FROM harvest_records m JOIN harvests h USING (harvest_id) JOIN runs ON runs.run_id = m.added_run_id JOIN records r ON r.record_id = m.record_id;
