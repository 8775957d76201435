package index

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/querystring"
)

// TooLong says why Zenodo refuses a query that is too long, and is empty for
// any other. A fuzzy word counts as one: see [DB.TooLong].
func TooLong(q *querystring.Query) string { return engine.TooLong(q) }

// TooLong says why Zenodo refuses a query, as the function of that name does,
// with each fuzzy word counted as the terms that it stands for in this index.
// In Zenodo's own it stands for as many, or more.
func (db *DB) TooLong(ctx context.Context, q *querystring.Query) (reason string, err error) {
	if reason = TooLong(q); reason != "" || !hasFuzzy(q) {
		return reason, nil
	}
	err = db.view(ctx, func(s *session) error {
		snap, err := db.openSnapshot(ctx, s)
		if err != nil {
			return err
		}
		reason, err = snap.TooLong(ctx, q)
		return err
	})
	return reason, err
}

func hasFuzzy(q *querystring.Query) bool {
	for n := range q.Leaves() {
		if fuzzy, ok := n.(*querystring.Fuzzy); ok && fuzzy.Edits > 0 {
			return true
		}
	}
	return false
}
