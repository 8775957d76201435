-- Segments have other fields, another mark for the records that have a field,
-- and a count of their tokens. All records are indexed again.

DELETE FROM segment_blocks;
DELETE FROM segment_columns;
DELETE FROM segments;
INSERT OR REPLACE INTO pending (record_id, stamp) SELECT record_id, random() FROM records;

-- Zenodo orders by unique counts of all versions, and searches find them.
ALTER TABLE records ADD COLUMN unique_views INTEGER;
ALTER TABLE records ADD COLUMN unique_downloads INTEGER;
UPDATE records SET (unique_views, unique_downloads) =
  (SELECT unique_views, unique_downloads FROM statistics s WHERE s.record_id = records.record_id ORDER BY seen_at DESC LIMIT 1);
CREATE INDEX records_by_unique_views ON records (unique_views, id) WHERE unique_views IS NOT NULL;
CREATE INDEX records_by_unique_downloads ON records (unique_downloads, id) WHERE unique_downloads IS NOT NULL;
