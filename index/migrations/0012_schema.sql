-- Everything in this file but documents, harvests, runs, statistics and sources
-- is derived from documents, and is made anew by "zharvest reindex".

CREATE TABLE records (
  record_id        INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE, -- the server's
  concept_id       TEXT,                 -- shared by all versions
  doi              TEXT,
  concept_doi      TEXT,
  title            TEXT NOT NULL,
  publication_date TEXT,                 -- YYYY[-MM[-DD]], or two with a slash
  type             TEXT,
  subtype          TEXT,
  access           TEXT,                 -- open, embargoed, restricted, closed
  license          TEXT,
  version          TEXT,                 -- as the authors call it
  version_index    INTEGER,              -- from 1
  is_latest        INTEGER NOT NULL,     -- 1 for the newest version known
  language         TEXT,
  journal          TEXT,
  url              TEXT,
  created_at       TEXT,                 -- as served
  updated_at       TEXT,
  revision         INTEGER,
  files            INTEGER,              -- how many; null where the server did not say
  size             INTEGER,              -- bytes of all files
  views            INTEGER,              -- of all versions, as last seen
  downloads        INTEGER,
  gone_at          TEXT,                 -- when the server was seen without it
  gone_reason      TEXT,
  form             TEXT NOT NULL DEFAULT 'json', -- or datacite: known from DataCite's XML alone
  newer_at         TEXT,                 -- when the server changed it after what is here
  unique_views     INTEGER,              -- of all versions, as last seen
  unique_downloads INTEGER
) STRICT;
CREATE INDEX records_by_concept ON records (concept_id, version_index);
CREATE INDEX records_by_doi ON records (doi);
CREATE INDEX records_by_created ON records (created_at);
CREATE INDEX records_to_fill ON records (record_id) WHERE form <> 'json' OR newer_at IS NOT NULL;
CREATE INDEX records_by_views ON records (views, id) WHERE views IS NOT NULL;
CREATE INDEX records_by_downloads ON records (downloads, id) WHERE downloads IS NOT NULL;
CREATE INDEX records_by_unique_views ON records (unique_views, id) WHERE unique_views IS NOT NULL;
CREATE INDEX records_by_unique_downloads ON records (unique_downloads, id) WHERE unique_downloads IS NOT NULL;

-- What the server sent, compressed with Zstandard and the program's own
-- dictionary; "zharvest show --raw" prints it.
CREATE TABLE documents (
  record_id INTEGER PRIMARY KEY REFERENCES records (record_id) ON DELETE CASCADE,
  json      BLOB NOT NULL
) STRICT;

-- Descriptions as text, with a line for each paragraph, in an exported part of an
-- index alone: as text they are a quarter of the file.
CREATE TABLE descriptions (
  record_id   INTEGER PRIMARY KEY REFERENCES records (record_id) ON DELETE CASCADE,
  description TEXT NOT NULL
) STRICT;

CREATE TABLE creators (
  record_id   INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  affiliation TEXT,
  orcid       TEXT,
  gnd         TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE contributors (
  record_id   INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  type        TEXT,
  affiliation TEXT,
  orcid       TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE keywords (
  record_id INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  keyword   TEXT NOT NULL,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  record_id  INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  code       TEXT,
  title      TEXT,
  acronym    TEXT,
  program    TEXT,
  funder     TEXT,
  funder_doi TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

-- Alternate identifiers stand here too, with the relation
-- isAlternateIdentifier.
CREATE TABLE related_identifiers (
  record_id     INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  identifier    TEXT NOT NULL,
  relation      TEXT,
  scheme        TEXT,
  resource_type TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  record_id INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  key       TEXT NOT NULL,
  size      INTEGER NOT NULL,
  checksum  TEXT,
  url       TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

-- Views and downloads as seen at each harvest; a row only where they moved, and
-- null where the server did not say.
CREATE TABLE statistics (
  record_id                INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
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

-- Communities harvested or named by records; of the latter only the slug is
-- known.
CREATE TABLE communities (
  community_id INTEGER PRIMARY KEY,
  slug         TEXT NOT NULL UNIQUE,
  uuid         TEXT,
  title        TEXT,
  description  TEXT,
  type         TEXT,
  website      TEXT,
  url          TEXT,
  created_at   TEXT,
  updated_at   TEXT,
  json         BLOB -- what the server sent, compressed; null where never fetched
) STRICT;

CREATE TABLE memberships (
  community_id INTEGER NOT NULL REFERENCES communities (community_id) ON DELETE CASCADE,
  record_id    INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  PRIMARY KEY (community_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_record ON memberships (record_id);

-- Where records come from: a row for each root of an API.
CREATE TABLE sources (
  api     TEXT PRIMARY KEY,
  dialect TEXT NOT NULL -- zenodo or rdm: what the server calls things by
) STRICT, WITHOUT ROWID;

CREATE TABLE harvests (
  harvest_id       INTEGER PRIMARY KEY,
  name             TEXT NOT NULL UNIQUE,
  selection        TEXT NOT NULL, -- JSON
  created_at       TEXT NOT NULL,
  total            INTEGER,       -- what the server counted when last asked
  complete         INTEGER NOT NULL DEFAULT 0,
  last_run_at      TEXT,
  last_full_at     TEXT,
  lease_token      TEXT,          -- who is harvesting now, if anybody
  lease_host       TEXT,
  lease_pid        INTEGER,
  lease_since      TEXT,
  lease_renewed_at TEXT,
  -- When the last complete run began, by the server's clock: what changed since
  -- is what the next one fetches. Null where the next one fetches everything.
  watermark        TEXT,
  api              TEXT,          -- the root of the API that the last run used
  -- complete where the ids were compared, counts where the numbers agree, else
  -- incomplete.
  state            TEXT NOT NULL DEFAULT 'incomplete',
  -- The oldest comparison of ids among the spans of the harvest, null if there is
  -- a span whose ids were never compared, and these spans, as JSON.
  compared_at      TEXT,
  checked          TEXT,
  newest_at        TEXT           -- the latest change among the records that were ever received
) STRICT;

CREATE TABLE runs (
  run_id     INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvests (harvest_id) ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  ended_at   TEXT,                -- null while it can be resumed
  complete   INTEGER,
  checkpoint BLOB,                -- where to resume it
  summary    TEXT,                -- JSON, as "zharvest harvest --json" prints it
  mode       TEXT NOT NULL DEFAULT 'full', -- or incremental
  changed_since TEXT              -- the watermark that it goes from
) STRICT;
CREATE INDEX runs_by_harvest ON runs (harvest_id);

-- Which harvests hold a record, and in which run and span it was last seen.
CREATE TABLE harvest_records (
  harvest_id INTEGER NOT NULL REFERENCES harvests (harvest_id) ON DELETE CASCADE,
  record_id  INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  run_id     INTEGER NOT NULL,
  span       INTEGER NOT NULL,
  added_run_id    INTEGER, -- in which the harvest first held it
  unlisted_run_id INTEGER, -- which found it not listed although it belongs to the selection
  PRIMARY KEY (harvest_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX harvest_records_by_span ON harvest_records (harvest_id, run_id, span);
CREATE INDEX harvest_records_by_record ON harvest_records (record_id);

CREATE TABLE harvest_communities (
  harvest_id   INTEGER NOT NULL REFERENCES harvests (harvest_id) ON DELETE CASCADE,
  community_id INTEGER NOT NULL REFERENCES communities (community_id) ON DELETE CASCADE,
  run_id       INTEGER NOT NULL,
  span         INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, community_id)
) STRICT, WITHOUT ROWID;

-- What runs have found changed, a row a field. That a record was added stands
-- here only where it had been gone or had left: else it is in harvest_records.
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  run_id    INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  record_id INTEGER NOT NULL REFERENCES records (record_id) ON DELETE CASCADE,
  noted_at  TEXT NOT NULL,
  change    TEXT NOT NULL, -- added, changed, gone, left
  field     TEXT,          -- of those that changed
  old       TEXT,          -- null where there was nothing
  new       TEXT,
  reason    TEXT           -- why it is gone
) STRICT;
CREATE INDEX changes_by_run ON changes (run_id);
CREATE INDEX changes_by_record ON changes (record_id);

-- The full-text index: segments of documents that never change. A record
-- that is stored or changed waits in pending until it is in a segment; the
-- document that it had before is dead.
CREATE TABLE pending (
  record_id INTEGER PRIMARY KEY,
  stamp     INTEGER NOT NULL
) STRICT;

CREATE TABLE segments (
  segment_id INTEGER PRIMARY KEY,
  docs       INTEGER NOT NULL,
  latest     BLOB NOT NULL, -- sets of documents, a bit each
  gone       BLOB NOT NULL,
  dead       BLOB           -- null for none
) STRICT;

CREATE TABLE segment_columns (
  segment_id INTEGER NOT NULL REFERENCES segments (segment_id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  chunk      INTEGER NOT NULL, -- of 8192 documents
  data       BLOB NOT NULL,
  PRIMARY KEY (segment_id, name, chunk)
) STRICT;

CREATE TABLE segment_blocks (
  block_id   INTEGER PRIMARY KEY,
  segment_id INTEGER NOT NULL REFERENCES segments (segment_id) ON DELETE CASCADE,
  first_key  BLOB NOT NULL, -- field and term
  keys       BLOB NOT NULL,
  postings   BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX segment_blocks_by_key ON segment_blocks (segment_id, first_key);

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- For people: the usual questions without joins.
CREATE VIEW record_list AS
SELECT r.id, r.doi, r.title, r.publication_date, r.type, r.subtype, r.access, r.license, r.version, r.is_latest,
  (SELECT group_concat(name, '; ') FROM (SELECT name FROM creators c WHERE c.record_id = r.record_id ORDER BY position)) AS creators,
  (SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM keywords k WHERE k.record_id = r.record_id ORDER BY position)) AS keywords,
  (SELECT group_concat(slug, '; ') FROM memberships m JOIN communities USING (community_id) WHERE m.record_id = r.record_id) AS communities,
  (SELECT description FROM descriptions d WHERE d.record_id = r.record_id) AS description,
  r.files, r.size, r.views, r.downloads, r.created_at, r.updated_at, r.url
FROM records r
WHERE r.gone_at IS NULL;

CREATE VIEW community_records AS
SELECT c.slug AS community, r.id, r.doi, r.title, r.publication_date, r.type, r.is_latest, r.views, r.downloads
FROM communities c JOIN memberships USING (community_id) JOIN records r USING (record_id)
WHERE r.gone_at IS NULL;

CREATE VIEW creator_records AS
SELECT c.name, c.orcid, c.affiliation, r.id, r.doi, r.title, r.publication_date, r.type, r.is_latest
FROM creators c JOIN records r USING (record_id)
WHERE r.gone_at IS NULL;

CREATE VIEW file_list AS
SELECT r.id, r.doi, r.title, f.key, f.size, f.checksum, f.url
FROM files f JOIN records r USING (record_id)
WHERE r.gone_at IS NULL;

-- All that was added, changed and removed.
CREATE VIEW change_list AS
SELECT c.noted_at AS at, h.name AS harvest, c.change, r.id, r.doi, r.title, c.field, c.old, c.new, c.reason, c.run_id, c.record_id
FROM changes c JOIN runs USING (run_id) JOIN harvests h USING (harvest_id) JOIN records r ON r.record_id = c.record_id
UNION ALL
SELECT runs.started_at, h.name, 'added', r.id, r.doi, r.title, NULL, NULL, NULL, NULL, m.added_run_id, m.record_id
FROM harvest_records m JOIN harvests h USING (harvest_id) JOIN runs ON runs.run_id = m.added_run_id JOIN records r ON r.record_id = m.record_id;
