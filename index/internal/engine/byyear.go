package engine

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// ByYear iterates over the keys of the records found, year of publication by
// year, latest first, and within each in the order of creation, newest first.
// Those of no year come last. It holds the keys of all of them, and nothing
// else.
func (r *Result) ByYear(ctx context.Context) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		years, err := r.keysByYear(ctx)
		if err != nil {
			yield(0, err)
			return
		}
		// "" is the lowest, and years have four digits.
		for _, year := range slices.Backward(slices.Sorted(maps.Keys(years))) {
			for _, key := range years[year] {
				if !yield(key, nil) {
					return
				}
			}
		}
	}
}

func (r *Result) keysByYear(ctx context.Context) (map[string][]int64, error) {
	years := map[string][]int64{}
	column := []string{"publication_date"}
	var record zenodo.Record
	for c, err := range r.hitsByCreation(ctx, true) {
		if err == nil {
			err = c.read(ctx, &record, column)
		}
		if err != nil {
			return nil, err
		}
		key, err := c.record(ctx)
		if err != nil {
			return nil, err
		}
		year := yearOf(record.Metadata.PublicationDate)
		years[year] = append(years[year], key)
	}
	return years, nil
}
