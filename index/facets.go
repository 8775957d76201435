package index

import (
	"context"
)

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
		for _, name := range names {
			facet, err := found.matches.facet(ctx, name, limit)
			if err != nil {
				return err
			}
			facets = append(facets, facet)
		}
		return nil
	})
	return facets, err
}
