-- What the server did not say is null. Files that it hides (restricted and
-- embargoed records) and those of records that have none (metadata-only) were
-- counted as 0, as were views and downloads that it did not send.

UPDATE records SET files = NULL, size = NULL WHERE files = 0;

CREATE TABLE statistics_with_nulls (
  record_id                INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  seen_at                  TEXT NOT NULL,
  views                    INTEGER, -- of all versions
  unique_views             INTEGER,
  downloads                INTEGER,
  unique_downloads         INTEGER,
  version_views            INTEGER, -- of this version alone
  version_unique_views     INTEGER,
  version_downloads        INTEGER,
  version_unique_downloads INTEGER,
  PRIMARY KEY (record_id, seen_at)
) STRICT, WITHOUT ROWID;
INSERT INTO statistics_with_nulls SELECT * FROM statistics;

-- Records whose statistics the server stopped sending.
INSERT INTO statistics_with_nulls (record_id, seen_at)
SELECT record_id, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') FROM records
WHERE views IS NULL AND record_id IN (SELECT record_id FROM statistics)
ON CONFLICT DO NOTHING;

DROP TABLE statistics;
ALTER TABLE statistics_with_nulls RENAME TO statistics;
