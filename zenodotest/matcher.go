package zenodotest

import "context"

// matcher answers queries that are more than simple conditions.
type matcher interface {
	// match returns the identifiers of all versions of records that match. The
	// map is the caller's. A query that the engine refuses is errBadQuery. It is
	// called with the catalog locked for reading.
	match(ctx context.Context, query string) (map[int64]bool, error)
}

type noMatcher struct{}

func (noMatcher) match(context.Context, string) (map[int64]bool, error) { return nil, errBadQuery }

func newMatcher(*catalog) matcher { return noMatcher{} }
