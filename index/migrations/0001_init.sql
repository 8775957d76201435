-- Everything in this file but documents, harvests, runs and statistics is
-- derived from documents, and is made anew by "zharvest reindex".

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
  gone_reason      TEXT
) STRICT;
CREATE INDEX records_by_concept ON records (concept_id, version_index);
CREATE INDEX records_by_doi ON records (doi);
CREATE INDEX records_by_created ON records (created_at);

-- What the server sent, compressed with Zstandard and the program's own
-- dictionary; "zharvest show --raw" prints it.
CREATE TABLE documents (
  record_id INTEGER PRIMARY KEY REFERENCES records ON DELETE CASCADE,
  json      BLOB NOT NULL
) STRICT;

CREATE TABLE creators (
  record_id   INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  affiliation TEXT,
  orcid       TEXT,
  gnd         TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE contributors (
  record_id   INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  type        TEXT,
  affiliation TEXT,
  orcid       TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE keywords (
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  keyword   TEXT NOT NULL,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  record_id  INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
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
  record_id     INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  identifier    TEXT NOT NULL,
  relation      TEXT,
  scheme        TEXT,
  resource_type TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  record_id INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  key       TEXT NOT NULL,
  size      INTEGER NOT NULL,
  checksum  TEXT,
  url       TEXT,
  PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

-- Views and downloads as seen at each harvest; a row only where they moved.
CREATE TABLE statistics (
  record_id                INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  seen_at                  TEXT NOT NULL,
  views                    INTEGER NOT NULL, -- of all versions
  unique_views             INTEGER NOT NULL,
  downloads                INTEGER NOT NULL,
  unique_downloads         INTEGER NOT NULL,
  version_views            INTEGER NOT NULL, -- of this version alone
  version_unique_views     INTEGER NOT NULL,
  version_downloads        INTEGER NOT NULL,
  version_unique_downloads INTEGER NOT NULL,
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
  community_id INTEGER NOT NULL REFERENCES communities ON DELETE CASCADE,
  record_id    INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  PRIMARY KEY (community_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_record ON memberships (record_id);

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
  lease_renewed_at TEXT
) STRICT;

CREATE TABLE runs (
  run_id     INTEGER PRIMARY KEY,
  harvest_id INTEGER NOT NULL REFERENCES harvests ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  ended_at   TEXT,                -- null while it can be gone on with
  complete   INTEGER,
  checkpoint BLOB,                -- where to go on
  summary    TEXT                 -- JSON, as "zharvest harvest --json" prints it
) STRICT;
CREATE INDEX runs_by_harvest ON runs (harvest_id);

-- Which harvests hold a record, and in which run and span it was last seen.
CREATE TABLE harvest_records (
  harvest_id INTEGER NOT NULL REFERENCES harvests ON DELETE CASCADE,
  record_id  INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  run_id     INTEGER NOT NULL,
  span       INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX harvest_records_by_record ON harvest_records (record_id);

CREATE TABLE harvest_communities (
  harvest_id   INTEGER NOT NULL REFERENCES harvests ON DELETE CASCADE,
  community_id INTEGER NOT NULL REFERENCES communities ON DELETE CASCADE,
  run_id       INTEGER NOT NULL,
  span         INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, community_id)
) STRICT, WITHOUT ROWID;

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
  segment_id INTEGER NOT NULL REFERENCES segments ON DELETE CASCADE,
  name       TEXT NOT NULL,
  chunk      INTEGER NOT NULL, -- of 8192 documents
  data       BLOB NOT NULL,
  PRIMARY KEY (segment_id, name, chunk)
) STRICT;

CREATE TABLE segment_blocks (
  block_id   INTEGER PRIMARY KEY,
  segment_id INTEGER NOT NULL REFERENCES segments ON DELETE CASCADE,
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
