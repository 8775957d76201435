package index

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// Facet says how often each value of one kind occurs among records, the most
// frequent first.
type Facet = engine.Facet

// FacetValue is a value and the number of records that have it.
type FacetValue = engine.FacetValue

// FacetNames lists the facets that [DB.Facets] counts.
func FacetNames() []string { return engine.FacetNames() }

// Facets counts the values of the records that q matches, whatever its Limit,
// and returns for each facet, in the order of names, the most frequent values:
// limit of them, or all for 0. A name that is not among [FacetNames] is an
// error.
func (db *DB) Facets(ctx context.Context, q Query, names []string, limit int) (facets []Facet, err error) {
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, q)
		if err != nil {
			return err
		}
		facets = make([]Facet, len(names))
		places := make([]int, len(names))
		for i := range places {
			places[i] = i
		}
		return parallel(ctx, places, func(i int) (err error) {
			facets[i], err = found.matches.Facet(ctx, names[i], limit)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return facets, nil
}
