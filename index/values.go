package index

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/querystring"
)

// UnknownValue is a value in a query that no record of the index has, of a
// field whose values are words of a vocabulary.
type UnknownValue struct {
	Node  querystring.Node
	Field string // as the engine calls it
	Value string
	// Known are the values of the field, sorted; communities have the slugs of
	// all that the index knows.
	Known []string
}

// UnknownValues finds what is probably mistyped in the words and phrases of a
// query. A value that any record of the index has, of whatever version, is
// known.
func (db *DB) UnknownValues(ctx context.Context, q *querystring.Query) (unknown []UnknownValue, err error) {
	asked := vocabularyValues(q)
	if len(asked) == 0 {
		return nil, nil
	}
	slugs, err := db.CommunitySlugs(ctx)
	if err != nil {
		return nil, err
	}
	err = db.view(ctx, func(s *session) error {
		snap, err := db.openSnapshot(ctx, s)
		if err != nil {
			return err
		}
		for _, v := range asked {
			if strings.HasPrefix(v.Field, "parent.communities.") {
				v.Known = slugs
			} else if v.Known, err = snap.Values(ctx, v.Field); err != nil {
				return err
			}
			if !slices.Contains(v.Known, v.Value) {
				unknown = append(unknown, v)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up the values of a query: %w", err)
	}
	return unknown, nil
}

// vocabularyValues are the words and phrases of a query that are to be values
// of a vocabulary.
func vocabularyValues(q *querystring.Query) (values []UnknownValue) {
	for n := range q.Leaves() {
		if field, value, ok := engine.VocabularyValue(n); ok {
			values = append(values, UnknownValue{Node: n, Field: field, Value: value})
		}
	}
	return values
}
