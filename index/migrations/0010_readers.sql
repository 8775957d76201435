-- What other programs read. Descriptions are text, with a line for each
-- paragraph, and there in an exported part of an index alone: as text they
-- are a quarter of the file.

CREATE TABLE descriptions (
  record_id   INTEGER PRIMARY KEY REFERENCES records (record_id) ON DELETE CASCADE,
  description TEXT NOT NULL
) STRICT;

DROP VIEW record_list;
CREATE VIEW record_list AS
SELECT r.id, r.doi, r.title, r.publication_date, r.type, r.subtype, r.access, r.license, r.version, r.is_latest,
  (SELECT group_concat(name, '; ') FROM (SELECT name FROM creators c WHERE c.record_id = r.record_id ORDER BY position)) AS creators,
  (SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM keywords k WHERE k.record_id = r.record_id ORDER BY position)) AS keywords,
  (SELECT group_concat(slug, '; ') FROM memberships m JOIN communities USING (community_id) WHERE m.record_id = r.record_id) AS communities,
  (SELECT description FROM descriptions d WHERE d.record_id = r.record_id) AS description,
  r.files, r.size, r.views, r.downloads, r.created_at, r.updated_at, r.url
FROM records r
WHERE r.gone_at IS NULL;

-- datasette takes a foreign key that names no column for a damaged one.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql =
  replace(replace(replace(replace(replace(sql,
    'REFERENCES records ON', 'REFERENCES records (record_id) ON'),
    'REFERENCES communities ON', 'REFERENCES communities (community_id) ON'),
    'REFERENCES harvests ON', 'REFERENCES harvests (harvest_id) ON'),
    'REFERENCES segments ON', 'REFERENCES segments (segment_id) ON'),
    'REFERENCES runs ON', 'REFERENCES runs (run_id) ON')
WHERE type = 'table';
PRAGMA writable_schema = RESET;
