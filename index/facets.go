package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Facet says how often each value of one kind occurs among records.
type Facet struct {
	Name   string
	Values []FacetValue // the most frequent first
	Total  int          // how many values there are, also beyond a limit
}

// FacetValue is a value and the number of records that have it.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// facetField is where the values of a facet stand.
type facetField struct {
	name  string
	field segment.Field
	value func(term string) string // nil takes the term as it is
}

var facetFields = []facetField{
	{"type", fType, nil},
	{"subtype", fSubtype, nil},
	{"year", fPublicationDate, yearOf},
	{"access", fAccess, nil},
	{"license", fRights, nil},
	{"language", fLanguage, nil},
	{"community", fCommunitySlug, nil},
	{"keyword", fSubjectKeyword, nil},
	{"creator", fCreatorFacet, nil},
	{"filetype", fFileType, nil},
}

// FacetNames lists the facets that [DB.Facets] counts.
func FacetNames() []string {
	names := make([]string, len(facetFields))
	for i, f := range facetFields {
		names[i] = f.name
	}
	return names
}

// yearOf is the year of a publication date, "" for one that begins otherwise.
func yearOf(date string) string {
	if len(date) < 4 {
		return ""
	}
	for _, c := range date[:4] {
		if c < '0' || c > '9' {
			return ""
		}
	}
	return date[:4]
}

// Facets counts the values of the records that q matches, whatever its Limit,
// and returns for each facet, in the order of names, the most frequent values:
// limit of them, or all for 0. A name that is not among [FacetNames] is an
// error.
func (db *DB) Facets(ctx context.Context, q Query, names []string, limit int) (facets []Facet, err error) {
	fields := make([]facetField, len(names))
	for i, name := range names {
		at := slices.IndexFunc(facetFields, func(f facetField) bool { return f.name == name })
		if at < 0 {
			return nil, fmt.Errorf("no such facet: %s", name)
		}
		fields[i] = facetFields[at]
	}
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, q)
		if err != nil {
			return err
		}
		for _, f := range fields {
			facet, err := found.facet(ctx, f, limit)
			if err != nil {
				return err
			}
			facets = append(facets, facet)
		}
		return nil
	})
	return facets, err
}

func (r *result) facet(ctx context.Context, f facetField, limit int) (Facet, error) {
	counts := map[string]int{}
	from := segment.Key(f.field, "")
	for i, s := range r.segments {
		if err := ctx.Err(); err != nil {
			return Facet{}, err
		}
		set, err := r.set(i)
		if err != nil {
			return Facet{}, err
		}
		err = s.scan(from, after(from), isValue, func(key []byte, p segment.Postings) error {
			n, err := p.CountIn(set)
			if n > 0 {
				counts[string(key[1:])] += n
			}
			return err
		})
		if err != nil {
			return Facet{}, err
		}
	}
	return newFacet(f, counts, limit), nil
}

// isValue tells the term of a value from the one that marks a field.
func isValue(key []byte) bool { return len(key) > 1 }

func newFacet(f facetField, counts map[string]int, limit int) Facet {
	if f.value != nil {
		grouped := map[string]int{}
		for term, n := range counts {
			if value := f.value(term); value != "" {
				grouped[value] += n
			}
		}
		counts = grouped
	}
	facet := Facet{Name: f.name, Total: len(counts), Values: []FacetValue{}}
	for value, n := range counts {
		facet.Values = append(facet.Values, FacetValue{value, n})
		if limit > 0 && len(facet.Values) == 4*limit+64 { // most values are not among the first: they are not sorted
			facet.Values = mostFrequent(facet.Values, limit)
		}
	}
	facet.Values = mostFrequent(facet.Values, limit)
	return facet
}

// mostFrequent sorts values and keeps the first, all of them for 0.
func mostFrequent(values []FacetValue, limit int) []FacetValue {
	slices.SortFunc(values, func(a, b FacetValue) int {
		if c := cmp.Compare(b.Count, a.Count); c != 0 {
			return c
		}
		return cmp.Compare(a.Value, b.Value)
	})
	if limit > 0 && len(values) > limit {
		return values[:limit]
	}
	return values
}
