-- Segments have other fields, another mark for the records that have a field,
-- and a count of their tokens. All records are indexed again.

DELETE FROM segment_blocks;
DELETE FROM segment_columns;
DELETE FROM segments;
INSERT OR REPLACE INTO pending (record_id, stamp) SELECT record_id, random() FROM records;
