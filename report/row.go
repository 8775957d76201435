package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// shownCreators is how many creators a row names.
const shownCreators = 3

func newRow(r *zenodo.Record, now time.Time) Row {
	m := &r.Metadata
	row := Row{
		ID: clean(string(r.ID)), DOI: clean(string(r.DOI)), URL: link(r.DOI, r.URL), Title: titleOf(r), Creators: creatorsText(m.Creators),
		Date: clean(m.PublicationDate), Type: clean(m.Type), Subtype: clean(m.Subtype), Access: clean(m.AccessRight),
		License: clean(m.LicenseName()), Version: clean(m.Version), Issues: issues(r, now),
	}
	row.Views, row.Downloads = r.Stats.Views, r.Stats.Downloads
	row.Files, row.Size = orNil(r.FileCount()), orNil(r.Size())
	return row
}

func orNil(n int64, known bool) *int64 {
	if !known {
		return nil
	}
	return &n
}

// titleOf is the title of a record, or what it can be called without one.
func titleOf(r *zenodo.Record) string {
	if title := clean(r.Metadata.Title); title != "" {
		return title
	}
	return "Record " + clean(string(r.ID)) + " without a title"
}

func creatorsText(creators []zenodo.Creator) string {
	var names []string
	for _, c := range creators[:min(len(creators), shownCreators)] {
		names = append(names, clean(c.Name))
	}
	text := strings.Join(names, "; ")
	if more := len(creators) - shownCreators; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func newEntry(r *zenodo.Record, count int64) Entry {
	return Entry{ID: clean(string(r.ID)), DOI: clean(string(r.DOI)), URL: link(r.DOI, r.URL), Title: titleOf(r), Count: count}
}
