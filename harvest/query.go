package harvest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

// queryOf is the query by which a span of the selection is asked for.
//
// Type and subtype are parameters of Zenodo's own search, but not of the list
// of a community's records, which ignores them: there they are in the query.
func (s Selection) queryOf(span Span) (string, error) {
	conditions := s.conditions(span)
	if len(conditions) == 0 {
		return s.Query, nil
	}
	return combine(s.Query, strings.Join(conditions, " AND "))
}

// conditions are what a span asks for beyond the query.
func (s Selection) conditions(span Span) []string {
	var all []string
	if span.Community != "" && s.Type != "" {
		all = append(all, querystring.Term("type", s.Type))
		if s.Subtype != "" {
			all = append(all, querystring.Term("resource_type.subtype", s.Type+"-"+s.Subtype))
		}
	}
	if span.Type != "" {
		all = append(all, querystring.Term("type", span.Type))
	}
	if span.IDPrefix != "" {
		all = append(all, "recid:"+span.IDPrefix+"*")
	}
	if !span.Since.IsZero() || !span.Until.IsZero() {
		all = append(all, querystring.Between("created", formatBound(span.Since), formatBound(span.Until)))
	}
	if !s.changed.IsZero() {
		all = append(all, querystring.Between("updated", formatTime(s.changed), ""))
	}
	return all
}

// combine returns the query for what matches both. A query that Zenodo cannot
// parse is one of plain words to it, and would make plain words of the
// condition, too. One that Zenodo refuses is for Zenodo to refuse.
func combine(query, condition string) (string, error) {
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

// indivisible says of a selection that is too large why nothing can be added
// to its query.
func indivisible(err error, problem *WindowError) error {
	reason, ok := errors.AsType[*SelectionError](err)
	if !ok {
		return err
	}
	return &SelectionError{
		Problem: fmt.Sprintf("%v; this query cannot be divided by date to get at the rest: Zenodo takes it for plain words, and would take the dates for words, too", problem),
		Hint:    reason.Hint,
	}
}

// formatBound writes a bound, which is open where there is none.
func formatBound(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return formatTime(at)
}
