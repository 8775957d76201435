package report

import (
	"net/url"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// Issue is a kind of defect of a record's metadata.
type Issue string

// The kinds of defects.
const (
	NoLicense      Issue = "no-license"
	NoORCID        Issue = "no-orcid"
	NoAffiliation  Issue = "no-affiliation"
	NoKeywords     Issue = "no-keywords"
	NoDescription  Issue = "no-description"
	NoGrant        Issue = "no-grant"
	EmbargoOver    Issue = "embargo-over"
	FutureDate     Issue = "future-date"
	DuplicateTitle Issue = "duplicate-title"
	NoVersionLabel Issue = "no-version-label"
	ForeignDOI     Issue = "foreign-doi"
)

// checks are the kinds of defects, in the order of reports. That of titles is
// found by the builder, which alone sees all records.
var checks = []struct {
	issue     Issue
	what, fix string
	has       func(*zenodo.Record, time.Time) bool
}{
	{NoLicense, "No licence", "say under which licence it may be used", func(r *zenodo.Record, _ time.Time) bool {
		return len(r.Metadata.Licenses()) == 0
	}},
	{NoORCID, "No creator has an ORCID", "add the ORCID of at least one creator", func(r *zenodo.Record, _ time.Time) bool {
		return !anyCreator(r, func(c *zenodo.Creator) string { return c.ORCID })
	}},
	{NoAffiliation, "No creator has an affiliation", "add where the creators work", func(r *zenodo.Record, _ time.Time) bool {
		return !anyCreator(r, (*zenodo.Creator).Affiliation)
	}},
	{NoKeywords, "No keywords", "add keywords or subjects", func(r *zenodo.Record, _ time.Time) bool {
		return strings.TrimSpace(strings.Join(r.Metadata.Keywords, "")) == "" && len(r.Metadata.Subjects) == 0
	}},
	{NoDescription, "No description", "describe what it is", func(r *zenodo.Record, _ time.Time) bool {
		return htmltext.IsBlank(r.Metadata.Description)
	}},
	{NoGrant, "No grant", "name the grant that paid for it, if there was one", func(r *zenodo.Record, _ time.Time) bool {
		return len(r.Metadata.Grants) == 0
	}},
	{EmbargoOver, "Embargo over, and still embargoed", "open its files", func(r *zenodo.Record, now time.Time) bool {
		date := r.Metadata.EmbargoDate
		return r.Metadata.AccessRight == "embargoed" && len(date) >= len(time.DateOnly) &&
			date[:len(time.DateOnly)] < now.UTC().Format(time.DateOnly)
	}},
	{FutureDate, "Publication date in the future", "correct the date", func(r *zenodo.Record, now time.Time) bool {
		return isAfter(r.Metadata.PublicationDate, now)
	}},
	{DuplicateTitle, "Title of another record, too", "make one a version of the other, or tell them apart", nil},
	{NoVersionLabel, "Later version without a version label", "say which version it is", func(r *zenodo.Record, _ time.Time) bool {
		return r.VersionIndex > 1 && strings.TrimSpace(r.Metadata.Version) == ""
	}},
	{ForeignDOI, "DOI that is not Zenodo's", "nothing, if it was published elsewhere first", func(r *zenodo.Record, _ time.Time) bool {
		if r.DOIProvider != "" {
			return r.DOIProvider == "external"
		}
		_, own := r.DOI.RecordID()
		return r.DOI != "" && !own && isZenodo(r.URL)
	}},
}

// issues are the defects of a record, besides its title.
func issues(r *zenodo.Record, now time.Time) []Issue {
	found := []Issue{}
	for _, c := range checks {
		if c.has != nil && c.has(r, now) {
			found = append(found, c.issue)
		}
	}
	return found
}

func anyCreator(r *zenodo.Record, value func(*zenodo.Creator) string) bool {
	for i := range r.Metadata.Creators {
		if strings.TrimSpace(value(&r.Metadata.Creators[i])) != "" {
			return true
		}
	}
	return false
}

// isZenodo reports whether a page is Zenodo's: other repositories have DOIs of
// their own. A record that names no page is taken for one of Zenodo.
func isZenodo(page string) bool {
	u, err := url.Parse(page)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return host == "" || host == "zenodo.org" || strings.HasSuffix(host, ".zenodo.org")
}
