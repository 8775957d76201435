package run

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// Filter is a selection in the form in which a server is asked for it.
type Filter struct {
	// ID identifies the selection in checkpoints.
	ID string
	// OfCommunities is set where communities are selected, by Query alone.
	OfCommunities bool
	Query         string
	Communities   []zenodo.Slug
	Type, Subtype string
	AllVersions   bool
	// Since and Until bound the time of creation, or with ByChange that of the last
	// change, [Since, Until). Zero is no bound.
	Since, Until time.Time
	ByChange     bool
	// Changed restricts a run to what was changed since then, zero to nothing.
	Changed time.Time
}

// Mark identifies what a run is for in its checkpoints: a selection, or what
// changed in it since a certain moment.
func (f Filter) Mark() string {
	if f.Changed.IsZero() {
		return f.ID
	}
	return f.ID + "@" + FormatTime(f.Changed)
}

// ChangedFrom is from when on changes are wanted, zero for all.
func (f Filter) ChangedFrom() time.Time {
	if f.Since.Before(f.Changed) {
		return f.Changed
	}
	return f.Since
}

// Within is the range of the selection between two moments; zero is
// no bound.
func (f Filter) Within(since, until time.Time) Range {
	bounds := Range{Since: f.Since, Until: f.Until}
	if since.After(bounds.Since) {
		bounds.Since = since
	}
	if !until.IsZero() && (bounds.Until.IsZero() || until.Before(bounds.Until)) {
		bounds.Until = until
	}
	return bounds
}

// QueryOf is the query by which the members of a community, or all for the empty
// slug, are asked for that are in a range.
//
// Type and subtype are parameters of Zenodo's own search, but not of the list
// of a community's records, which ignores them: there they are in the query.
func (f Filter) QueryOf(community zenodo.Slug, bounds Range) (string, error) {
	conditions := f.conditions(community, bounds)
	if len(conditions) == 0 {
		return f.Query, nil
	}
	return Combine(f.Query, strings.Join(conditions, " AND "))
}

// conditions are what is asked for beyond the query.
func (f Filter) conditions(community zenodo.Slug, bounds Range) []string {
	var all []string
	if community != "" && f.Type != "" {
		all = append(all, querystring.Term("type", f.Type))
		if f.Subtype != "" {
			all = append(all, querystring.Term("resource_type.subtype", f.Type+"-"+f.Subtype))
		}
	}
	if bounds.Type != "" {
		all = append(all, querystring.Term("type", bounds.Type))
	}
	if bounds.IDPrefix != "" {
		all = append(all, "recid:"+bounds.IDPrefix+"*")
	}
	if !bounds.Since.IsZero() || !bounds.Until.IsZero() {
		all = append(all, querystring.Between("created", formatBound(bounds.Since), formatBound(bounds.Until)))
	}
	if !f.Changed.IsZero() {
		all = append(all, querystring.Between("updated", FormatTime(f.Changed), ""))
	}
	return all
}

// Combine returns the query for what matches both. A query that Zenodo cannot
// parse is one of plain words to it, and would make plain words of the
// condition, too. One that Zenodo refuses is for Zenodo to refuse.
func Combine(query, condition string) (string, error) {
	both, err := querystring.And(query, condition)
	switch {
	case err == nil:
		return both, nil
	case errors.Is(err, querystring.ErrLoose):
		return "", &SelectionError{
			Problem: fmt.Sprintf("the query cannot be combined with %s: %v", condition, err),
			Hint:    `close brackets and quotes, and put a word that has : ( ) [ ] { } ^ ~ " or / in it between quotes`,
		}
	default:
		return "(" + query + ") AND " + condition, nil
	}
}

// formatBound writes a bound, which is open where there is none.
func formatBound(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return FormatTime(at)
}

// FormatTime writes a time as it stands in selections and queries: in UTC
// with Z, because an offset's colon makes Zenodo fall back to a loose match.
func FormatTime(at time.Time) string {
	return at.UTC().Format(time.RFC3339Nano)
}
