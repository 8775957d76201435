-- Records that are known only from DataCite's XML, which lacks files,
-- statistics and the time of creation.

ALTER TABLE records ADD COLUMN form TEXT NOT NULL DEFAULT 'json'; -- json or datacite

-- When the server changed the record after what is here: known from its XML,
-- while the JSON that is here was kept because it tells more.
ALTER TABLE records ADD COLUMN newer_at TEXT;

CREATE INDEX records_to_fill ON records (record_id) WHERE form <> 'json' OR newer_at IS NOT NULL;
