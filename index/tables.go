package index

import (
	"github.com/zharvest/zharvest/zenodo"
)

// tables gathers the rows that are derived from records until they are
// flushed together.
type tables struct {
	records, documents, statistics, pending  bulk
	creators, contributors, keywords, grants bulk
	related, files, memberships              bulk
	descriptions                             bulk
}

func newTables() *tables {
	return &tables{
		records: bulk{table: "records", columns: []string{
			"record_id", "id", "concept_id", "doi", "concept_doi", "title", "publication_date", "type", "subtype",
			"access", "license", "version", "version_index", "is_latest", "language", "journal", "url",
			"created_at", "updated_at", "revision", "files", "size", "views", "unique_views", "downloads", "unique_downloads", "form",
		}},
		documents: bulk{table: "documents", columns: []string{"record_id", "json"}},
		statistics: bulk{table: "statistics", columns: []string{
			"record_id", "seen_at", "views", "unique_views", "downloads", "unique_downloads",
			"version_views", "version_unique_views", "version_downloads", "version_unique_downloads",
		}, clause: "ON CONFLICT DO UPDATE SET views = excluded.views, unique_views = excluded.unique_views, " +
			"downloads = excluded.downloads, unique_downloads = excluded.unique_downloads, " +
			"version_views = excluded.version_views, version_unique_views = excluded.version_unique_views, " +
			"version_downloads = excluded.version_downloads, version_unique_downloads = excluded.version_unique_downloads"},
		pending:      bulk{table: "pending", columns: []string{"record_id", "stamp"}, clause: "ON CONFLICT DO UPDATE SET stamp = excluded.stamp"},
		creators:     bulk{table: "creators", columns: []string{"record_id", "position", "name", "affiliation", "orcid", "gnd"}},
		contributors: bulk{table: "contributors", columns: []string{"record_id", "position", "name", "type", "affiliation", "orcid"}},
		keywords:     bulk{table: "keywords", columns: []string{"record_id", "position", "keyword"}},
		grants:       bulk{table: "grants", columns: []string{"record_id", "position", "code", "title", "acronym", "program", "funder", "funder_doi"}},
		related:      bulk{table: "related_identifiers", columns: []string{"record_id", "position", "identifier", "relation", "scheme", "resource_type"}},
		files:        bulk{table: "files", columns: []string{"record_id", "position", "key", "size", "checksum", "url"}},
		descriptions: bulk{table: "descriptions", columns: []string{"record_id", "description"}},
		memberships:  bulk{table: "memberships", columns: []string{"community_id", "record_id"}, clause: "ON CONFLICT DO NOTHING"},
	}
}

// all lists the tables in the order that foreign keys ask for.
func (t *tables) all() []*bulk {
	return []*bulk{
		&t.records, &t.documents, &t.statistics, &t.pending, &t.creators, &t.contributors,
		&t.keywords, &t.grants, &t.related, &t.files, &t.memberships, &t.descriptions,
	}
}

func (t *tables) clear() {
	for _, b := range t.all() {
		b.args = b.args[:0]
	}
}

func (t *tables) flush(w *writer) error {
	for _, b := range t.all() {
		if err := b.flush(w); err != nil {
			return err
		}
	}
	return nil
}

// derivedTables hold what addParts adds, and are emptied before a record is
// derived again.
var derivedTables = []string{"creators", "contributors", "keywords", "grants", "related_identifiers", "files", "memberships", "descriptions"}

// addRecord adds the row of a record.
func (t *tables) addRecord(key int64, r *zenodo.Record, latest bool) {
	t.records.add(append([]any{key, string(r.ID)}, recordColumns(r, latest)...)...)
}

// recordColumns are the columns of a record from concept_id on.
func recordColumns(r *zenodo.Record, latest bool) []any {
	m := &r.Metadata
	return []any{
		text(r.ConceptID), text(r.DOI), text(r.ConceptDOI), m.Title, text(m.PublicationDate), text(m.Type), text(m.Subtype),
		text(m.AccessRight), text(m.License), text(m.Version), count(r.VersionIndex), latest, text(m.Language), text(m.Journal.Title), text(r.URL),
		text(r.CreatedAt), text(r.UpdatedAt), count(r.Revision),
		orNull(r.FileCount()), orNull(r.Size()), r.Stats.Views, r.Stats.UniqueViews, r.Stats.Downloads, r.Stats.UniqueDownloads, formOf(r),
	}
}

// orNull is a number as SQLite takes it.
func orNull(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

// addParts adds the rows of what a record has several of. communities are the
// keys of those that it belongs to.
func (t *tables) addParts(key int64, r *zenodo.Record, communities []int64) {
	m := &r.Metadata
	for i, c := range m.Creators {
		t.creators.add(key, i+1, c.Name, text(c.Affiliation()), text(c.ORCID), text(c.GND))
	}
	for i, c := range m.Contributors {
		t.contributors.add(key, i+1, c.Name, text(c.Type), text(c.Affiliation()), text(c.ORCID))
	}
	for i, k := range m.Keywords {
		t.keywords.add(key, i+1, k)
	}
	for i, g := range m.Grants {
		t.grants.add(key, i+1, text(g.Code), text(g.Title), text(g.Acronym), text(g.Program), text(g.Funder.Name), text(g.Funder.DOI))
	}
	for i, id := range m.RelatedIdentifiers {
		t.related.add(key, i+1, id.Identifier, text(id.Relation), text(id.Scheme), text(id.ResourceType))
	}
	for i, id := range m.AlternateIdentifiers {
		t.related.add(key, len(m.RelatedIdentifiers)+i+1, id.Identifier, "isAlternateIdentifier", text(id.Scheme), nil)
	}
	for i, f := range r.Files {
		t.files.add(key, i+1, f.Key, f.Size, text(f.Checksum), text(f.URL))
	}
	for _, community := range communities {
		t.memberships.add(community, key)
	}
}

// addStatistics adds a row of counts, null where the server did not send one.
func (t *tables) addStatistics(key int64, seenAt string, s zenodo.Stats) {
	t.statistics.add(key, seenAt, s.Views, s.UniqueViews, s.Downloads, s.UniqueDownloads,
		s.VersionViews, s.VersionUniqueViews, s.VersionDownloads, s.VersionUniqueDownloads)
}
