package report

import (
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// checkTitle finds records of other concepts with the same title. Those that
// came before are reported when the second concept comes.
func (b *builder) checkTitle(r *zenodo.Record, concept string, place int) {
	title := strings.ToLower(clean(r.Metadata.Title))
	if title == "" {
		return
	}
	first, ok := b.titles[title]
	switch {
	case !ok:
		first = titled{concept: concept, row: place}
	case first.reported:
		b.flag(place, DuplicateTitle)
	case first.concept == concept:
		first.versions = append(first.versions, place)
	default:
		first.reported = true
		for _, row := range append(first.versions, first.row, place) {
			b.flag(row, DuplicateTitle)
		}
		first.versions = nil
	}
	b.titles[title] = first
}

// flag counts a defect, and notes it in the list where the record is in it.
func (b *builder) flag(row int, issue Issue) {
	b.found[issue]++
	if row >= 0 {
		b.rows[row].Issues = append(b.rows[row].Issues, issue)
	}
}

// quality is how many records have which defect.
func (b *builder) quality() []Finding {
	findings := make([]Finding, len(checks))
	for i, c := range checks {
		findings[i] = Finding{Issue: c.issue, What: c.what, Fix: c.fix, Records: b.found[c.issue]}
	}
	return findings
}

// with are the rows of a report with a defect, at most so many.
func (r *Report) with(issue Issue, limit int) []Row {
	var rows []Row
	for _, row := range r.Records {
		if len(rows) < limit && slices.Contains(row.Issues, issue) {
			rows = append(rows, row)
		}
	}
	return rows
}

// cleanChanges keeps as many changes as are listed, with texts that can be
// shown.
func cleanChanges(c *Changes) *Changes {
	if c == nil {
		return nil
	}
	kept := *c
	items := c.Items[:min(len(c.Items), MaxChanges)]
	kept.Omitted += len(c.Items) - len(items)
	kept.Items = make([]Change, len(items))
	for i, item := range items {
		item.URL = link(zenodo.DOI(item.DOI), item.URL)
		for _, text := range []*string{&item.ID, &item.DOI, &item.Title, &item.Old, &item.New, &item.Reason} {
			*text = clean(*text)
		}
		kept.Items[i] = item
	}
	return &kept
}
