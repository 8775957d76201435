-- The tables of a list of records that is exported for other programs. Columns are
-- those of the views of an index.
CREATE TABLE records (
  record_id             INTEGER PRIMARY KEY,
  id                    TEXT NOT NULL UNIQUE,
  concept_id            TEXT,
  doi                   TEXT,
  concept_doi           TEXT,
  title                 TEXT NOT NULL,
  creators              TEXT, -- names, with semicolons between
  keywords              TEXT,
  description           TEXT, -- without markup
  publication_date      TEXT,
  type                  TEXT,
  subtype               TEXT,
  access                TEXT,
  license               TEXT,
  version               TEXT,
  version_index         INTEGER,
  is_latest             INTEGER NOT NULL,
  language              TEXT,
  journal               TEXT,
  publisher             TEXT,
  url                   TEXT,
  created_at            TEXT,
  updated_at            TEXT,
  revision              INTEGER,
  files                 INTEGER,
  size                  INTEGER,
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
  gone_at               TEXT,
  gone_reason           TEXT,
  form                  TEXT NOT NULL
);

CREATE TABLE creators (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  name TEXT,
  affiliation TEXT,
  orcid TEXT,
  gnd TEXT,
  ror TEXT,
  kind TEXT,
  role TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE contributors (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  name TEXT,
  type TEXT,
  affiliation TEXT,
  orcid TEXT,
  gnd TEXT,
  ror TEXT,
  kind TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE keywords (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  keyword TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE subjects (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  term TEXT,
  identifier TEXT,
  scheme TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE grants (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  code TEXT,
  title TEXT,
  acronym TEXT,
  program TEXT,
  funder TEXT,
  funder_doi TEXT,
  funder_id TEXT,
  funder_acronym TEXT,
  id TEXT,
  url TEXT,
  doi TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE related_identifiers (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  identifier TEXT,
  relation TEXT,
  scheme TEXT,
  resource_type TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE files (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  key TEXT,
  size INTEGER,
  checksum TEXT,
  url TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE rights (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  id TEXT,
  title TEXT,
  url TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE additional_titles (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  title TEXT,
  type TEXT,
  language TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE additional_descriptions (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  description TEXT,
  type TEXT,
  language TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE dates (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  type TEXT,
  start TEXT,
  "end" TEXT,
  description TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE languages (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  language TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE citations (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  citation TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE locations (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  place TEXT,
  description TEXT,
  latitude REAL,
  longitude REAL,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE custom_fields (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  position INTEGER NOT NULL,
  name TEXT,
  value TEXT,
  PRIMARY KEY (record_id, position)
);

CREATE TABLE affiliations (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  person TEXT NOT NULL, -- creator or contributor
  person_position INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT,
  id TEXT,
  PRIMARY KEY (record_id, person, person_position, position)
);

CREATE TABLE statistics (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  seen_at TEXT NOT NULL,
  views INTEGER,
  downloads INTEGER,
  data_volume INTEGER,
  views_raw INTEGER,
  downloads_raw INTEGER,
  version_views INTEGER,
  version_downloads INTEGER,
  version_data_volume INTEGER,
  version_views_raw INTEGER,
  version_downloads_raw INTEGER,
  PRIMARY KEY (record_id, seen_at)
);

CREATE TABLE communities (
  community_id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  uuid TEXT,
  title TEXT,
  description TEXT,
  type TEXT,
  website TEXT,
  url TEXT,
  created_at TEXT,
  updated_at TEXT
);

CREATE TABLE memberships (
  record_id INTEGER NOT NULL REFERENCES records (record_id),
  community_id INTEGER NOT NULL REFERENCES communities (community_id),
  PRIMARY KEY (record_id, community_id)
);
