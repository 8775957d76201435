package index

import (
	"encoding/json"

	"github.com/zharvest/zharvest/zenodo"
)

// recordColumns are the columns of the table record that are derived from a
// record, after its key and its id.
var recordColumns = append([]string{
	"concept_id", "doi", "concept_doi", "title", "publication_date", "type", "subtype", "access", "license", "version",
	"version_index", "is_latest", "language", "journal", "publisher", "url", "created", "updated", "times", "revision", "files", "size", "form",
}, statisticColumns...)

// recordValues are the values of recordColumns.
func recordValues(r *zenodo.Record) []any {
	m := &r.Metadata
	created, updated, times := timesOf(r)
	return append([]any{
		text(r.ConceptID), unlessDerived(r.DOI, zenodoDOI(string(r.ID))), unlessDerived(r.ConceptDOI, zenodoDOI(string(r.ConceptID))),
		m.Title, text(m.PublicationDate), text(m.Type), text(m.Subtype), text(m.AccessRight), text(m.LicenseName()), text(m.Version),
		count(r.VersionIndex), r.IsLatest, text(m.Language), text(m.Journal.Title), text(m.Publisher), unlessDerived(r.URL, pageOf(r)),
		created, updated, times, count(r.Revision), orNull(r.FileCount()), orNull(r.Size()), string(r.Format),
	}, statisticValues(r.Stats)...)
}

// What Zenodo makes of an id is not stored: the view records makes it, too.

// zenodoPrefix is what Zenodo's DOIs have in front of an id.
const zenodoPrefix = "10.5281/zenodo."

func zenodoDOI(id string) zenodo.DOI {
	if id == "" {
		return ""
	}
	return zenodo.DOI(zenodoPrefix + id)
}

func pageOf(r *zenodo.Record) string { return "https://zenodo.org/records/" + string(r.ID) }

// unlessDerived is null for a value that the view makes, and empty for none.
func unlessDerived[T ~string](s, derived T) any {
	if s == derived {
		return nil
	}
	return string(s)
}

// orNull is a number as SQLite takes it.
func orNull(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

// servedTime is how Zenodo writes times, which the view does, too.
const servedTime = "2006-01-02T15:04:05.000000+00:00"

// timesOf are the times of creation and of the last change in microseconds, null
// for what is none, and as JSON the texts of those that are written in another way.
func timesOf(r *zenodo.Record) (created, updated, times any) {
	var apart [2]*string
	for i, served := range []zenodo.Timestamp{r.CreatedAt, r.UpdatedAt} {
		at, ok := served.Time()
		if ok && i == 0 {
			created = at.UnixMicro()
		}
		if ok && i == 1 {
			updated = at.UnixMicro()
		}
		if s := string(served); s != "" && (!ok || at.Unix() < 0 || at.Format(servedTime) != s) {
			apart[i] = &s
		}
	}
	if apart != [2]*string{} {
		if data, err := json.Marshal(apart); err == nil {
			times = string(data)
		}
	}
	return created, updated, times
}

// statisticColumns are what the server counts, of all versions and of one.
var statisticColumns = []string{
	"views", "downloads", "data_volume", "views_raw", "downloads_raw",
	"version_views", "version_downloads", "version_data_volume", "version_views_raw", "version_downloads_raw",
}

// statisticValues are the values of statisticColumns, null where the server did
// not send one.
func statisticValues(s zenodo.Stats) []any {
	return []any{
		s.Views, s.Downloads, s.DataVolume, s.ViewsRaw, s.DownloadsRaw,
		s.VersionViews, s.VersionDownloads, s.VersionDataVolume, s.VersionViewsRaw, s.VersionDownloadsRaw,
	}
}
