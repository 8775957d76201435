-- Everything in this file but documents, harvests, runs, statistics and sources
-- is derived from documents, and is made anew by "zharvest reindex". What people
-- read is in views.

CREATE TABLE record (
  record_id        INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE, -- the server's
  concept_id       TEXT,                 -- shared by all versions
  doi              TEXT,                 -- null for the one that Zenodo makes of the id, empty for none
  concept_doi      TEXT,                 -- the same, of concept_id
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
  publisher        TEXT,
  url              TEXT,                 -- null for the page that Zenodo has for the id, empty for none
  created          INTEGER,              -- microseconds
  updated          INTEGER,
  times            TEXT,                 -- both as served, in JSON, where not as Zenodo writes them
  revision         INTEGER,
  files            INTEGER,              -- how many; null where the server did not say
  size             INTEGER,              -- bytes of all files
  gone_at          TEXT,                 -- when the server was seen without it
  gone_reason      TEXT,
  form             TEXT NOT NULL,        -- native, legacy, or datacite: known from DataCite's XML alone
  newer_at         TEXT,                 -- when the server changed it after what is here
  -- As last seen, since when, in seconds; null where the server does not say.
  seen_at               INTEGER,
  views                 INTEGER,         -- of all versions, by unique visitors
  downloads             INTEGER,
  data_volume           INTEGER,         -- bytes
  views_raw             INTEGER,         -- each one
  downloads_raw         INTEGER,
  version_views         INTEGER,         -- of this version alone
  version_downloads     INTEGER,
  version_data_volume   INTEGER,
  version_views_raw     INTEGER,
  version_downloads_raw INTEGER
) STRICT;
CREATE INDEX record_by_concept ON record (concept_id, version_index);
CREATE INDEX record_by_doi ON record (doi) WHERE doi IS NOT NULL;
CREATE INDEX record_by_created ON record (created);
CREATE INDEX record_to_fill ON record (record_id) WHERE form = 'datacite' OR newer_at IS NOT NULL;
CREATE INDEX record_by_views ON record (views, id) WHERE views IS NOT NULL;
CREATE INDEX record_by_downloads ON record (downloads, id) WHERE downloads IS NOT NULL;
CREATE INDEX record_by_views_raw ON record (views_raw) WHERE views_raw IS NOT NULL;
CREATE INDEX record_by_downloads_raw ON record (downloads_raw) WHERE downloads_raw IS NOT NULL;

CREATE VIEW records AS
SELECT record_id, id, concept_id, nullif(coalesce(doi, '10.5281/zenodo.' || id), '') AS doi,
  nullif(coalesce(concept_doi, '10.5281/zenodo.' || concept_id), '') AS concept_doi,
  title, publication_date, type, subtype, access, license, version, version_index, is_latest, language, journal, publisher,
  nullif(coalesce(url, 'https://zenodo.org/records/' || id), '') AS url,
  coalesce(times ->> 0, strftime('%Y-%m-%dT%H:%M:%S', created / 1000000, 'unixepoch') || printf('.%06d+00:00', created % 1000000)) AS created_at,
  coalesce(times ->> 1, strftime('%Y-%m-%dT%H:%M:%S', updated / 1000000, 'unixepoch') || printf('.%06d+00:00', updated % 1000000)) AS updated_at,
  revision, files, size, views, downloads, data_volume, views_raw, downloads_raw,
  version_views, version_downloads, version_data_volume, version_views_raw, version_downloads_raw,
  gone_at, gone_reason, form, newer_at
FROM record;

-- What the server sent; "zharvest show --raw" prints it. A block has records with
-- keys that follow each other, in one frame of Zstandard; few of them together,
-- and single ones, are compressed with the program's own dictionary.
CREATE TABLE document_blocks (
  first_record INTEGER PRIMARY KEY,
  records      INTEGER NOT NULL,
  data         BLOB NOT NULL -- lengths, 0 for none, and records
) STRICT;

-- What the server sent later for records that are in blocks.
CREATE TABLE documents (
  record_id INTEGER PRIMARY KEY REFERENCES record (record_id) ON DELETE CASCADE,
  json      BLOB NOT NULL
) STRICT;

-- What a record has several of, as JSON arrays of arrays, or of texts; views
-- have a row for each. Those who look for a person or a file find it by the
-- full-text index.
CREATE TABLE part (
  record_id    INTEGER PRIMARY KEY REFERENCES record (record_id) ON DELETE CASCADE,
  creators     TEXT, -- name, [[affiliation, id], …], ORCID, kind, GND, ROR, role
  contributors TEXT, -- the same
  keywords     TEXT,
  subjects     TEXT, -- term, identifier, scheme
  grants       TEXT, -- code, title, acronym, program, funder, its DOI, ROR and acronym, id, URL, DOI
  related      TEXT, -- identifier, relation, scheme, type; alternate identifiers, too
  files        TEXT, -- name, size, checksum, URL
  communities  TEXT, -- slugs
  rights       TEXT, -- id, title, URL
  titles       TEXT, -- beside the first: text, type, language
  descriptions TEXT, -- beside the first: text, type, language
  dates        TEXT, -- type, first, last, description
  languages    TEXT,
  citations    TEXT,
  locations    TEXT, -- place, description, latitude, longitude
  custom       TEXT  -- name, value
) STRICT;

-- Statistics as they were seen before those of record, since when, in seconds.
CREATE TABLE statistic (
  record_id             INTEGER NOT NULL REFERENCES record (record_id) ON DELETE CASCADE,
  seen_at               INTEGER NOT NULL,
  views                 INTEGER,
  downloads             INTEGER,
  data_volume           INTEGER,
  views_raw             INTEGER,
  downloads_raw         INTEGER,
  version_views         INTEGER,
  version_downloads     INTEGER,
  version_data_volume   INTEGER,
  version_views_raw     INTEGER,
  version_downloads_raw INTEGER,
  PRIMARY KEY (record_id, seen_at)
) STRICT, WITHOUT ROWID;

-- Statistics whenever a harvest saw that they had moved.
CREATE VIEW statistics AS
SELECT record_id, strftime('%Y-%m-%dT%H:%M:%SZ', seen_at, 'unixepoch') AS seen_at, views, downloads, data_volume, views_raw, downloads_raw,
  version_views, version_downloads, version_data_volume, version_views_raw, version_downloads_raw
FROM statistic
UNION ALL
SELECT record_id, strftime('%Y-%m-%dT%H:%M:%SZ', seen_at, 'unixepoch'), views, downloads, data_volume, views_raw, downloads_raw,
  version_views, version_downloads, version_data_volume, version_views_raw, version_downloads_raw
FROM record WHERE seen_at IS NOT NULL;

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

-- Which records harvests hold, by ranges of their keys, and in which run and span
-- they were last seen.
CREATE TABLE harvest_ranges (
  harvest_id      INTEGER NOT NULL REFERENCES harvests (harvest_id) ON DELETE CASCADE,
  first_record    INTEGER NOT NULL,
  last_record     INTEGER NOT NULL,
  run_id          INTEGER NOT NULL,
  span            INTEGER NOT NULL,
  added_run_id    INTEGER, -- in which the harvest first held them
  unlisted_run_id INTEGER, -- which found them not listed although they belong to the selection
  PRIMARY KEY (harvest_id, first_record)
) STRICT, WITHOUT ROWID;
CREATE INDEX harvest_ranges_by_span ON harvest_ranges (harvest_id, run_id, span);

CREATE VIEW harvest_records AS
SELECT m.harvest_id, r.record_id, m.run_id, m.span, m.added_run_id, m.unlisted_run_id
FROM harvest_ranges m CROSS JOIN record r ON r.record_id BETWEEN m.first_record AND m.last_record;

CREATE TABLE harvest_communities (
  harvest_id   INTEGER NOT NULL REFERENCES harvests (harvest_id) ON DELETE CASCADE,
  community_id INTEGER NOT NULL REFERENCES communities (community_id) ON DELETE CASCADE,
  run_id       INTEGER NOT NULL,
  span         INTEGER NOT NULL,
  PRIMARY KEY (harvest_id, community_id)
) STRICT, WITHOUT ROWID;

-- What runs have found changed, a row a field. That a record was added stands
-- here only where it had been gone or had left: else it is in harvest_ranges.
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  run_id    INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  record_id INTEGER NOT NULL REFERENCES record (record_id) ON DELETE CASCADE,
  noted_at  TEXT NOT NULL,
  change    TEXT NOT NULL, -- added, changed, gone, left
  field     TEXT,          -- of those that changed
  old       TEXT,          -- null where there was nothing
  new       TEXT,
  reason    TEXT           -- why it is gone
) STRICT;
CREATE INDEX changes_by_run ON changes (run_id);
CREATE INDEX changes_by_record ON changes (record_id);

-- The full-text index: segments of documents that never change. A record that is
-- changed waits in pending until it is in a segment, new ones in pending_ranges;
-- the document that it had before is dead.
CREATE TABLE pending (
  record_id INTEGER PRIMARY KEY,
  stamp     INTEGER NOT NULL
) STRICT;

CREATE TABLE pending_ranges (
  first_record INTEGER PRIMARY KEY,
  last_record  INTEGER NOT NULL,
  stamp        INTEGER NOT NULL
) STRICT;

CREATE TABLE segments (
  segment_id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
  docs       INTEGER NOT NULL,
  latest     BLOB NOT NULL, -- sets of documents, a bit each, and a checksum
  gone       BLOB NOT NULL,
  dead       BLOB,          -- null for none
  oldest     INTEGER NOT NULL DEFAULT 0, -- when the first and the last of the
  newest     INTEGER NOT NULL DEFAULT 0  -- documents were created
) STRICT;

-- What segments consist of. The key is made of the segment, the stream that the
-- page belongs to, and its number; it stands under the checksum, too.
CREATE TABLE segment_pages (
  page_id INTEGER PRIMARY KEY,
  data    BLOB NOT NULL
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- For people: a row for each entry of a list.
CREATE VIEW creators AS
SELECT p.record_id, c.key + 1 AS position, c.value ->> 0 AS name,
  (SELECT group_concat(a.value ->> 0, '; ') FROM json_each(c.value, '$[1]') a) AS affiliation,
  c.value ->> 2 AS orcid, c.value ->> 4 AS gnd, c.value ->> 5 AS ror, c.value ->> 3 AS kind, c.value ->> 6 AS role
FROM part p, json_each(p.creators) c;

CREATE VIEW contributors AS
SELECT p.record_id, c.key + 1 AS position, c.value ->> 0 AS name, c.value ->> 6 AS type,
  (SELECT group_concat(a.value ->> 0, '; ') FROM json_each(c.value, '$[1]') a) AS affiliation,
  c.value ->> 2 AS orcid, c.value ->> 4 AS gnd, c.value ->> 5 AS ror, c.value ->> 3 AS kind
FROM part p, json_each(p.contributors) c;

-- Affiliations of creators and of contributors, each with the position of the person.
CREATE VIEW affiliations AS
SELECT p.record_id, 'creator' AS person, c.key + 1 AS person_position, a.key + 1 AS position, a.value ->> 0 AS name, a.value ->> 1 AS id
FROM part p, json_each(p.creators) c, json_each(c.value, '$[1]') a
UNION ALL
SELECT p.record_id, 'contributor', c.key + 1, a.key + 1, a.value ->> 0, a.value ->> 1
FROM part p, json_each(p.contributors) c, json_each(c.value, '$[1]') a;

CREATE VIEW keywords AS
SELECT p.record_id, k.key + 1 AS position, k.value AS keyword FROM part p, json_each(p.keywords) k;

CREATE VIEW subjects AS
SELECT p.record_id, s.key + 1 AS position, s.value ->> 0 AS term, s.value ->> 1 AS identifier, s.value ->> 2 AS scheme
FROM part p, json_each(p.subjects) s;

CREATE VIEW grants AS
SELECT p.record_id, g.key + 1 AS position, g.value ->> 0 AS code, g.value ->> 1 AS title, g.value ->> 2 AS acronym,
  g.value ->> 3 AS program, g.value ->> 4 AS funder, g.value ->> 5 AS funder_doi, g.value ->> 6 AS funder_id,
  g.value ->> 7 AS funder_acronym, g.value ->> 8 AS id, g.value ->> 9 AS url, g.value ->> 10 AS doi
FROM part p, json_each(p.grants) g;

-- Alternate identifiers stand here too, with the relation
-- isAlternateIdentifier.
CREATE VIEW related_identifiers AS
SELECT p.record_id, i.key + 1 AS position, i.value ->> 0 AS identifier, i.value ->> 1 AS relation, i.value ->> 2 AS scheme,
  i.value ->> 3 AS resource_type
FROM part p, json_each(p.related) i;

CREATE VIEW files AS
SELECT p.record_id, f.key + 1 AS position, f.value ->> 0 AS key, f.value ->> 1 AS size,
  iif(instr(f.value ->> 2, ':'), f.value ->> 2, 'md5:' || (f.value ->> 2)) AS checksum,
  nullif(coalesce(f.value ->> 3, 'https://zenodo.org/api/records/' || r.id || '/files/' || (f.value ->> 0) || '/content'), '') AS url
FROM part p JOIN records r USING (record_id), json_each(p.files) f;

CREATE VIEW memberships AS
SELECT c.community_id, p.record_id FROM part p, json_each(p.communities) s JOIN communities c ON c.slug = s.value;

CREATE VIEW rights AS
SELECT p.record_id, r.key + 1 AS position, r.value ->> 0 AS id, r.value ->> 1 AS title, r.value ->> 2 AS url
FROM part p, json_each(p.rights) r;

CREATE VIEW additional_titles AS
SELECT p.record_id, t.key + 1 AS position, t.value ->> 0 AS title, t.value ->> 1 AS type, t.value ->> 2 AS language
FROM part p, json_each(p.titles) t;

CREATE VIEW additional_descriptions AS
SELECT p.record_id, d.key + 1 AS position, d.value ->> 0 AS description, d.value ->> 1 AS type, d.value ->> 2 AS language
FROM part p, json_each(p.descriptions) d;

CREATE VIEW dates AS
SELECT p.record_id, d.key + 1 AS position, d.value ->> 0 AS type, d.value ->> 1 AS start, d.value ->> 2 AS "end", d.value ->> 3 AS description
FROM part p, json_each(p.dates) d;

CREATE VIEW languages AS
SELECT p.record_id, l.key + 1 AS position, l.value AS language FROM part p, json_each(p.languages) l;

CREATE VIEW citations AS
SELECT p.record_id, c.key + 1 AS position, c.value AS citation FROM part p, json_each(p.citations) c;

CREATE VIEW locations AS
SELECT p.record_id, l.key + 1 AS position, l.value ->> 0 AS place, l.value ->> 1 AS description, l.value ->> 2 AS latitude, l.value ->> 3 AS longitude
FROM part p, json_each(p.locations) l;

CREATE VIEW custom_fields AS
SELECT p.record_id, c.key + 1 AS position, c.value ->> 0 AS name, c.value ->> 1 AS value
FROM part p, json_each(p.custom) c;

-- The usual questions without joins.
CREATE VIEW record_list AS
SELECT r.id, r.doi, r.title, r.publication_date, r.type, r.subtype, r.access, r.license, r.version, r.is_latest,
  (SELECT group_concat(name, '; ') FROM (SELECT name FROM creators c WHERE c.record_id = r.record_id ORDER BY position)) AS creators,
  (SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM keywords k WHERE k.record_id = r.record_id ORDER BY position)) AS keywords,
  (SELECT group_concat(s.value, '; ') FROM part p, json_each(p.communities) s WHERE p.record_id = r.record_id) AS communities,
  r.files, r.size, r.views, r.downloads, r.created_at, r.updated_at, r.url
FROM records r
WHERE r.gone_at IS NULL;

CREATE VIEW community_records AS
SELECT c.slug AS community, r.id, r.doi, r.title, r.publication_date, r.type, r.is_latest, r.views, r.downloads
FROM memberships JOIN communities c USING (community_id) JOIN records r USING (record_id)
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
