package engine

import (
	"container/heap"
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
	// value makes of the term what is counted, and keeps the order; nil takes
	// the term as it is.
	value func(term []byte) []byte
}

var facetFields = []facetField{
	{"type", fType, nil},
	{"subtype", fSubtype, nil},
	{"year", fPublicationDate, func(date []byte) []byte { return date[:len(yearOf(string(date)))] }},
	{"access", fAccess, nil},
	{"license", fRights, nil},
	{"language", fLanguage, nil},
	{"community", fCommunitySlug, nil},
	{"keyword", fSubjectKeyword, nil},
	{"creator", fCreatorFacet, nil},
	{"filetype", fFileType, nil},
}

// FacetNames lists the facets that [Result.Facet] counts.
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

// Facet counts the values of a facet among what was found, and returns the most
// frequent: limit of them, or all for 0.
func (r *Result) Facet(ctx context.Context, name string, limit int) (Facet, error) {
	at := slices.IndexFunc(facetFields, func(f facetField) bool { return f.name == name })
	if at < 0 {
		return Facet{}, fmt.Errorf("no such facet: %s", name)
	}
	f := facetFields[at]
	queue, err := r.valuesOf(ctx, f.field)
	if err != nil {
		return Facet{}, err
	}
	frequent := frequentValues{limit: limit}
	for n := 0; len(queue) > 0; n++ {
		if n%10_000 == 0 && ctx.Err() != nil {
			return Facet{}, ctx.Err()
		}
		first := queue[0]
		value := first.value()
		if f.value != nil {
			value = f.value(value)
		}
		if len(value) > 0 {
			frequent.add(value, first.count())
		}
		more, err := first.advance(ctx)
		if err != nil {
			return Facet{}, err
		}
		if more {
			heap.Fix(&queue, 0)
		} else {
			heap.Pop(&queue)
		}
	}
	return frequent.facet(f.name), nil
}

// valuesOf are the values of a field that the records found have.
func (r *Result) valuesOf(ctx context.Context, f segment.Field) (valueQueue, error) {
	var queue valueQueue
	plans, err := r.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		if p.set.Count() == 0 {
			continue
		}
		values := &countedValues{source: p.segment.Counts(f, p.set)}
		more, err := values.advance(ctx)
		if err != nil {
			return nil, err
		}
		if more {
			heap.Push(&queue, values)
		}
	}
	return queue, nil
}
