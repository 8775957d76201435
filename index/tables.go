package index

import (
	"github.com/zharvest/zharvest/zenodo"
)

// tables gathers the rows that are derived from records until they are
// flushed together.
type tables struct {
	records, blocks, documents, statistics, pending, parts, descriptions bulk
}

func newTables() *tables {
	return &tables{
		records: bulk{table: "records", columns: []string{
			"record_id", "id", "concept_id", "doi", "concept_doi", "title", "publication_date", "type", "subtype",
			"access", "license", "version", "version_index", "is_latest", "language", "journal", "url",
			"created_at", "updated_at", "revision", "files", "size", "views", "unique_views", "downloads", "unique_downloads", "form",
		}},
		blocks:    bulk{table: "document_blocks", columns: []string{"first_record", "records", "data"}},
		documents: bulk{table: "documents", columns: []string{"record_id", "json"}, clause: "ON CONFLICT DO UPDATE SET json = excluded.json"},
		statistics: bulk{table: "statistics", columns: []string{
			"record_id", "seen_at", "views", "unique_views", "downloads", "unique_downloads",
			"version_views", "version_unique_views", "version_downloads", "version_unique_downloads",
		}, clause: "ON CONFLICT DO UPDATE SET views = excluded.views, unique_views = excluded.unique_views, " +
			"downloads = excluded.downloads, unique_downloads = excluded.unique_downloads, " +
			"version_views = excluded.version_views, version_unique_views = excluded.version_unique_views, " +
			"version_downloads = excluded.version_downloads, version_unique_downloads = excluded.version_unique_downloads"},
		pending:      bulk{table: "pending", columns: []string{"record_id", "stamp"}, clause: "ON CONFLICT DO UPDATE SET stamp = excluded.stamp"},
		parts:        bulk{table: "part", columns: append([]string{"record_id"}, partColumns...)},
		descriptions: bulk{table: "descriptions", columns: []string{"record_id", "description"}},
	}
}

// all lists the tables in the order that foreign keys ask for.
func (t *tables) all() []*bulk {
	return []*bulk{&t.records, &t.blocks, &t.documents, &t.statistics, &t.pending, &t.parts, &t.descriptions}
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

// derivedTables hold what derive adds, and are emptied before a record is
// derived again.
var derivedTables = []string{"part", "descriptions"}

// addRecord adds the row of a record.
func (t *tables) addRecord(key int64, r *zenodo.Record, latest bool) {
	t.records.add(append([]any{key, string(r.ID)}, recordColumns(r, latest)...)...)
}

// recordColumns are the columns of a record from concept_id on.
func recordColumns(r *zenodo.Record, latest bool) []any {
	m := &r.Metadata
	return []any{
		text(r.ConceptID), text(r.DOI), text(r.ConceptDOI), m.Title, text(m.PublicationDate), text(m.Type), text(m.Subtype),
		text(m.AccessRight), text(m.LicenseName()), text(m.Version), count(r.VersionIndex), latest, text(m.Language), text(m.Journal.Title), text(r.URL),
		text(r.CreatedAt), text(r.UpdatedAt), count(r.Revision),
		orNull(r.FileCount()), orNull(r.Size()), r.Stats.ViewsRaw, r.Stats.Views, r.Stats.DownloadsRaw, r.Stats.Downloads, formOf(r),
	}
}

// orNull is a number as SQLite takes it.
func orNull(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

// addStatistics adds a row of counts, null where the server did not send one.
func (t *tables) addStatistics(key int64, seenAt string, s zenodo.Stats) {
	t.statistics.add(key, seenAt, s.ViewsRaw, s.Views, s.DownloadsRaw, s.Downloads,
		s.VersionViewsRaw, s.VersionViews, s.VersionDownloadsRaw, s.VersionDownloads)
}
