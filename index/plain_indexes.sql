-- What is made when all rows are there.
CREATE INDEX records_by_concept ON records (concept_id, version_index);
CREATE INDEX records_by_doi ON records (doi);
CREATE INDEX records_by_publication_date ON records (publication_date);
CREATE INDEX records_by_created ON records (created_at);
CREATE INDEX records_by_type ON records (type, subtype);
CREATE INDEX creators_by_name ON creators (name);
CREATE INDEX creators_by_orcid ON creators (orcid);
CREATE INDEX contributors_by_name ON contributors (name);
CREATE INDEX affiliations_by_name ON affiliations (name);
CREATE INDEX affiliations_by_id ON affiliations (id);
CREATE INDEX keywords_by_keyword ON keywords (keyword);
CREATE INDEX subjects_by_term ON subjects (term);
CREATE INDEX grants_by_code ON grants (code);
CREATE INDEX grants_by_funder ON grants (funder);
CREATE INDEX related_identifiers_by_identifier ON related_identifiers (identifier);
CREATE INDEX files_by_key ON files (key);
CREATE INDEX files_by_checksum ON files (checksum);
CREATE INDEX memberships_by_community ON memberships (community_id);

-- SELECT … FROM records JOIN records_fts ON records_fts.rowid = record_id WHERE records_fts MATCH '…'
CREATE VIRTUAL TABLE records_fts USING fts5 (title, creators, description, keywords, content=records, content_rowid=record_id, tokenize='unicode61');
INSERT INTO records_fts (records_fts) VALUES ('rebuild');
INSERT INTO records_fts (records_fts) VALUES ('optimize');
ANALYZE;
